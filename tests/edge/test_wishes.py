"""What a dialect may ask of the edge beside cards: seen through an inn that asks for all of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest
from fake_studio import ALICE, OSIG, FakeStudio
from stand import stand

from frontis.errors import FrontisError, KeyMissing, RateLimited, WrongMethod
from frontis.model.account import Allowance, KeyKind, Plan
from frontis.model.card import Card
from frontis.model.dialect import Dialect, Errand, Metering, Reply, Route, Served, Terms
from frontis.model.order import AccountUsage, AdmissionWish, Order, Registered, RegisterWish, UsageWish
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.templates import catalogue

KEYS = frozenset({KeyKind.OSIG})
STATUSES: tuple[tuple[type[FrontisError], int], ...] = ((WrongMethod, 405), (RateLimited, 429), (KeyMissing, 401))


def said(body: object) -> Reply:
    return Reply(200, json.dumps(body, default=str).encode(), "application/json")


def told(registered: Registered) -> Reply:
    return said(asdict(registered))


def card_of(query: Query) -> Order:
    card = catalogue().resolve(Card("article", {"title": query.last("title") or "Hello"}, watermark="Preview"))
    return Order(card, key=query.last("key") or "", is_open=query.last("key") == "demo")


def described(query: Query) -> Order:
    def tell(served: Served, _: Picture) -> Reply:
        return said({"fingerprint": served.card.fingerprint, "watermark": served.card.watermark, "id": query.id})

    return replace(card_of(query), tell=tell)


def explain(error: FrontisError, query: Query) -> Reply:
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 400)
    return Reply(status, f"inn: {type(error).__name__} {query.id}".encode(), "text/plain")


def headers(_: Order, served: Served) -> Mapping[str, str]:
    return {"Cache-Control": "public", "X-Card": served.card.fingerprint}


def usage(query: Query) -> Errand:
    return Errand(UsageWish(), lambda found: said(asdict(found)), key=query.last("key") or "")


INN = Dialect(
    "inn",
    "Inn",
    (
        Route(("GET",), "/inn/card", "", card_of, terms=Terms(KEYS, is_key_required=True, is_rate_limited=True)),
        Route(("GET",), "/inn/words", "", described, terms=Terms(KEYS)),
        Route(("POST",), "/inn/door", "", lambda query: Errand(RegisterWish(query.body.decode()), told)),
        Route(("GET",), "/inn/usage", "", usage, terms=Terms(KEYS, is_key_required=True)),
        Route(
            ("GET",),
            "/inn/hall",
            "",
            lambda query: Errand(AdmissionWish(), lambda _: said("welcome"), key=query.last("key") or ""),
            terms=Terms(KEYS, is_key_required=True, metering=Metering.NEVER),
        ),
    ),
    headers,
    explain,
)


def inn(studio: FakeStudio | None = None, **settings: Any) -> Any:
    options = {"open_ports": (studio or FakeStudio()).open, "dialects": (INN,)}
    return stand(None, options=options, **settings)


async def test_a_card_keeps_its_own_watermark_and_is_told_as_it_was_drawn() -> None:
    async with inn(watermark="the house") as here:
        answer = await here.client.get(f"/inn/card?key={OSIG}")
    (card,) = here.pen.cards
    assert card.watermark == "Preview"
    assert answer.headers["x-card"] == card.fingerprint


async def test_a_picture_may_be_told_in_words() -> None:
    async with inn() as here:
        answer = (await here.client.get("/inn/words")).json()
    assert answer["fingerprint"] == here.pen.cards[0].fingerprint
    assert answer["id"]


async def test_what_is_open_needs_no_key_and_is_drawn_for_one_client_ten_times_a_minute() -> None:
    async with inn() as here:
        assert (await here.client.get("/inn/card")).status_code == 401
        answers = [await here.client.get("/inn/card?key=demo") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_an_account_is_opened_once_and_for_one_client_five_times_a_minute() -> None:
    studio = FakeStudio()
    async with inn(studio) as here:
        first = await here.client.post("/inn/door", content="alice@example.com")
        again = await here.client.post("/inn/door", content="alice@example.com")
        more = [await here.client.post("/inn/door", content=f"{name}@example.com") for name in "abcd"]
    assert first.json()["key"] == "og_sk_" + "0" * 32
    assert again.text.startswith("inn: EmailTaken")
    assert [answer.status_code for answer in more] == [200, 200, 200, 429]


async def test_an_account_is_told_what_it_has_used() -> None:
    plan = Plan("free", allowances={"inn": Allowance(requests_per_minute=9)})
    async with inn(FakeStudio(holders={OSIG: replace(ALICE, plan=plan)})) as here:
        for _ in range(3):
            await here.client.get(f"/inn/card?key={OSIG}")
        found = (await here.client.get(f"/inn/usage?key={OSIG}")).json()
        assert (await here.client.get("/inn/usage")).status_code == 401
    assert set(found) == set(AccountUsage.__slots__)
    assert (found["plan"], found["minute_limit"], found["minute_used"], found["month_hits"]) == ("free", 9, 3, 2)


async def test_one_may_wish_only_to_be_let_in() -> None:
    async with inn() as here:
        assert (await here.client.get(f"/inn/hall?key={OSIG}")).json() == "welcome"
        assert (await here.client.get("/inn/hall")).status_code == 401


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/inn/hall"), ("GET", "/inn/door")])
async def test_a_wrong_method_is_told_in_the_words_of_the_dialect(method: str, path: str) -> None:
    async with inn() as here:
        answer = await here.client.request(method, path)
    assert answer.status_code == 405
    assert answer.text.startswith("inn: WrongMethod ")
    assert answer.text != "inn: WrongMethod "
    assert method not in answer.headers["allow"]


async def test_what_is_too_large_is_told_in_the_words_of_the_dialect() -> None:
    async with inn() as here:
        assert "QueryTooLong" in (await here.client.get(f"/inn/hall?{'x' * 20_000}")).text
        assert "RequestTooLarge" in (await here.client.post("/inn/door", content=b"x" * 300_000)).text
