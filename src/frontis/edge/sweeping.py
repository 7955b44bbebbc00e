"""Deletes the bytes of pictures that nobody keeps any more, a few at a time, for as long as the edge is open."""

import asyncio
import random

import structlog

from frontis.edge.library import FOLDER
from frontis.edge.store import Store
from frontis.errors import StoreUnavailable, StudioUnavailable
from frontis.model.ports import Library

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

EVERY_SECONDS = 60


class Sweeper:
    """Belongs to one event loop. Any number of processes may have one."""

    def __init__(self, library: Library, store: Store, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._library = library
        self._store = store
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin. Needs a running event loop."""
        self._task = asyncio.create_task(self._go_round())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def sweep(self) -> int:
        """Delete what is left over now, and tell how many pictures that were.

        Raises StudioUnavailable and StoreUnavailable.
        """
        words = await self._library.leftovers()
        for word in words:
            await self._store.delete_below(f"{FOLDER}/{word}")
        if words:
            await self._library.forget(words)
        return len(words)

    async def _go_round(self) -> None:
        while True:
            # Not all processes at once.
            await asyncio.sleep(self._every_seconds * random.uniform(0.5, 1.5))  # noqa: S311
            try:
                while await self.sweep():
                    pass
            except (StudioUnavailable, StoreUnavailable):
                # Both are logged where they arise.
                continue
            except Exception:
                # Whatever it is, the next round may do better.
                log.exception("pictures cannot be swept")
