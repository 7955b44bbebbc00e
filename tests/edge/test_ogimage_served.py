"""OG Image API on the edge: what is counted, and what is told in its words though no query was read."""

import httpx
import pytest
from fake_studio import FakeStudio, standing

from frontis.model.account import Allowance, Holder, KeyKind, Plan

KEY = "og_sk_" + "a" * 32
PLAN = Plan("free", allowances={"ogimage": Allowance(requests_per_minute=1000, images_per_month=2)})
BEARER = {"Authorization": f"Bearer {KEY}"}
GENERATE = "/v1/generate?title="


def studio(*, limit: int = 1000) -> FakeStudio:
    return FakeStudio({KEY: Holder(1, 10, KeyKind.OGIMAGE, PLAN)}, limit)


def told(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["data"] is None
    assert body["meta"]["request_id"].startswith("req_")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, body["error"]["code"]


async def test_drawings_are_counted_and_what_is_there_stays_there_when_they_are_used_up() -> None:
    people = studio(limit=2)
    async with standing(people) as stand:
        answers = [await stand.client.get(GENERATE + title, headers=BEARER) for title in ("a", "a", "b", "c", "a")]
        assert [each.status_code for each in answers] == [200, 200, 200, 429, 200]
        assert [each.headers.get("x-cache") for each in answers] == ["MISS", "HIT", "MISS", None, "HIT"]
        assert told(answers[3]) == (429, "DAILY_LIMIT_EXCEEDED")
        assert people.taken == len(stand.pen.cards) == 2


async def test_what_is_refused_is_not_counted() -> None:
    people = studio()
    async with standing(people) as stand:
        assert told(await stand.client.get(GENERATE, headers=BEARER)) == (400, "INVALID_PARAMS")
        assert told(await stand.client.get("/v1/generate?title=x&template=y", headers=BEARER))[0] == 404
        assert people.taken == 0


async def test_previews_are_drawn_for_anybody_ten_times_a_minute() -> None:
    people = studio()
    async with standing(people) as stand:
        for number in range(25):
            answer = await stand.client.get(f"{GENERATE}{number}&key=demo")
            if answer.status_code != 200:
                break
        # In two minutes there may be twice as many.
        assert number in range(10, 21)
        assert told(answer) == (429, "RATE_LIMIT_EXCEEDED")
        assert int(answer.headers["retry-after"]) >= 1
        assert {card.watermark for card in stand.pen.cards} == {"Preview"}
        assert people.taken == 0


async def test_a_key_of_another_kind_is_none() -> None:
    people = FakeStudio({KEY: Holder(1, 10, KeyKind.OSIG, PLAN)})
    async with standing(people) as stand:
        assert told(await stand.client.get(GENERATE + "x", headers=BEARER)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("DELETE", "/v1/generate", (405, "METHOD_NOT_ALLOWED")),
        ("POST", "/v1/templates", (405, "METHOD_NOT_ALLOWED")),
        ("POST", "/v1/health", (405, "METHOD_NOT_ALLOWED")),
        ("GET", "/v1/auth/register", (405, "METHOD_NOT_ALLOWED")),
    ],
)
async def test_a_method_that_is_not_there_is_told_in_the_envelope(
    method: str, path: str, refusal: tuple[int, str]
) -> None:
    async with standing(studio()) as stand:
        answer = await stand.client.request(method, path)
        assert told(answer) == refusal
        assert "OPTIONS" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/generate/more", "/v1/og/nothing"])
async def test_where_nothing_is_that_is_told_in_the_envelope(path: str) -> None:
    async with standing(studio()) as stand:
        for method in ("GET", "POST"):
            assert told(await stand.client.request(method, path)) == (404, "NOT_FOUND")
        assert (await stand.client.get("/v2/nothing")).headers["content-type"] == "application/problem+json"


async def test_what_is_too_large_is_told_in_the_envelope() -> None:
    async with standing(studio()) as stand:
        body = await stand.client.post("/v1/generate", content=b" " * 300_000, headers=BEARER)
        assert told(body) == (413, "INVALID_PARAMS")
        query = await stand.client.get(GENERATE + "x" * 20_000, headers=BEARER)
        assert told(query) == (414, "INVALID_PARAMS")


async def test_a_studio_that_does_not_answer_is_told_in_the_envelope() -> None:
    people = studio()
    people.is_down = True
    async with standing(people) as stand:
        answer = await stand.client.get(GENERATE + "x", headers=BEARER)
        assert told(answer) == (503, "INTERNAL_ERROR")
        assert answer.headers["retry-after"]
        # Who needs no key needs no studio.
        assert (await stand.client.get(GENERATE + "x&key=demo")).status_code == 200
        assert (await stand.client.get("/v1/health")).status_code == 200


async def test_each_request_has_an_id_of_its_own() -> None:
    async with standing(studio()) as stand:
        ids = {(await stand.client.get("/v1/health")).json()["meta"]["request_id"] for _ in range(5)}
        assert len(ids) == 5


async def test_our_own_api_and_theirs_share_what_is_drawn() -> None:
    async with standing(studio()) as stand:
        ours = await stand.client.get("/card/ogimage-product.png?title=One&accent_color=%2300ff00")
        theirs = await stand.client.get(f"{GENERATE}One&template=product&accent_color=0F0", headers=BEARER)
        assert theirs.headers["x-cache"] == "HIT"
        assert theirs.content == ours.content
        assert len(stand.pen.cards) == 1


async def test_where_addresses_must_be_signed_a_key_in_one_is_not_enough() -> None:
    async with standing(studio(), require_signature=True) as stand:
        assert told(await stand.client.get(f"{GENERATE}x&key={KEY}")) == (403, "FORBIDDEN")
        assert told(await stand.client.get(f"{GENERATE}x&key=demo")) == (403, "FORBIDDEN")
        posted = await stand.client.post("/v1/generate", json={"title": "x"}, headers=BEARER)
        assert posted.status_code == 200
