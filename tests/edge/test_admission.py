"""Keys, signatures and quotas at the edge, with a studio that does as the tests say."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from fake_studio import ALICE, BOBS, FREE, OGSTACK, OSIG, PRO, SECRET, SITE, FakeStudio, standing
from stand import CARD, HERO, stand

from frontis.errors import UpstreamTimeout
from frontis.fetch import Attempt as FetchAttempt
from frontis.model.account import Allowance, Holder, KeyKind, Plan
from frontis.signing import sign


def signed(path: str, secret: str = SECRET, **parameters: str) -> str:
    return f"{path}?{sign(parameters, secret=secret, expires_at=int(time.time()) + 60)}"


async def test_a_keyed_request_tells_what_is_used_and_warns_once() -> None:
    async with standing(FakeStudio()) as here:
        answers = [await here.client.get(f"/g?title=Hello&key={OSIG}") for _ in range(3)]
    assert [answer.headers["x-osig-daily-usage"] for answer in answers] == ["1/1000", "2/1000", "3/1000"]
    assert [answer.headers.get("x-osig-quota-warning") for answer in answers] == [None, "daily", None]
    assert "x-osig-monthly-usage" not in answers[0].headers


async def test_the_request_after_the_last_is_refused_even_when_its_picture_is_there() -> None:
    async with standing(FakeStudio(limit=2)) as here:
        answers = [await here.client.get(f"/g?title=Hello&key={OSIG}") for _ in range(3)]
        anonymous = await here.client.get("/g?title=Hello")
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].text == "Usage quota exceeded: daily"
    assert not {"x-osig-daily-usage", "retry-after"} & set(answers[2].headers)
    assert answers[2].headers["cache-control"] == "no-store"
    assert anonymous.status_code == 200


@pytest.mark.parametrize(
    ("key", "plan", "words"),
    [(OSIG, FREE, "marked"), (OSIG, PRO, ""), ("unknown000", PRO, "marked"), ("", PRO, "marked")],
)
async def test_only_a_plan_without_it_spares_the_watermark(key: str, plan: Plan, words: str) -> None:
    studio = FakeStudio(holders={OSIG: replace(ALICE, plan=plan)})
    async with standing(studio, watermark="marked") as here:
        assert (await here.client.get(f"/g?title=Hello&key={key}")).status_code == 200
    assert [card.watermark for card in here.pen.cards] == [words]


async def test_an_unknown_key_is_anonymous_and_counts_nothing() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        answer = await here.client.get("/g?title=Hello&key=unknown000")
    assert answer.status_code == 200
    assert "x-osig-daily-usage" not in answer.headers
    assert (studio.taken, studio.notes) == (0, Counter())


async def test_accounts_that_cannot_be_looked_up_are_a_503_for_those_who_show_a_key() -> None:
    async with standing(FakeStudio(is_down=True)) as here:
        assert (await here.client.get(f"/g?title=Hello&key={OSIG}")).status_code == 503
        assert (await here.client.get(f"{CARD}&key={OSIG}")).status_code == 503
        assert (await here.client.get("/g?title=Hello")).status_code == 200


async def test_our_own_api_counts_what_is_drawn_and_not_what_was_there() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        for _ in range(3):
            await here.client.get(CARD, headers={"authorization": f"Bearer {OSIG}"})
        await here.client.get(f"{CARD}&key={OSIG}&subtitle=other")
    assert studio.taken == 2
    assert studio.notes == Counter({True: 2, False: 2})


async def test_a_herd_for_one_new_card_is_counted_once() -> None:
    studio = FakeStudio(limit=1)
    async with standing(studio) as here:
        here.pen.paper.clear()
        herd = [asyncio.create_task(here.client.get(f"{CARD}&key={OSIG}")) for _ in range(20)]
        await here.begun()
        here.pen.paper.set()
        answers = await asyncio.gather(*herd)
        assert {answer.status_code for answer in answers} == {200}
        assert studio.taken == 1
        assert (await here.client.get(f"{CARD}&subtitle=other&key={OSIG}")).status_code == 429


async def test_a_card_that_could_not_be_drawn_is_not_counted() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        here.pen.failure = RuntimeError("panic")
        assert (await here.client.get(f"{CARD}&key={OSIG}")).status_code == 500
    assert studio.taken == 0


@pytest.mark.parametrize("path", ["/g", "/card/article.png"])
async def test_a_signature_must_be_good_where_there_is_one(path: str) -> None:
    async with standing(FakeStudio()) as here:
        good = signed(path, title="Hello")
        answers = [
            await here.client.get(each) for each in (good, good + "&utm=1", signed(path, "another secret", title="x"))
        ]
    assert [answer.status_code for answer in answers] == [200, 403, 403]


async def test_what_is_not_signed_is_refused_where_the_operator_says_so() -> None:
    async with standing(FakeStudio(), require_signature=True) as here:
        refused = await here.client.get("/g?title=Hello")
        assert (refused.status_code, refused.text) == (403, "Invalid or expired signature")
        assert (await here.client.get(CARD)).status_code == 403
        assert (await here.client.get(f"{CARD}&key={OSIG}")).status_code == 403
        assert (await here.client.get(signed("/g", title="Hello"))).status_code == 200
        # A key in a header is read by nobody else.
        assert (await here.client.get(CARD, headers={"x-api-key": OSIG})).status_code == 200
        assert (await here.client.post("/card/article.png", json={"title": "Hello"})).status_code == 403


async def test_a_project_with_a_secret_of_its_own_takes_no_other_signature() -> None:
    site = replace(SITE, signing_secret="the site's own secret", requires_signature=True)
    async with standing(FakeStudio(holders={OSIG: replace(ALICE, project=site)})) as here:
        assert (await here.client.get(f"/g?title=Hello&key={OSIG}")).status_code == 403
        assert (await here.client.get(signed("/g", title="Hello", key=OSIG))).status_code == 403
        own = signed("/g", "the site's own secret", title="Hello", key=OSIG)
        assert (await here.client.get(own)).status_code == 200
        assert (await here.client.get("/g?title=Hello")).status_code == 200


async def test_a_refused_signature_is_not_counted() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        await here.client.get(signed("/g", "another secret", title="x", key=OSIG))
    assert studio.taken == 0


def signing_call(**params: Any) -> dict[str, Any]:
    return {"params": {"title": "Narrative", "quality": 80, "dark": True, "eyebrow": None, **params}}


async def test_a_signed_address_is_good_here() -> None:
    async with standing(FakeStudio()) as here:
        answer = await here.client.post("/api/sign", json={**signing_call(), "expires_in_seconds": 99_999_999})
        body = answer.json()
        assert set(body) == {"signed_url", "expires_at"}
        assert body["signed_url"].startswith("http://og.example.com/g?title=Narrative&quality=80&dark=True&exp=")
        assert 2_591_000 < int(body["signed_url"].partition("exp=")[2].partition("&")[0]) - time.time() <= 2_592_000
        picture = await here.client.get(body["signed_url"])
    assert picture.status_code == 200
    assert "immutable" not in picture.headers["cache-control"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"params": 1}', '{"params": {"a": []}}', '{"params": {}, "expires_in_seconds": "soon"}']
)
async def test_a_call_that_cannot_be_signed_is_a_422(body: str) -> None:
    async with standing(FakeStudio()) as here:
        answer = await here.client.post("/api/sign", content=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], list)


async def test_where_signatures_are_required_only_a_secret_key_has_addresses_signed() -> None:
    alices, bobs = Holder(1, 11, KeyKind.OGSTACK, FREE), Holder(2, 12, KeyKind.OGSTACK, FREE)
    site = replace(SITE, requires_signature=True)
    holders = {OSIG: replace(ALICE, project=site), OGSTACK: alices, BOBS: bobs}
    call = signing_call(key=OSIG)
    async with standing(FakeStudio(holders=holders)) as here:
        for headers, status in (
            ({}, 401),
            ({"authorization": f"Bearer {OSIG}"}, 401),
            ({"authorization": f"Bearer {BOBS}"}, 401),
            ({"authorization": f"Bearer {OGSTACK}"}, 200),
        ):
            assert (await here.client.post("/api/sign", json=call, headers=headers)).status_code == status
        assert (await here.client.post("/api/sign", json=signing_call())).status_code == 200
    async with standing(FakeStudio(holders=holders), require_signature=True) as here:
        assert (await here.client.post("/api/sign", json=signing_call())).status_code == 401


@pytest.mark.parametrize("path", ["/api/onboarding/meta", "/api/integrations/wordpress"])
async def test_addresses_for_pages_are_signed_on_the_terms_of_all_others(path: str) -> None:
    alices, bobs = Holder(1, 11, KeyKind.OGSTACK, FREE), Holder(2, 12, KeyKind.OGSTACK, FREE)
    site = replace(SITE, signing_secret="the site's own secret", requires_signature=True)
    holders = {OSIG: replace(ALICE, project=site), OGSTACK: alices, BOBS: bobs}
    call = {"page_url": "https://example.com/", "title": "Hello"}
    by_alice, by_bob = {"authorization": f"Bearer {OGSTACK}"}, {"authorization": f"Bearer {BOBS}"}
    async with standing(FakeStudio(holders=holders)) as here:
        assert (await here.client.post(path, json=call)).status_code == 200
        for headers in ({}, by_bob, {"authorization": f"Bearer {OSIG}"}):
            answer = await here.client.post(path, json={**call, "key": OSIG}, headers=headers)
            assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})
        signed_by_site = await here.client.post(path, json={**call, "key": OSIG}, headers=by_alice)
        address = signed_by_site.json()["signed_url"]
        assert (await here.client.get(address)).status_code == 200
        assert (await here.client.get(address.partition("&exp=")[0])).status_code == 403
    async with standing(FakeStudio(holders=holders), require_signature=True) as here:
        assert (await here.client.post(path, json=call)).status_code == 401
        answer = await here.client.post(path, json=call, headers=by_bob)
        assert (await here.client.get(answer.json()["signed_url"])).status_code == 200


async def test_a_key_of_one_project_signs_for_no_other() -> None:
    first = replace(SITE, number=6, public_id="ffffffffffff")
    second = replace(SITE, signing_secret="the second's secret", requires_signature=True)
    holders = {
        OSIG: replace(ALICE, project=second),
        OGSTACK: Holder(1, 11, KeyKind.OGSTACK, FREE, project=first),
        BOBS: Holder(1, 12, KeyKind.OGSTACK, FREE, project=second),
    }
    async with standing(FakeStudio(holders=holders), require_signature=True) as here:
        for key, params, status in ((OGSTACK, {"key": OSIG}, 401), (OGSTACK, {}, 401), (BOBS, {"key": OSIG}, 200)):
            headers = {"authorization": f"Bearer {key}"}
            answer = await here.client.post("/api/sign", json=signing_call(**params), headers=headers)
            assert answer.status_code == status


async def test_the_metrics_are_for_superusers_keys_alone() -> None:
    root = Holder(9, 90, KeyKind.OSIG, FREE, is_superuser=True)
    async with standing(FakeStudio(holders={OSIG: ALICE, "rootrootro": root})) as here:
        path = "/api/admin/render-metrics"
        for query in ("", "?api_key=", f"?api_key={OSIG}", "?api_key=unknown000", "?hours=many"):
            answer = await here.client.get(path + query)
            assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})
        assert (await here.client.get(f"{path}?api_key=rootrootro&hours=9999")).json() == {
            "window_hours": 720,
            "total_attempts": 120,
            "failed_attempts": 6,
            "fail_rate_percent": 5.0,
            "p95_render_ms": 284,
            "error_counts": {"transient_upstream_fetch": 4, "validation_error": 2},
        }
        assert (await here.client.get(f"{path}?api_key=rootrootro&hours=many")).status_code == 422


async def test_those_without_a_key_have_so_many_requests_a_minute_each() -> None:
    async with standing(FakeStudio(), anonymous_per_minute=2, trusted_proxies="127.0.0.1") as here:
        hit = {"x-forwarded-for": "198.51.100.1"}
        answers = [await here.client.get("/g?title=Hello", headers=hit) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60
        assert (await here.client.get("/g?title=Hello", headers={"x-forwarded-for": "198.51.100.2"})).status_code == 200
        assert (await here.client.get(f"/g?title=Hello&key={OSIG}", headers=hit)).status_code == 200
        assert (await here.client.get("/healthz", headers=hit)).status_code == 200
        assert (await here.client.get("/templates", headers=hit)).status_code == 200


async def test_what_was_asked_for_with_a_key_in_a_header_is_kept_by_no_shared_cache() -> None:
    async with standing(FakeStudio(), watermark="marked") as here:
        known = await here.client.get(CARD, headers={"x-api-key": OSIG})
        anonymous = await here.client.get(CARD)
        posted = await here.client.post("/card/article.png", json={"title": "Hello"}, headers={"x-api-key": OSIG})
    assert known.headers["cache-control"].startswith("private, max-age=")
    assert anonymous.headers["cache-control"].startswith("public, max-age=")
    assert posted.headers["cache-control"].startswith("public, max-age=")
    assert known.headers["vary"] == anonymous.headers["vary"] == "Authorization, X-API-Key"


async def test_an_account_has_the_requests_a_minute_of_its_plan() -> None:
    plan = Plan("free", allowances={"native": Allowance(requests_per_minute=2)})
    async with standing(FakeStudio(holders={OSIG: replace(ALICE, plan=plan)})) as here:
        answers = [await here.client.get(f"{CARD}&key={OSIG}") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers.get("ratelimit-remaining") for answer in answers] == ["1", "0", None]
        assert answers[2].json()["type"] == "/docs#rate-limited"
        assert (await here.client.get(f"/g?title=Hello&key={OSIG}")).status_code == 200


async def test_an_edge_alone_has_no_keys_and_no_record() -> None:
    async with stand() as here:
        answer = await here.client.get(f"/g?title=Hello&key={OSIG}")
        assert answer.status_code == 200
        assert "x-osig-daily-usage" not in answer.headers
        assert (await here.client.get(f"/api/admin/render-metrics?api_key={OSIG}")).status_code == 401


async def test_every_attempt_is_written_down_once_and_a_cached_picture_is_none() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        for _ in range(3):
            await here.client.get(f"/g?title=Hello&key={OSIG}")
        here.pen.failure = RuntimeError("panic")
        await here.client.get(CARD)
    assert [(each.dialect, each.template, each.error_type, each.number, each.account) for each in studio.attempts] == [
        ("osig", "osig-base", "", 1, 1),
        ("native", "article", "render_error", 1, None),
    ]
    assert all(each.seconds >= 0 and each.at.tzinfo for each in studio.attempts)


async def test_a_failed_fetch_is_a_failed_attempt_of_the_card_that_needs_it() -> None:
    studio = FakeStudio()
    async with stand(options={"open_ports": studio.open, "open_source": Stumbling}) as here:
        await here.client.get("/g?title=Hello&image_url=https://elsewhere.example/a.png")
    assert [(each.error_type, each.number) for each in studio.attempts] == [("transient_upstream_fetch", 1), ("", 2)]


async def test_what_came_and_is_no_picture_is_a_failed_attempt() -> None:
    studio = FakeStudio()
    async with standing(studio) as here:
        # The pen takes whatever came for a picture, but this.
        here.pen.spoiled = HERO
        await here.client.get(f"/g?title=Hello&image_url={HERO}")
    assert [(each.error_type, each.number) for each in studio.attempts] == [("image_decode_error", 1), ("", 2)]


class Stumbling:
    """Fails once for a passing reason, and says so as a door does."""

    def __init__(self, on_attempt: Any, *_: Any) -> None:
        self._on_attempt = on_attempt

    async def fetch(self, url: str, *, accept: str = "", budget_seconds: float | None = None) -> Any:
        # In a task of its own, as the flights of a door have it.
        await asyncio.create_task(self._fail())
        raise UpstreamTimeout(url, f"{accept} took longer than {budget_seconds} s")

    async def _fail(self) -> None:
        self._on_attempt(FetchAttempt("elsewhere.example", UpstreamTimeout, 0.1, 1))

    async def close(self) -> None:
        pass


def test_no_key_stands_in_the_words_of_a_holder_or_a_project() -> None:
    assert "secret" not in repr(replace(SITE, signing_secret="a secret"))
    assert json.dumps(repr(ALICE)).count(OSIG) == 0


URLPIX = "sk_live_" + "a" * 32
URLPIX_CARD = "/v1/og?template=default&title=Hello"


@pytest.mark.parametrize(
    ("key", "plan", "status", "words"),
    [
        (URLPIX, Plan("pro", may_use_urlpix=True), 200, ""),
        (URLPIX, Plan("free"), 403, "Plan does not support OG generation (requires Pro+)."),
        ("sk_live_" + "b" * 32, Plan("pro", may_use_urlpix=True), 401, "Invalid or revoked API key."),
        (OSIG, Plan("pro", may_use_urlpix=True), 401, "Invalid API key format."),
        (
            "",
            Plan("pro", may_use_urlpix=True),
            401,
            "Missing API key. Provide X-API-Key header or api_key query parameter.",
        ),
    ],
    ids=["pro", "free", "unknown", "of another service", "none"],
)
async def test_a_route_may_be_for_some_plans_only(key: str, plan: Plan, status: int, words: str) -> None:
    studio = FakeStudio(holders={URLPIX: replace(ALICE, kind=KeyKind.URLPIX, plan=plan), OSIG: ALICE})
    async with standing(studio) as here:
        answer = await here.client.get(URLPIX_CARD, headers={"x-api-key": key} if key else {})
    assert answer.status_code == status
    assert not words or answer.json() == {"error": words}
    assert studio.taken == (1 if status == 200 else 0)


async def test_a_refused_plan_is_asked_before_any_quota_and_signature() -> None:
    studio = FakeStudio(holders={URLPIX: replace(ALICE, kind=KeyKind.URLPIX)}, limit=0)
    async with standing(studio, require_signature=True) as here:
        answer = await here.client.get(f"{URLPIX_CARD}&api_key={URLPIX}")
    assert answer.status_code == 403
    assert "requires Pro+" in answer.json()["error"]
