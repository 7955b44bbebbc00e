"""The sweeper goes its rounds whatever happens to the database and the store."""

import asyncio

from obstore.store import MemoryStore
from obstore.store import ObjectStore as Place

from frontis.edge.alone import NoLibrary
from frontis.edge.purging import Purger
from frontis.edge.rounds import Rounds
from frontis.edge.store import Store
from frontis.edge.sweeping import Sweeper
from frontis.errors import StudioUnavailable
from frontis.model.account import account_mark


class Leavings(NoLibrary):
    def __init__(self, *words: str) -> None:
        self.words = words
        self.is_down = False
        self.is_swept = asyncio.Event()

    async def leftovers(self) -> tuple[str, ...]:
        if self.is_down:
            raise StudioUnavailable
        return self.words[:2]

    async def forget(self, words: tuple[str, ...]) -> None:
        self.words = tuple(word for word in self.words if word not in words)
        self.is_swept.set()


async def test_everything_below_a_word_goes_and_then_the_word() -> None:
    place = MemoryStore()
    store, library = Store(lambda: place), Leavings("a", "b", "c")
    for key in ("images/a/1.png", "images/a/2.png", "images/c/1.png", "images/kept/1.png", "other/a/1.png"):
        await store.put(key, b"x")
    sweeper = Sweeper(library, store)
    assert [await sweeper.sweep() for _ in range(3)] == [2, 1, 0]
    assert await store.get("images/a/2.png") is None
    assert await store.get("images/c/1.png") is None
    assert await store.get("images/kept/1.png") == b"x"
    assert await store.get("other/a/1.png") == b"x"


async def test_the_finished_pictures_of_an_account_that_is_gone_go_too() -> None:
    place = MemoryStore()
    store = Store(lambda: place)
    for account, name in ((7, "abc"), (71, "def")):
        key = f"cards/0/{name}.png"
        await store.put(key, b"x")
        await store.put(f"marks/{account_mark(account)}/{name}", key.encode())
    library = Leavings(account_mark(7), "a")
    await Sweeper(library, store).sweep_all()
    assert await store.get("cards/0/abc.png") is None
    assert await store.get("cards/0/def.png") == b"x"
    assert library.words == ()
    # Other processes hear of it, and forget what they have in memory.
    forgotten: list[object] = []
    await Purger(store, forgotten.append).hear()
    assert forgotten == [["abc"]]


async def test_it_tries_again_when_the_store_or_the_database_was_away() -> None:
    place = MemoryStore()
    is_away = True

    def find() -> Place:
        if is_away:
            raise OSError("away")
        return place

    library = Leavings("a")
    library.is_down = True
    rounds = Rounds(Sweeper(library, Store(find)).sweep_all, every_seconds=0.01)
    rounds.open()
    await asyncio.sleep(0.1)
    library.is_down = False
    await asyncio.sleep(0.1)
    assert library.words == ("a",)
    is_away = False
    async with asyncio.timeout(5):
        await library.is_swept.wait()
    await rounds.close()
