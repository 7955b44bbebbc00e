"""Stored PNGs are written tighter while nobody waits."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from stand import CARD, Stand, stand

from frontis import Card, render
from frontis.edge.idle import SETTLED_SECONDS, Tightener
from frontis.edge.opening import _tightened
from frontis.model.picture import Picture


@dataclass
class Watch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def half(picture: Picture) -> Picture | None:
    return replace(picture, data=picture.data[: len(picture.data) // 2])


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  (what is waited for happens in another thread)
            await asyncio.sleep(0.01)


def idler(one: Stand, watch: Watch, tighten: Callable[[Picture], Picture | None] = half) -> Tightener:
    cards = one.app.state.orders._cards
    made = Tightener(one.app.state.renderers, cards._stored, cards._cache, tighten, clock=watch)
    cards._on_stored = made.remember
    return made


async def test_a_settled_picture_gets_fewer_bytes_and_another_tag_everywhere(tmp_path: Path) -> None:
    watch = Watch()
    async with stand(data_dir=tmp_path, store_mb=10) as one:
        tightener = idler(one, watch)
        before = [await one.client.get(CARD) for _ in range(3)][-1]
        await one.app.state.orders._cards._stored._store.close()
        assert not await tightener.work()
        watch.now += SETTLED_SECONDS + 1
        assert await tightener.work()
        after = await one.client.get(CARD)
        assert len(after.content) == len(before.content) // 2
        assert after.headers["etag"] != before.headers["etag"]
        assert not await tightener.work()
    async with stand(data_dir=tmp_path, store_mb=10) as again:
        assert (await again.client.get(CARD)).content == after.content
        assert again.pen.cards == []


async def test_nothing_is_written_while_a_card_is_drawn(tmp_path: Path) -> None:
    watch = Watch()
    async with stand(data_dir=tmp_path, store_mb=10) as one:
        tightener = idler(one, watch)
        await one.client.get(CARD)
        await one.app.state.orders._cards._stored._store.close()
        watch.now += SETTLED_SECONDS + 1
        one.pen.paper.clear()
        drawing = asyncio.create_task(one.client.get(f"{CARD}2"))
        await until(lambda: one.app.state.renderers.drawing)
        assert not await tightener.work()
        one.pen.paper.set()
        await drawing
        await until(lambda: not one.app.state.renderers.drawing)
        assert await tightener.work()


async def test_what_is_forgotten_meanwhile_stays_forgotten(tmp_path: Path) -> None:
    watch = Watch()
    async with stand(data_dir=tmp_path, store_mb=10) as one:
        tightener = idler(one, watch, lambda _: None)
        await one.client.get(CARD)
        watch.now += SETTLED_SECONDS + 1
        assert not await tightener.work()
        assert not await tightener.work()


async def test_it_is_done_in_a_thread_of_its_own(tmp_path: Path) -> None:
    watch, threads = Watch(), []

    def noted(picture: Picture) -> Picture | None:
        threads.append(threading.current_thread().name)
        return half(picture)

    async with stand(data_dir=tmp_path, store_mb=10) as one:
        tightener = idler(one, watch, noted)
        await one.client.get(CARD)
        await one.app.state.orders._cards._stored._store.close()
        watch.now += SETTLED_SECONDS + 1
        await tightener.work()
    assert threads == ["frontis-idle_0"]


def test_what_the_edge_uses_is_the_encoders() -> None:
    picture = render(Card("article", {"title": "Hello"}, size=(600, 315)))
    tighter = _tightened(picture)
    assert tighter is not None
    assert len(tighter.data) < len(picture.data)
