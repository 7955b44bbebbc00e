"""Does something again and again, for as long as the edge is open."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from frontis.errors import StoreUnavailable, StudioUnavailable

# The module's own generator may belong to somebody who has seeded it.
_CHANCE = random.SystemRandom()

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Rounds:
    """Belongs to one event loop.

    work: what is done each time. first_seconds: until the first time, in place of every_seconds. Both vary by half, so
    that many processes do not all begin at once.
    """

    def __init__(
        self, work: Callable[[], Awaitable[object]], *, every_seconds: float, first_seconds: float | None = None
    ) -> None:
        self._work = work
        self._every_seconds = every_seconds
        self._first_seconds = every_seconds if first_seconds is None else first_seconds
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin. Needs a running event loop."""
        self._task = asyncio.create_task(self._go_round())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _go_round(self) -> None:
        seconds = self._first_seconds
        while True:
            await asyncio.sleep(seconds * _CHANCE.uniform(0.5, 1.5))
            seconds = self._every_seconds
            try:
                await self._work()
            except (StudioUnavailable, StoreUnavailable):
                # Both are logged where they arise.
                continue
            except Exception:
                # Whatever it is, the next round may do better.
                log.exception("a round failed unexpectedly", work=getattr(self._work, "__qualname__", ""))
