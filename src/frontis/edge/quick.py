"""The store for what is only a cache: read in time or not at all, written later, and left alone while it is away."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from frontis.edge.counters import Metrics
from frontis.edge.store import Found, Store
from frontis.errors import StoreUnavailable

# What is not there by then is had in another way that takes as long.
READ_SECONDS = 0.5
# A store that did not answer is not asked again each time.
AWAY_SECONDS = 5.0
MOST_PENDING_BYTES = 16_000_000
WRITERS = 4
CLOSE_SECONDS = 3.0
CALM_SECONDS = 0.2


class Put(NamedTuple):
    """What is to be kept. digest: the SHA-256 of the bytes, where it is known."""

    key: str
    data: bytes
    digest: bytes | None = None


class QuickStore:
    """Belongs to one event loop. None of its methods raises, whatever is wrong with the store.

    is_busy: whether there is better to do than to write: then what is to be written waits, and is dropped when it comes
    to too much. clock: monotonic seconds.
    """

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        *,
        is_busy: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._is_busy = is_busy
        self._clock = clock
        self._away_until = 0.0
        # Nothing to put is something to delete.
        self._pending: deque[tuple[str, tuple[Put, ...]]] = deque()
        self._pending_bytes = 0
        self._under_way: set[str] = set()
        self._writers: set[asyncio.Task[None]] = set()

    @property
    def is_away(self) -> bool:
        """Whether the store did not answer a moment ago."""
        return self._clock() < self._away_until

    async def find(self, key: str) -> Found | None:
        """What is under a key, if it can be had in time."""
        if self.is_away:
            return None
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self._store.find(key)
        except (StoreUnavailable, TimeoutError) as error:
            self._is_lost(error)
            return None

    def put(self, *wanted: Put) -> None:
        """Keep these, soon, one after the other. With too much in waiting they are dropped."""
        if self.is_away or self._pending_bytes + _size(wanted) > MOST_PENDING_BYTES:
            self._metrics.stored("dropped")
            return
        self._pending_bytes += _size(wanted)
        self._begin(wanted[-1].key, wanted)

    def drop(self, key: str) -> None:
        """Forget what is under a key, soon."""
        if not self.is_away:
            self._begin(key, ())

    async def close(self) -> None:
        """Write what waits, for a moment."""
        self._is_busy = lambda: False
        if self._writers:
            _, late = await asyncio.wait(self._writers, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()

    def _begin(self, key: str, puts: tuple[Put, ...]) -> None:
        self._pending.append((key, puts))
        if len(self._writers) < WRITERS:
            task = asyncio.create_task(self._write())
            self._writers.add(task)
            task.add_done_callback(self._writers.discard)

    async def _write(self) -> None:
        """Do what waits, as long as there is something that no other writer is at."""
        while await self._is_calm() and (found := self._next()) is not None:
            key, puts = found
            self._under_way.add(key)
            try:
                await (self._put(puts) if puts else self._delete(key))
            finally:
                self._under_way.discard(key)
                self._pending_bytes -= _size(puts)

    async def _is_calm(self) -> bool:
        """True, when there is nothing better to do."""
        # What it waits for happens in other threads.
        while self._is_busy():  # noqa: ASYNC110
            await asyncio.sleep(CALM_SECONDS)
        return True

    def _next(self) -> tuple[str, tuple[Put, ...]] | None:
        """What waits the longest. What is done to one key is done in the order in which it was asked for."""
        for place, (key, puts) in enumerate(self._pending):
            if key not in self._under_way:
                del self._pending[place]
                return key, puts
        return None

    async def _delete(self, key: str) -> None:
        try:
            await self._store.delete(key)
        except StoreUnavailable as error:
            self._is_lost(error)

    async def _put(self, puts: Iterable[Put]) -> None:
        if self.is_away:
            self._metrics.stored("dropped")
            return
        try:
            for each in puts:
                await self._store.put(*each)
        except StoreUnavailable as error:
            self._is_lost(error)
        else:
            self._metrics.stored("written")

    def _is_lost(self, error: Exception) -> None:
        # What went wrong is logged by the store, once.
        self._metrics.stored("late" if isinstance(error, TimeoutError) else "failed")
        self._away_until = self._clock() + AWAY_SECONDS


def _size(puts: Iterable[Put]) -> int:
    return sum(len(each.data) for each in puts)
