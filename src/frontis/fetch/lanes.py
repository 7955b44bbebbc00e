"""How many requests may be under way at one time, to one host and in all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Lane:
    def __init__(self, width: int) -> None:
        self.turns = asyncio.Semaphore(width)
        self.users = 0


class Lanes:
    """Lets requests wait for their turn."""

    def __init__(self, *, most_to_one_host: int, most_in_all: int) -> None:
        self._width = most_to_one_host
        self._turns = asyncio.Semaphore(most_in_all)
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host` and have it for as long as the context lasts."""
        lane = self._lanes.setdefault(host, _Lane(self._width))
        lane.users += 1
        try:
            # The host's turn comes first: those who queue for one slow host must not hold the turns of all others.
            async with lane.turns, self._turns:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[host]
