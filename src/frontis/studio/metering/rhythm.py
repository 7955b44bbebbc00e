"""Does something again and again beside the requests, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from frontis.errors import StudioUnavailable

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Rhythm:
    """Calls `beat` every so many seconds. What it raises is logged, and the next call comes all the same."""

    def __init__(self, seconds: float, beat: Callable[[], Awaitable[None]]) -> None:
        self._seconds = seconds
        self._beat = beat
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Make no further call; one that is under way comes to its end first."""
        self._stopping.set()
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._seconds)
            except TimeoutError:
                await self._once()

    async def _once(self) -> None:
        try:
            await self._beat()
        except StudioUnavailable:
            # The database's own words are in the log already.
            pass
        except Exception:
            log.exception("background work failed")
