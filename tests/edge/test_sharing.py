"""One drawing of a card at a time, by several processes with a Redis: each is an application of its own here."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from redis import Redis
from stand import CARD, Stand, stand
from structlog.testing import capture_logs

from frontis.edge.edition import Editions
from frontis.edge.redis_outage import RETRY_SECONDS
from frontis.edge.sharing import DrawnTogether
from frontis.errors import DrawFailed
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.settings import Settings
from frontis.templates import catalogue
from redis_server import RedisServer

SECONDS = 20.0


def card_of(title: str = "Hello") -> Card:
    return catalogue().resolve(Card("article", {"title": title}))


def picture_of(card: Card, data: bytes = b"a picture", **told: Any) -> Picture:
    return Picture(data, Format.PNG, card.output.size, **told)


@asynccontextmanager
async def processes(redis_url: str, number: int, **settings: Any) -> AsyncIterator[list[Stand]]:
    async with AsyncExitStack() as opened:
        yield [await opened.enter_async_context(stand(redis_url=redis_url, **settings)) for _ in range(number)]


@asynccontextmanager
async def sharing(redis_url: str, **times: Any) -> AsyncIterator[DrawnTogether]:
    one = DrawnTogether(redis_url, Editions(catalogue(), Settings()), **times)
    yield one
    await one.close()


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not is_so():  # noqa: ASYNC110  (what is waited for happens in another thread, or in Redis)
            await asyncio.sleep(0.01)


def states(redis_url: str) -> list[bytes]:
    """What the turns begin with."""
    with Redis.from_url(redis_url) as client:
        return [client.getrange(key, 0, 0) for key in client.keys("frontis:turn/*")]


async def test_a_herd_at_three_processes_costs_one_drawing(redis_url: str) -> None:
    async with processes(redis_url, 3) as them:
        for each in them:
            each.pen.paper.clear()
        asked = [asyncio.create_task(each.client.get(CARD)) for each in them for _ in range(20)]
        # Until two processes have found that the third has the turn.
        await until(lambda: states(redis_url) == [b"!"])
        for each in them:
            each.pen.paper.set()
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert sum(len(each.pen.cards) for each in them) == 1
        assert sum("shared;dur=" in answer.headers["server-timing"] for answer in answers) == 40


async def test_where_nobody_waits_nothing_is_left_in_redis(redis_url: str) -> None:
    async with processes(redis_url, 1) as (one,):
        assert (await one.client.get(CARD)).status_code == 200
        await until(lambda: states(redis_url) == [])


async def test_the_failure_of_one_is_not_that_of_the_others(redis_url: str) -> None:
    async with processes(redis_url, 2) as (one, other):
        one.pen.paper.clear()
        one.pen.failure = DrawFailed("no")
        first = asyncio.create_task(one.client.get(CARD))
        await one.begun()
        second = asyncio.create_task(other.client.get(CARD))
        await until(lambda: states(redis_url) == [b"!"])
        one.pen.paper.set()
        assert ((await first).status_code, (await second).status_code) == (500, 200)


async def test_a_process_that_is_gone_holds_the_others_up_for_half_of_their_time(redis_url: str) -> None:
    async with sharing(redis_url) as gone, processes(redis_url, 1, request_seconds=4) as (one,):
        async with gone.turn(card_of(), seconds=SECONDS):
            answer = await one.client.get(CARD)
        assert answer.status_code == 200
        assert len(one.pen.cards) == 1


async def test_a_turn_ends_by_itself(redis_url: str) -> None:
    async with sharing(redis_url) as one, sharing(redis_url) as other, one.turn(card_of(), seconds=0.2):
        async with other.turn(card_of(), seconds=SECONDS):
            # It is the other's now, and the end of the first does not touch it.
            pass
        async with other.turn(card_of(), seconds=SECONDS) as again:
            assert again.found is None


async def test_who_came_too_late_ends_no_turn_of_another(redis_url: str) -> None:
    async with sharing(redis_url) as one, sharing(redis_url) as other, AsyncExitStack() as held:
        async with one.turn(card_of(), seconds=0.1):
            await until(lambda: states(redis_url) == [])
            await held.enter_async_context(other.turn(card_of(), seconds=SECONDS))
        await one.close()
        assert states(redis_url) == [b"."]


@pytest.mark.parametrize("told", [{"within_budget": False}, {"missing": ("https://elsewhere.example/a.png",)}])
async def test_what_is_not_as_it_should_be_is_not_passed_on(redis_url: str, told: dict[str, Any]) -> None:
    card = card_of()
    async with sharing(redis_url) as one, sharing(redis_url) as other:

        async def wait() -> bytes | None:
            async with other.turn(card, seconds=SECONDS) as turn:
                return turn.found

        async with one.turn(card, seconds=SECONDS) as turn:
            waiting = asyncio.create_task(wait())
            await until(lambda: states(redis_url) == [b"!"])
            turn.pass_on(picture_of(card, **told))
        assert await waiting is None


async def test_one_whose_asker_goes_away_lets_the_next_one_draw(redis_url: str) -> None:
    async with processes(redis_url, 2) as (one, other):
        one.pen.paper.clear()
        first = asyncio.create_task(one.client.get(CARD))
        await one.begun()
        first.cancel()
        assert (await other.client.get(CARD)).status_code == 200
        assert len(other.pen.cards) == 1


async def test_without_redis_each_draws_alone_with_one_line_each(redis_server: RedisServer) -> None:
    now = [0.0]
    async with sharing(redis_server.url, redis_seconds=5, clock=lambda: now[0]) as one:
        with capture_logs() as lines:
            redis_server.stop()
            for number in range(3):
                async with one.turn(card_of(f"Card {number}"), seconds=SECONDS) as turn:
                    assert turn.found is None
            redis_server.start()
            now[0] += RETRY_SECONDS
            async with one.turn(card_of(), seconds=SECONDS):
                assert states(redis_server.url) == [b"."]
        assert [line["log_level"] for line in lines] == ["warning", "info"]


async def test_an_unanswered_client_costs_no_card(redis_server: RedisServer) -> None:
    async with processes(redis_server.url, 2) as (one, other):
        redis_server.pause()
        try:
            answers: list[httpx.Response] = [await each.client.get(CARD) for each in (one, other)]
        finally:
            redis_server.resume()
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content
