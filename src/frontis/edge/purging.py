"""Forgets stored pictures on demand, in the store and in the memory of every process that runs."""

import json
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from frontis.edge.store import Store
from frontis.edge.stored import CARDS, MARKS

PURGES = "purges"
"""Where processes learn of what others have forgotten."""
# Long enough for every process to have seen it.
KEPT = timedelta(minutes=10)
# More fingerprints than these are told as everything.
MOST_NAMED = 10_000

Forget = Callable[[Iterable[str] | None], None]
"""Forgets the pictures of these fingerprints; of all for None."""


async def purge_all(store: Store) -> None:
    """Forget every finished picture. Raises StoreUnavailable."""
    await store.delete_below(CARDS)
    await store.delete_below(MARKS)
    await _announce(store, None)


async def purge_marked(store: Store, mark: str) -> int:
    """Forget what bears a mark, and tell how many pictures that were. Raises StoreUnavailable."""
    marks = [each.key async for each in store.browse(f"{MARKS}/{mark}")]
    found = [await store.get(each) for each in marks]
    await purge(store, [key.decode() for key in found if key])
    await store.delete(*marks)
    return len(marks)


async def purge(store: Store, keys: Iterable[str]) -> None:
    """Forget the pictures under these keys. Raises StoreUnavailable."""
    wanted = tuple(keys)
    await store.delete(*wanted)
    # A key ends with the card's fingerprint and the ending of its format.
    await _announce(store, [key.rpartition("/")[2].partition(".")[0] for key in wanted])


async def _announce(store: Store, fingerprints: list[str] | None) -> None:
    if fingerprints is not None and len(fingerprints) > MOST_NAMED:
        fingerprints = None
    name = f"{PURGES}/{time.time_ns()}-{secrets.token_hex(4)}"
    await store.put(name, json.dumps(fingerprints).encode())


class Purger:
    """Hears what is to be forgotten, and forgets it here. Belongs to one event loop."""

    def __init__(self, store: Store, forget: Forget) -> None:
        self._store = store
        self._forget = forget
        self._heard: set[str] = set()

    async def hear(self) -> None:
        """Forget what was announced since the last time. Raises StoreUnavailable."""
        announced = [each async for each in self._store.browse(PURGES)]
        for each in announced:
            if each.key not in self._heard:
                told = await self._store.get(each.key)
                self._forget(json.loads(told) if told else ())
        self._heard = {each.key for each in announced}
        old = datetime.now(UTC) - KEPT
        await self._store.delete(*(each.key for each in announced if each.written_at < old))
