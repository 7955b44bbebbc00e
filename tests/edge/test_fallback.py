"""What a social crawler gets when a card cannot be had, and what it does not get."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from stand import CARD, Pen, Stand, stand

from frontis.edge import fallback
from frontis.edge.plain import MOST_AT_ONCE, TEMPLATE, plain_card
from frontis.errors import DrawFailed
from frontis.model.card import Card
from frontis.model.picture import Picture
from frontis.signing import sign_url
from frontis.templates import catalogue

FACEBOOK = {"user-agent": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"}
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


async def asked(one: Stand, path: str = CARD, **headers: str) -> httpx.Response:
    return await one.client.get(path, headers={**FACEBOOK, **headers})


def reason_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=60"
    return str(answer.headers["x-frontis-fallback"])


@dataclass
class Engine:
    """Draws plain cards as a pen does; all others wait while the gate is shut, and fail where it is broken."""

    is_broken: bool = True
    gate: threading.Event = field(default_factory=threading.Event)
    begun: list[Card] = field(default_factory=list)
    pen: Pen = field(default_factory=Pen)

    def __post_init__(self) -> None:
        self.gate.set()

    def draw(self, card: Card, pictures: Mapping[str, bytes]) -> Picture:
        if card.template != TEMPLATE:
            self.begun.append(card)
            assert self.gate.wait(20)
            if self.is_broken:
                raise DrawFailed("It cannot be drawn.")
        return self.pen.draw(card, pictures)

    def stand(self, **settings: Any) -> AbstractAsyncContextManager[Stand]:
        return stand(options={"draw": self.draw}, **settings)


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  (what is waited for happens in another thread)
            await asyncio.sleep(0.01)


METRIC = "/card/metric.png?value=42&label=Stars&trend=up"


async def test_a_card_that_cannot_be_drawn_becomes_a_plain_one_for_a_crawler_and_an_error_for_others() -> None:
    engine = Engine()
    async with engine.stand() as one:
        answer = await asked(one, METRIC)
        assert reason_of(answer) == "failure"
        assert [dict(card.values)["title"] for card in engine.pen.cards] == ["42"]
        refused = await one.client.get(METRIC, headers=BROWSER)
        assert (refused.status_code, refused.headers["content-type"]) == (500, "application/problem+json")


async def test_a_head_is_told_the_same_and_a_post_its_error() -> None:
    async with Engine().stand() as one:
        assert reason_of(await one.client.head(METRIC, headers=FACEBOOK)) == "failure"
        assert (await one.client.post("/card/metric.png", json={"value": "42"}, headers=FACEBOOK)).status_code == 500


async def test_many_crawlers_cost_one_plain_card() -> None:
    engine = Engine()
    async with engine.stand() as one:
        answers = await asyncio.gather(*(asked(one, METRIC) for _ in range(50)))
        assert {reason_of(answer) for answer in answers} == {"failure"}
        assert len(engine.pen.cards) == 1


async def test_the_switch_turns_it_off() -> None:
    async with Engine().stand(crawler_fallback=False) as one:
        assert (await asked(one, METRIC)).status_code == 500


async def test_what_is_wrong_with_the_address_stays_refused() -> None:
    async with stand(require_signature=True) as one:
        assert (await asked(one, "/nowhere")).status_code == 404
        assert (await asked(one, "/card/nothing.png?title=Hello")).status_code == 404
        assert (await asked(one, "/card/article.png")).status_code == 400
        assert (await asked(one, CARD)).status_code == 403
        assert one.pen.cards == []


async def test_a_signed_address_that_has_ended_gets_no_picture_even_if_it_had_one() -> None:
    secret = "a secret for this test"
    address = sign_url(f"http://og.example.com{CARD}", secret=secret, expires_at=int(time.time()) - 1)
    async with stand(require_signature=True, secret_key=secret) as one:
        assert (await asked(one, address)).status_code == 403


async def test_a_client_over_its_limit_gets_the_picture_that_is_there_if_it_is_a_crawler() -> None:
    async with stand(anonymous_per_minute=1) as one:
        one.stop_the_minute()
        good = await one.client.get(CARD, headers=BROWSER)
        assert (await one.client.get(CARD, headers=BROWSER)).status_code == 429
        answer = await asked(one)
        assert (reason_of(answer), answer.content) == ("rate-limit", good.content)
        # Its own ETag, so that what is kept meanwhile is not fetched once more.
        assert answer.headers["etag"] == good.headers["etag"]


async def test_a_full_queue_becomes_a_plain_card_which_waits_behind_none() -> None:
    engine = Engine(is_broken=False)
    engine.gate.clear()
    async with engine.stand(render_threads=1, render_queue=1) as one:
        drawn = asyncio.create_task(one.client.get("/card/metric.png?value=1", headers=BROWSER))
        await until(lambda: engine.begun)
        queued = asyncio.create_task(one.client.get("/card/metric.png?value=2", headers=BROWSER))
        await until(lambda: one.app.state.renderers.waiting)
        assert reason_of(await asked(one, "/card/metric.png?value=42")) == "overload"
        assert (await one.client.get("/card/metric.png?value=42", headers=BROWSER)).status_code == 503
        engine.gate.set()
        assert [(await each).status_code for each in (drawn, queued)] == [200, 200]


async def test_a_crawler_does_not_wait_for_a_slow_card_which_is_there_when_it_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fallback, "PATIENCE_SECONDS", 0.1)
    engine = Engine(is_broken=False)
    engine.gate.clear()
    async with engine.stand() as one:
        assert reason_of(await asked(one, METRIC)) == "slow"
        engine.gate.set()
        await until(lambda: not one.app.state.fallbacks._left_behind)
        answer = await asked(one, METRIC)
        assert answer.status_code == 200
        assert "x-frontis-fallback" not in answer.headers
        assert len(engine.begun) == 1


async def test_what_breaks_unexpectedly_becomes_a_plain_card_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Engine().stand() as one:
        monkeypatch.setattr(one.app.state.orders, "fill", lambda *_, **__: 1 / 0)
        assert reason_of(await asked(one, METRIC)) == "failure"
        assert (await one.client.get(METRIC, headers=BROWSER)).status_code == 500


def resolved(template: str, **values: str) -> Card:
    return catalogue().resolve(Card(template, values))


@pytest.mark.parametrize("identity", catalogue().ids())
def test_every_template_has_a_plain_card_of_its_own_words(identity: str) -> None:
    template = catalogue().look(identity).template
    card = catalogue().resolve(Card(identity, template.examples, size=(800, 418), format="jpeg", watermark="mark"))
    plain = plain_card(card, catalogue())
    assert plain is not None
    assert (plain.template, plain.size, plain.format, plain.watermark) == ("article", (800, 418), "jpeg", "mark")
    said = {text for value in card.values.values() for text in (value if isinstance(value, tuple) else (str(value),))}
    for name in ("title", "subtitle", "site", "author"):
        words = str(plain.values[name])
        assert not words or any(words[:20] in each for each in said)
    assert not plain.values["hero"]
    assert not plain.values["avatar"]


def test_a_card_without_words_has_none() -> None:
    assert plain_card(resolved("osig-base", title=""), catalogue()) is None


async def test_no_more_than_a_few_plain_cards_wait_at_one_time() -> None:
    async with Engine().stand() as one:
        answers = await asyncio.gather(
            *(asked(one, f"/card/metric.png?value={n}&trend=up") for n in range(MOST_AT_ONCE * 4))
        )
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {200, 500}
        assert statuses.count(200) >= MOST_AT_ONCE


async def test_it_is_counted() -> None:
    async with Engine().stand() as one:
        await asked(one, METRIC)
        page = (await one.client.get("/metrics", headers={"host": "127.0.0.1"})).text
        assert 'frontis_fallbacks_total{dialect="native",kind="plain",reason="failure"} 1.0' in page


async def test_a_crawler_that_is_its_vendors_passes_the_limit_with_what_is_here_or_signed_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = "a secret for this test"
    async with stand(anonymous_per_minute=1, secret_key=secret) as one:
        one.stop_the_minute()
        monkeypatch.setattr(one.app.state.fallbacks, "_verifier", OneVendor("127.0.0.1"))
        good = await one.client.get(CARD, headers=BROWSER)
        answer = await asked(one)
        assert "x-frontis-fallback" not in answer.headers
        assert answer.content == good.content
        signed = sign_url("http://og.example.com/g?title=New", secret=secret, expires_at=int(time.time()) + 60)
        assert "x-frontis-fallback" not in (await asked(one, signed)).headers
        assert reason_of(await asked(one, "/card/article.png?title=Invented")) == "rate-limit"
        monkeypatch.setattr(one.app.state.fallbacks, "_verifier", OneVendor("203.0.113.9"))
        assert reason_of(await asked(one)) == "rate-limit"


@dataclass
class OneVendor:
    address: str

    def is_verified(self, user_agent: str, address: str) -> bool:
        return user_agent == FACEBOOK["user-agent"] and address == self.address
