"""The store for what is only a cache: read in time or not at all, written later, and left alone while it is away."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
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
        self._calm: asyncio.Task[None] | None = None
        self._away_until = 0.0
        self._pending_bytes = 0
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(WRITERS)

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
        size_bytes = sum(len(each.data) for each in wanted)
        if self.is_away or self._pending_bytes + size_bytes > MOST_PENDING_BYTES:
            self._metrics.stored("dropped")
            return
        self._pending_bytes += size_bytes
        self._begin(wanted[-1].key, self._put(wanted), size_bytes)

    def drop(self, key: str) -> None:
        """Forget what is under a key, soon."""
        if not self.is_away:
            self._begin(key, self._delete(key), 0)

    async def close(self) -> None:
        """Write what waits, for a moment."""
        self._is_busy = lambda: False
        if self._writing:
            _, late = await asyncio.wait(self._writing.values(), timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()

    def _begin(self, key: str, work: Coroutine[None, None, None], size_bytes: int) -> None:
        """What is done to one key is done in the order in which it was asked for."""
        before = self._writing.get(key)

        async def in_order() -> None:
            if before is not None:
                await asyncio.wait({before})
            await self._until_calm()
            async with self._turns:
                await work

        task = self._writing[key] = asyncio.create_task(in_order())

        def ended(done: asyncio.Task[None]) -> None:
            self._pending_bytes -= size_bytes
            if self._writing.get(key) is done:
                del self._writing[key]
            if done.cancelled():
                # It may not have begun.
                work.close()

        task.add_done_callback(ended)

    async def _until_calm(self) -> None:
        if not self._is_busy():
            return
        if self._calm is None or self._calm.done():
            self._calm = asyncio.create_task(self._watch_for_calm())
        await asyncio.wait({self._calm})

    async def _watch_for_calm(self) -> None:
        # What it waits for happens in other threads.
        while self._is_busy():  # noqa: ASYNC110
            await asyncio.sleep(CALM_SECONDS)

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
