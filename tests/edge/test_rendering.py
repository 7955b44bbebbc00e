"""The threads that draw."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
from stand import Pen
from structlog.testing import capture_logs

from frontis.edge import rendering
from frontis.edge.rendering import Draw, Renderers
from frontis.edge.turns import Claim
from frontis.errors import DrawFailed, EncodeFailed, Overloaded
from frontis.model.card import Card
from frontis.model.picture import Picture


def card(title: str = "Hello", template: str = "article", size: tuple[int, int] = (1200, 630)) -> Card:
    return Card(template, {"title": title}, size=size)


@asynccontextmanager
async def renderers(draw: Draw, **options: float) -> AsyncIterator[Renderers]:
    pool = Renderers(
        draw,
        threads=int(options.get("threads", 1)),
        most_waiting=int(options.get("most_waiting", 10)),
        lost_after_seconds=options.get("lost_after_seconds", 30),
        most_lost=int(options.get("most_lost", 4)),
    )
    pool.open()
    try:
        yield pool
    finally:
        await pool.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  (what holds is decided in other threads)
            await asyncio.sleep(0.01)


async def test_a_card_is_drawn_in_another_thread_with_its_tag_computed_there() -> None:
    threads = []
    pen = Pen()

    def draw(card: Card, pictures: Mapping[str, bytes]) -> Picture:
        threads.append(threading.current_thread())
        return pen.draw(card, pictures)

    async with renderers(draw) as pool:
        rendered = await pool.render(card(), {})
    assert threads != [threading.current_thread()]
    assert "etag" in vars(rendered.picture)
    assert rendered.wait_seconds >= 0
    assert rendered.draw_seconds >= 0


async def test_as_many_are_drawn_at_one_time_as_there_are_threads() -> None:
    pen = Pen()
    pen.paper.clear()
    async with renderers(pen.draw, threads=3) as pool:
        drawings = [asyncio.create_task(pool.render(card(str(number)), {})) for number in range(7)]
        await until(lambda: len(pen.cards) == 3)
        await asyncio.sleep(0.05)
        assert len(pen.cards) == 3
        pen.paper.set()
        await asyncio.gather(*drawings)
    assert len(pen.cards) == 7


async def test_the_one_too_many_is_refused_at_once() -> None:
    pen = Pen()
    pen.paper.clear()
    async with renderers(pen.draw, most_waiting=2) as pool:
        first = asyncio.create_task(pool.render(card(), {}))
        await until(lambda: len(pen.cards) == 1)
        waiting = [asyncio.create_task(pool.render(card(str(number)), {})) for number in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as refusal:
            await pool.render(card("too many"), {})
        assert (refusal.value.retry_after_seconds or 0) >= 1
        pen.paper.set()
        await asyncio.gather(first, *waiting)
        await pool.render(card("now there is room"), {})


async def test_one_who_is_cancelled_while_waiting_is_not_drawn_for() -> None:
    pen = Pen()
    pen.paper.clear()
    async with renderers(pen.draw) as pool:
        first = asyncio.create_task(pool.render(card(), {}))
        await until(lambda: len(pen.cards) == 1)
        leaver = asyncio.create_task(pool.render(card("leaver"), {}))
        await asyncio.sleep(0)
        leaver.cancel()
        await asyncio.wait({leaver})
        pen.paper.set()
        await first
        await pool.render(card("last"), {})
    assert [each.values["title"] for each in pen.cards] == ["Hello", "last"]


async def test_our_own_errors_come_through_as_they_are() -> None:
    pen = Pen(failure=EncodeFailed("no"))
    async with renderers(pen.draw) as pool:
        with pytest.raises(EncodeFailed, match="no"):
            await pool.render(card(), {})


@pytest.mark.parametrize("failure", [ValueError("secret"), MemoryError(), BaseException("a panic"), SystemExit(3)])
async def test_whatever_breaks_becomes_our_error_and_the_thread_lives_on(failure: BaseException) -> None:
    pen = Pen(failure=failure)
    async with renderers(pen.draw) as pool:
        with capture_logs() as logs, pytest.raises(DrawFailed) as caught:
            await pool.render(card(), {})
        assert "secret" not in str(caught.value)
        assert [line["event"] for line in logs] == ["render failed unexpectedly"]
        pen.failure = None
        assert (await pool.render(card(), {})).picture.data
        assert pool.has_hands


class TestAThreadThatDoesNotComeBack:
    async def test_is_given_up_and_another_takes_its_place(self) -> None:
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw, lost_after_seconds=0.1) as pool:
            with pytest.raises(DrawFailed, match=r"longer than 0\.1 s"):
                await pool.render(card("slow"), {})
            pen.paper.set()
            assert (await pool.render(card("quick"), {})).picture.data

    async def test_ends_when_it_comes_back_after_all(self) -> None:
        pen = Pen()
        pen.paper.clear()
        before = threading.active_count()
        async with renderers(pen.draw, lost_after_seconds=0.1, threads=2) as pool:
            with pytest.raises(DrawFailed):
                await pool.render(card("slow"), {})
            assert threading.active_count() == before + 3
            pen.paper.set()
            await until(lambda: threading.active_count() == before + 2)
            assert (await pool.render(card("quick"), {})).picture.data

    async def test_is_replaced_only_so_often_and_then_no_hands_are_left(self) -> None:
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw, lost_after_seconds=0.1, most_lost=2) as pool:
            for number in range(3):
                assert pool.has_hands
                with pytest.raises(DrawFailed):
                    await pool.render(card(template=f"wild-{number}"), {})
            assert not pool.has_hands
            pen.paper.set()
            await until(lambda: pool.has_hands)
            assert (await pool.render(card("quick"), {})).picture.data

    async def test_its_template_is_not_tried_again_after_the_second_time_and_the_others_are(self) -> None:
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw, lost_after_seconds=0.1) as pool:
            for number in range(2):
                assert pool.shunned_templates == ()
                with pytest.raises(DrawFailed):
                    await pool.render(card(str(number), "wild"), {})
            assert pool.shunned_templates == ("wild",)
            pen.paper.set()
            with pytest.raises(DrawFailed, match="'wild' took too long"):
                await pool.render(card("3", "wild"), {})
            assert (await pool.render(card("3"), {})).picture.data


async def test_those_who_still_wait_at_the_end_are_not_left_hanging() -> None:
    pen = Pen()
    pen.paper.clear()
    async with renderers(pen.draw) as pool:
        drawing = asyncio.create_task(pool.render(card(), {}))
        await until(lambda: len(pen.cards) == 1)
        waiting = asyncio.create_task(pool.render(card("waiting"), {}))
        await asyncio.sleep(0)
        closing = asyncio.create_task(pool.close())
        await asyncio.wait({waiting}, timeout=5)
        assert waiting.cancelled()
        pen.paper.set()
        await closing
        assert (await drawing).picture.data


async def test_the_event_loop_goes_on_while_a_card_is_drawn() -> None:
    pen = Pen()
    pen.paper.clear()
    async with renderers(pen.draw) as pool:
        drawing = asyncio.create_task(pool.render(card(), {}))
        await until(lambda: len(pen.cards) == 1)
        assert pool.is_drawing(card())
        assert not pool.is_drawing(card("another"))
        assert not drawing.done()
        pen.paper.set()
        await drawing
        await until(lambda: not pool.is_drawing(card()))


class TestTurns:
    async def test_a_tenant_who_fills_the_queue_keeps_no_other_out_and_waits_longest(self) -> None:
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw, most_waiting=4) as pool:
            first = asyncio.create_task(pool.render(card("first"), {}, Claim("greedy")))
            await until(lambda: len(pen.cards) == 1)
            greedy = [asyncio.create_task(pool.render(card(f"g{n}"), {}, Claim("greedy"))) for n in range(4)]
            await asyncio.sleep(0)
            with pytest.raises(Overloaded):
                await pool.render(card("g5"), {}, Claim("greedy"))
            modest = asyncio.create_task(pool.render(card("m"), {}, Claim("modest")))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded):
                await greedy[-1]
            pen.paper.set()
            await asyncio.gather(first, modest, *greedy[:-1])
        drawn = [str(each.values["title"]) for each in pen.cards]
        assert drawn.index("m") <= 2
        assert sorted(drawn) == ["first", "g0", "g1", "g2", "m"]

    async def test_what_comes_too_late_is_refused_at_once_and_what_has_become_late_is_never_drawn(self) -> None:
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw) as pool:
            first = asyncio.create_task(pool.render(card("first"), {}))
            await until(lambda: len(pen.cards) == 1)
            with pytest.raises(Overloaded):
                await pool.render(card("over"), {}, Claim("a", time.monotonic() - 1))
            with pytest.raises(Overloaded):
                await pool.render(card("soon over"), {}, Claim("a", time.monotonic() + 0.3))
            pen.paper.set()
            await first
        assert len(pen.cards) == 1

    async def test_the_pixels_that_are_drawn_at_one_time_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rendering, "MOST_PIXELS", 2_000_000)
        pen = Pen()
        pen.paper.clear()
        async with renderers(pen.draw, threads=3) as pool:
            drawings = [asyncio.create_task(pool.render(card(str(n), size=(1500, 1000)), {})) for n in range(2)]
            await until(lambda: len(pen.cards) == 1)
            small = asyncio.create_task(pool.render(card("small", size=(600, 315)), {}, Claim("another")))
            await until(lambda: len(pen.cards) == 2)
            await asyncio.sleep(0.05)
            assert sorted(str(each.values["title"]) for each in pen.cards) == ["0", "small"]
            pen.paper.set()
            await asyncio.gather(small, *drawings)

    async def test_a_card_that_is_larger_than_all_the_room_is_drawn_by_itself(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rendering, "MOST_PIXELS", 1)
        async with renderers(Pen().draw, threads=2) as pool:
            assert await asyncio.gather(*(pool.render(card(str(n)), {}) for n in range(4)))
