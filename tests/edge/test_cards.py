"""From a card to its picture: what is kept, what is shared, and who waits for what."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import pytest
from stand import CARD, HERO, WITH_HERO, Boy, Stand, stand

from frontis.errors import DrawFailed, UpstreamRefused
from frontis.settings import Settings
from frontis.signing import sign_url

SECOND_CARD = "/card/article.png?title=Goodbye"


class TestTheCache:
    async def test_a_card_is_drawn_once_whatever_the_order_of_its_parameters(self) -> None:
        async with stand() as here:
            for query in ("title=A&site=b", "site=b&title=A", "utm=1&title=A&site=b", "title=x&title=A&site=b"):
                assert (await here.client.get(f"/card/article.png?{query}")).status_code == 200
        assert len(here.pen.cards) == 1

    async def test_other_words_another_size_and_another_format_are_other_cards(self) -> None:
        async with stand() as here:
            for address in (CARD, SECOND_CARD, f"{CARD}&width=1600", CARD.replace(".png", ".webp")):
                await here.client.get(address)
        assert len({card.fingerprint for card in here.pen.cards}) == 4

    async def test_no_room_means_that_every_card_is_drawn_anew(self) -> None:
        async with stand(cache_mb=0) as here:
            await here.client.get(CARD)
            await here.client.get(CARD)
        assert len(here.pen.cards) == 2

    async def test_a_failure_is_not_kept(self) -> None:
        async with stand(lambda pen, _: setattr(pen, "failure", DrawFailed("x"))) as here:
            assert (await here.client.get(CARD)).status_code == 500
            here.pen.failure = None
            assert (await here.client.get(CARD)).status_code == 200


class TestWhatComesFromElsewhere:
    async def test_all_pictures_of_a_card_are_fetched_at_once_and_each_only_once(self) -> None:
        avatar = "https://elsewhere.example/avatar.png"
        async with stand(lambda _, boy: setattr(boy, "seconds", 0.2)) as here:
            began = asyncio.get_running_loop().time()
            await here.client.get(f"{WITH_HERO}&avatar={avatar}")
            spent = asyncio.get_running_loop().time() - began
            await here.client.get(f"{CARD}&hero={HERO}&avatar={HERO}")
        assert here.boy.errands == [avatar, HERO, HERO] or here.boy.errands == [HERO, avatar, HERO]
        assert spent < 0.4

    async def test_a_late_picture_is_left_out_and_the_answer_is_in_time(self) -> None:
        async with stand(lambda _, boy: setattr(boy, "seconds", 30), image_fetch_timeout_seconds=0.2) as here:
            async with asyncio.timeout(5):
                answer = await here.client.get(WITH_HERO)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")

    async def test_pictures_may_not_take_up_all_the_time_of_a_request(self) -> None:
        options: dict[str, Any] = {"image_fetch_timeout_seconds": 8, "request_seconds": 1}
        async with stand(lambda _, boy: setattr(boy, "seconds", 30), **options) as here:
            assert (await here.client.get(WITH_HERO)).status_code == 200

    async def test_the_door_is_closed_with_the_application(self) -> None:
        async with stand() as here:
            assert not here.boy.is_closed
        assert here.boy.is_closed


class TestAPictureThatLacksSomething:
    async def test_is_served_for_half_a_minute_with_what_is_left_of_its_life_and_then_tried_again(self) -> None:
        clock = Clock()
        async with stand(refused, options={"clock": clock}) as here:
            lives = [await life(here, WITH_HERO)]
            for clock.seconds in (0.5, 29.9):
                lives.append(await life(here, WITH_HERO))
            assert (len(here.boy.errands), len(here.pen.cards)) == (1, 1)
            clock.seconds = 30
            lives.append(await life(here, WITH_HERO))
            assert (len(here.boy.errands), len(here.pen.cards)) == (2, 2)
            clock.seconds = 40
            lives.append(await life(here, WITH_HERO))
        assert lives == ["public, max-age=60"] + [f"public, max-age={left}" for left in (59, 30, 60, 50)]

    async def test_gives_way_to_the_whole_one_which_is_then_kept(self) -> None:
        clock = Clock()
        async with stand(refused, options={"clock": clock}) as here:
            await here.client.get(WITH_HERO)
            here.boy.failure, clock.seconds = None, 31
            second = await here.client.get(WITH_HERO)
            clock.seconds = 100_000
            third = await here.client.get(WITH_HERO)
        assert "max-age=86400" in second.headers["cache-control"]
        assert (third.content, third.headers["server-timing"]) == (second.content, 'cache;desc="hit"')
        assert len(here.pen.cards) == 2

    async def test_stands_in_for_its_own_card_alone(self) -> None:
        async with stand(refused, options={"clock": Clock()}) as here:
            await here.client.get(WITH_HERO)
            here.boy.failure = None
            assert "max-age=86400" in await life(here, f"{WITH_HERO}&site=another")

    async def test_of_a_signed_address_is_kept_no_longer_than_the_address_is_good(self) -> None:
        clock = Clock()
        async with stand(refused, options={"clock": clock}) as here:
            signed = sign_url(WITH_HERO, secret=Settings().secret_key, expires_at=int(time.time()) + 45)
            first = await life(here, signed)
            clock.seconds = 29
            second = await life(here, signed)
        assert first in {f"public, max-age={left}" for left in range(35, 46)}
        assert second == "public, max-age=31"

    async def test_is_not_kept_where_nothing_is(self) -> None:
        async with stand(refused, cache_mb=0) as here:
            await here.client.get(WITH_HERO)
            await here.client.get(WITH_HERO)
        assert len(here.pen.cards) == 2


@dataclass
class Clock:
    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


def refused(_: object, boy: Boy) -> None:
    boy.failure = UpstreamRefused(HERO, 404)


async def life(here: Stand, address: str) -> str:
    answer = await here.client.get(address)
    assert answer.status_code == 200
    return answer.headers["cache-control"]


class TestIdenticalRequests:
    async def test_fifty_cold_ones_cost_one_fetch_and_one_render(self) -> None:
        async with stand(lambda _, boy: setattr(boy, "seconds", 0.1)) as here:
            answers = await asyncio.gather(*(here.client.get(WITH_HERO) for _ in range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert (len(here.pen.cards), len(here.boy.errands)) == (1, 1)

    async def test_all_of_them_get_the_failure(self) -> None:
        async with stand(lambda pen, _: setattr(pen, "failure", DrawFailed("x"))) as here:
            here.pen.paper.clear()
            asked = [asyncio.create_task(here.client.get(CARD)) for _ in range(5)]
            await here.begun()
            here.pen.paper.set()
            assert {answer.status_code for answer in await asyncio.gather(*asked)} == {500}
        assert len(here.pen.cards) == 1

    async def test_the_same_card_in_two_dialects_is_drawn_once(self) -> None:
        words = "title=Hello&subtitle=World&eyebrow=Now"
        async with stand() as here:
            await here.client.get(f"/g?{words}&site=meta")
            answer = await here.client.get(f"/card/osig-base.png?{words}&width=1200&height=630")
        assert answer.headers["server-timing"] == 'cache;desc="hit"'

    async def test_one_who_goes_away_does_not_take_the_picture_from_the_others(self) -> None:
        async with stand() as here:
            here.pen.paper.clear()
            leaver, stayer = Caller(here, CARD), asyncio.create_task(here.client.get(CARD))
            await here.begun()
            await leaver.hang_up()
            here.pen.paper.set()
            assert (await stayer).status_code == 200
        assert len(here.pen.cards) == 1


class TestAClientThatWentAway:
    async def test_is_not_drawn_for_if_its_turn_had_not_come(self) -> None:
        async with stand(render_threads=1) as here:
            here.pen.paper.clear()
            first = asyncio.create_task(here.client.get(CARD))
            await here.begun()
            leaver = Caller(here, SECOND_CARD)
            await asyncio.sleep(0.05)
            await leaver.hang_up()
            here.pen.paper.set()
            await first
            await here.client.get("/card/article.png?title=Third")
        assert [card.values["title"] for card in here.pen.cards] == ["Hello", "Third"]

    async def test_frees_its_place_in_the_queue(self) -> None:
        async with stand(render_threads=1, render_queue=1) as here:
            here.pen.paper.clear()
            first = asyncio.create_task(here.client.get(CARD))
            await here.begun()
            leaver = Caller(here, SECOND_CARD)
            await asyncio.sleep(0.05)
            assert (await here.client.get("/card/article.png?title=Third")).status_code == 503
            await leaver.hang_up()
            fourth = asyncio.create_task(here.client.get("/card/article.png?title=Fourth"))
            await asyncio.sleep(0.05)
            here.pen.paper.set()
            assert [(await first).status_code, (await fourth).status_code] == [200, 200]

    async def test_is_not_fetched_for_any_longer(self) -> None:
        async with stand(lambda _, boy: setattr(boy, "seconds", 30)) as here:
            leaver = Caller(here, WITH_HERO)
            await asyncio.sleep(0.05)
            async with asyncio.timeout(5):
                await leaver.hang_up()
        assert (len(here.boy.errands), here.pen.cards) == (1, [])


class TestOverload:
    async def test_what_does_not_get_in_is_told_at_once_and_the_rest_goes_on(self) -> None:
        async with stand(render_threads=1, render_queue=1) as here:
            await here.client.get(SECOND_CARD)
            here.pen.begun.clear()
            here.pen.paper.clear()
            drawing = asyncio.create_task(here.client.get(CARD))
            await here.begun()
            waiting = asyncio.create_task(here.client.get("/card/article.png?title=Waiting"))
            await asyncio.sleep(0.05)
            async with asyncio.timeout(5):
                native = await here.client.get("/card/article.png?title=Refused")
                osig = await here.client.get("/g?title=Refused")
                assert (await here.client.get("/healthz")).status_code == 200
                assert (await here.client.get(SECOND_CARD)).headers["server-timing"] == 'cache;desc="hit"'
                assert (await here.client.get("/")).status_code == 200
            for refusal in (native, osig):
                assert refusal.status_code == 503
                assert int(refusal.headers["retry-after"]) >= 1
                assert refusal.headers["cache-control"] == "no-store"
            here.pen.paper.set()
            assert [(await drawing).status_code, (await waiting).status_code] == [200, 200]

    async def test_a_card_with_pictures_is_refused_before_they_are_fetched(self) -> None:
        async with stand(render_threads=1, render_queue=1) as here:
            here.pen.paper.clear()
            others = [asyncio.create_task(here.client.get(CARD))]
            await here.begun()
            others.append(asyncio.create_task(here.client.get(SECOND_CARD)))
            await asyncio.sleep(0.05)
            assert (await here.client.get(WITH_HERO)).status_code == 503
            here.pen.paper.set()
            await asyncio.gather(*others)
        assert here.boy.errands == []

    async def test_only_so_many_cards_wait_for_pictures_and_the_others_are_not_behind_them(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("frontis.edge.cards.MOST_GATHERING", 2)
        async with stand(lambda _, boy: setattr(boy, "seconds", 30)) as here:
            callers = [Caller(here, f"{WITH_HERO}{number}") for number in range(2)]
            await asyncio.sleep(0.05)
            refused = await here.client.get(f"{WITH_HERO}-too-many")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
            assert (await here.client.get(CARD)).status_code == 200
            for caller in callers:
                await caller.hang_up()
            here.boy.seconds = 0
            assert (await here.client.get(f"{WITH_HERO}-again")).status_code == 200

    async def test_one_that_waits_too_long_has_its_answer_in_time_and_the_work_goes_on(self) -> None:
        async with stand(render_threads=1, request_seconds=1) as here:
            here.pen.paper.clear()
            async with asyncio.timeout(10):
                drawn, queued = await asyncio.gather(here.client.get(CARD), here.client.get(SECOND_CARD))
            assert {drawn.status_code, queued.status_code} == {500, 503}
            here.pen.paper.set()
            assert (await here.client.get(CARD)).status_code == 200
            assert (await here.client.get(SECOND_CARD)).status_code == 200
        assert len(here.pen.cards) == 2


async def test_the_watermark_of_the_operator_is_on_every_card() -> None:
    async with stand(watermark="made with Frontis") as here:
        for address in (CARD, "/g?title=Hello"):
            assert (await here.client.get(address)).status_code == 200
    assert {card.watermark for card in here.pen.cards} == {"made with Frontis"}


async def test_without_one_no_card_has_a_watermark() -> None:
    async with stand() as here:
        await here.client.get(CARD)
    assert {card.watermark for card in here.pen.cards} == {""}


async def test_a_version_in_the_path_is_another_card_that_may_be_kept_for_ever() -> None:
    async with stand() as here:
        await here.client.get(CARD)
        answer = await here.client.get("/card/article@2.png?title=Hello")
    assert "immutable" in answer.headers["cache-control"]
    assert [card.version for card in here.pen.cards] == ["", "2"]


async def test_a_post_draws_what_its_body_says_and_shares_the_cache() -> None:
    async with stand() as here:
        posted = await here.client.post("/card/article.png", json={"title": "Hello"})
        asked = await here.client.get(CARD)
    assert posted.status_code == 200
    assert posted.content == asked.content
    assert len(here.pen.cards) == 1


class Caller:
    """One request whose connection the test can close before the answer."""

    def __init__(self, here: Stand, address: str) -> None:
        path, _, query = address.partition("?")
        self._gone = asyncio.Event()
        self._asked = False
        self.sent: list[Any] = []
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(b"host", b"og.example.com")], "scheme": "http", "server": ("127.0.0.1", 80), "root_path": "",
        }  # fmt: skip
        self._call = asyncio.create_task(_as_coroutine(here.app(scope, self._receive, self._send)))

    async def hang_up(self) -> None:
        self._gone.set()
        await self._call

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


async def _as_coroutine(call: Awaitable[None]) -> None:
    await call
