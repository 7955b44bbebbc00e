"""What is stored stays within its bounds: the oldest goes first."""

import os
import time
from pathlib import Path

import pytest

from frontis.edge.store import Store, open_store
from frontis.edge.tidying import MEGABYTE, Bounds, Tidier
from frontis.settings import Settings


async def put(store: Store, folder: Path, key: str, *, hours: float, megabytes: float = 0.1) -> None:
    """An object that was written so long ago."""
    await store.put(key, bytes(int(megabytes * MEGABYTE)))
    then = time.time() - hours * 3_600
    os.utime(folder / "pictures" / key, (then, then))


async def keys(store: Store, prefix: str = "cards") -> set[str]:
    return {each.key async for each in store.browse(prefix)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(Settings(data_dir=tmp_path))


async def test_what_nobody_has_read_for_long_goes(store: Store, tmp_path: Path) -> None:
    await put(store, tmp_path, "cards/a/new.png", hours=1)
    await put(store, tmp_path, "cards/a/old.png", hours=49)
    await put(store, tmp_path, "images/old.png", hours=49)
    assert await Tidier(store, (Bounds("cards", 0, 2),)).tidy() == 1
    assert await keys(store) == {"cards/a/new.png"}
    assert await keys(store, "images") == {"images/old.png"}


async def test_the_oldest_go_when_there_is_no_room_and_room_is_left(store: Store, tmp_path: Path) -> None:
    for number in range(20):
        await put(store, tmp_path, f"cards/a/{number}.png", hours=number)
    tidier = Tidier(store, (Bounds("cards", 1, 30),))
    assert await tidier.tidy() == 12
    assert await keys(store) == {f"cards/a/{number}.png" for number in range(8)}
    assert await tidier.tidy() == 0


async def test_what_fits_stays(store: Store, tmp_path: Path) -> None:
    for number in range(9):
        await put(store, tmp_path, f"cards/a/{number}.png", hours=number)
    assert await Tidier(store, (Bounds("cards", 1, 30),)).tidy() == 0
    assert await Tidier(store, (Bounds("nothing", 1, 30),)).tidy() == 0


async def test_it_also_tidies_a_bucket(bucket: str) -> None:
    there = open_store(Settings(storage_url=f"{bucket}/tidied"))
    for number in range(3):
        await there.put(f"cards/a/{number}.png", bytes(MEGABYTE))
    assert await Tidier(there, (Bounds("cards", 1, 30),)).tidy() == 3
    assert await keys(there) == set()
