"""Finished pictures in the store: through the application, in a folder and in a bucket."""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from obstore.store import LocalStore
from stand import CARD, WITH_HERO, Boy, Pen, Stand, stand

from frontis.edge.counters import Metrics
from frontis.edge.edition import Editions
from frontis.edge.quick import MOST_PENDING_BYTES, Put, QuickStore
from frontis.edge.store import Store, open_store
from frontis.edge.stored import StoredPictures
from frontis.errors import UpstreamTimeout
from frontis.model.account import account_mark
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.settings import Settings
from frontis.templates import catalogue


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  (what is waited for happens in another thread)
            await asyncio.sleep(0.01)


def files(folder: Path) -> list[Path]:
    """The pictures that lie in a data folder."""
    return sorted((folder / "pictures" / "cards").rglob("*.*"))


def source_of(one: Stand) -> set[str]:
    """Where pictures have come from so far."""
    samples = (sample for each in one.app.state.metrics.registry.collect() for sample in each.samples)
    return {sample.labels["source"] for sample in samples if sample.name == "frontis_pictures_total"}


@pytest.mark.parametrize("where", ["folder", "s3"])
async def test_a_card_that_was_drawn_before_a_restart_is_not_drawn_again(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"{request.getfixturevalue('bucket')}/stored" if where == "s3" else ""
    settings: dict[str, Any] = {"data_dir": tmp_path, "store_mb": 10, "storage_url": address}
    async with stand(**settings) as before:
        first = await before.client.get(CARD)
    async with stand(**settings) as after:
        again = await after.client.get(CARD)
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        assert after.pen.cards == []
        assert again.headers["server-timing"].startswith('cache;desc="hit", store;dur=')
        assert source_of(after) == {"store"}
        # Now it is in memory.
        assert (await after.client.get(CARD)).headers["server-timing"] == 'cache;desc="hit"'


async def test_the_stored_file_can_be_opened_by_what_opens_pictures(tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, store_mb=10) as one:
        picture = await one.client.get(CARD)
    (file,) = files(tmp_path)
    assert file.suffix == ".png"
    assert file.read_bytes().startswith(picture.content)


async def test_a_herd_reads_a_stored_picture_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stand(data_dir=tmp_path, store_mb=10) as before:
        await before.client.get(CARD)
    reads = []
    find = Store.find

    async def counted(self: Store, key: str) -> object:
        reads.append(key)
        await asyncio.sleep(0.05)
        return await find(self, key)

    monkeypatch.setattr(Store, "find", counted)
    async with stand(data_dir=tmp_path, store_mb=10) as after:
        answers = await asyncio.gather(*(after.client.get(CARD) for _ in range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert (len(reads), after.pen.cards) == (1, [])


async def test_a_picture_that_lacks_something_is_not_stored(tmp_path: Path) -> None:
    def away(_: Pen, boy: Boy) -> None:
        boy.failure = UpstreamTimeout("x", "it took too long")

    async with stand(away, data_dir=tmp_path, store_mb=10) as one:
        assert (await one.client.get(WITH_HERO)).status_code == 200
    assert files(tmp_path) == []


async def test_a_store_that_is_full_is_left_alone_and_pictures_go_on(tmp_path: Path) -> None:
    # A file where the folder should be: nothing can be written below it, whoever runs this.
    (tmp_path / "pictures").write_text("in the way")
    async with stand(data_dir=tmp_path, store_mb=10) as one:
        for number in range(5):
            assert (await one.client.get(f"{CARD}{number}")).status_code == 200
            await asyncio.sleep(0.02)
        page = (await one.client.get("/metrics", headers={"host": "127.0.0.1"})).text
    # The first try finds it out; the others do not even try.
    assert 'frontis_stored_total{outcome="failed"} 1.0' in page
    assert 'outcome="written"' not in page


async def test_no_size_of_zero_stores_anything(tmp_path: Path) -> None:
    async with stand(data_dir=tmp_path, store_mb=0) as one:
        await one.client.get(CARD)
    assert files(tmp_path) == []


def one_card(word: str = "Hello") -> Card:
    return catalogue().resolve(Card("article", {"title": word}))


def picture(data: bytes = b"\x89PNG and so on") -> Picture:
    return Picture(data, Format.PNG, Card("article").output.size)


def shelf(store: Store, *, clock: Callable[[], float] = time.monotonic) -> StoredPictures:
    return StoredPictures(QuickStore(store, Metrics(), clock=clock), Editions(catalogue(), Settings()))


async def kept(pictures: StoredPictures, card: Card, one: Picture, *marks: str) -> None:
    pictures.put(card, one, marks)
    await pictures._store.close()


async def test_a_store_that_was_away_is_asked_again_after_a_while(tmp_path: Path) -> None:
    now = 0.0
    folder = tmp_path / "pictures"
    folder.write_text("in the way")
    pictures = shelf(Store(lambda: LocalStore(folder, mkdir=True)), clock=lambda: now)
    assert await pictures.get(one_card()) is None
    assert pictures._store.is_away
    folder.unlink()
    await kept(pictures, one_card(), picture())
    assert await pictures.get(one_card()) is None
    now += 10
    await kept(pictures, one_card(), picture())
    found = await pictures.get(one_card())
    assert found is not None
    assert found.data == picture().data


async def test_a_store_that_does_not_answer_in_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Store, "find", never)
    monkeypatch.setattr("frontis.edge.quick.READ_SECONDS", 0.05)
    pictures = shelf(open_store(Settings()))
    assert await pictures.get(one_card()) is None
    assert pictures._store.is_away


async def test_what_is_read_after_a_day_is_written_again_so_that_it_is_not_the_next_to_go(tmp_path: Path) -> None:
    pictures = shelf(open_store(Settings(data_dir=tmp_path)))
    await kept(pictures, one_card(), picture())
    (file,) = files(tmp_path)
    for days, is_renewed in ((2, True), (0.5, False)):
        before = (datetime.now(UTC) - timedelta(days=days)).timestamp()
        os.utime(file, (before, before))
        assert await pictures.get(one_card()) is not None
        await pictures._store.close()
        assert (file.stat().st_mtime > time.time() - 3_600) is is_renewed


async def test_a_flood_of_writes_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    pictures = shelf(open_store(Settings(data_dir=tmp_path)))
    large = picture(bytes(MOST_PENDING_BYTES // 4))
    for number in range(40):
        pictures.put(one_card(str(number)), large)
    assert pictures._store._pending_bytes <= MOST_PENDING_BYTES
    await pictures._store.close()
    assert len(files(tmp_path)) == 4


async def test_marks_tell_where_the_pictures_of_an_account_are(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    pictures = shelf(store)
    await kept(pictures, one_card(), picture(), account_mark(7))
    (mark,) = [each.key async for each in store.browse("marks/account-7")]
    assert await store.get(mark) == pictures.key_of(one_card()).encode()


def test_other_fonts_another_template_or_other_code_make_another_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, plain = catalogue(), Settings()
    usual = Editions(looks, plain)
    assert usual.edition("article") == Editions(looks, plain).edition("article")
    assert usual.edition("article") != usual.edition("metric")
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "a.ttf").write_bytes(b"one")
    with_font = Editions(looks, Settings(fonts_dir=fonts)).edition("article")
    assert with_font != usual.edition("article")
    (fonts / "a.ttf").write_bytes(b"others")
    assert Editions(looks, Settings(fonts_dir=fonts)).edition("article") != with_font
    monkeypatch.setattr("frontis.edge.edition._engine", lambda: "another")
    assert Editions(looks, plain).edition("article") != usual.edition("article")


async def test_what_is_done_to_one_key_is_done_in_the_order_in_which_it_was_asked_for(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path))
    quick = QuickStore(store, Metrics())
    for number in range(20):
        quick.put(Put("cards/0/a.png", bytes([number])))
        quick.drop("cards/0/b.png")
        quick.put(Put("cards/0/b.png", b"x"))
        quick.drop("cards/0/b.png")
    await quick.close()
    assert await store.get("cards/0/a.png") == bytes([19])
    assert await store.get("cards/0/b.png") is None


async def test_while_cards_wait_nothing_is_written_and_afterwards_what_there_was_room_for(tmp_path: Path) -> None:
    is_busy = True
    store = open_store(Settings(data_dir=tmp_path))
    quick = QuickStore(store, Metrics(), is_busy=lambda: is_busy)
    for number in range(6):
        quick.put(Put(f"cards/0/{number}.png", bytes(MOST_PENDING_BYTES // 4)))
    await asyncio.sleep(0.3)
    assert files(tmp_path) == []
    is_busy = False
    await until(lambda: not quick._pending_bytes)
    assert len(files(tmp_path)) == 4
    is_busy = True
    quick.put(Put("cards/0/last.png", b"x"))
    # What waits at the end is written all the same.
    await quick.close()
    assert await store.get("cards/0/last.png") == b"x"
