"""How much is drawn anew for one project: what stands in a public address, anybody may ask for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontis.edge.rates import RateLimiter, project_scope
from frontis.errors import Overloaded
from frontis.model.account import Project

AT_ONCE = 6
MOST_WAITING = 120
RETRY_SECONDS = 2
# Of crawlers, where the plan has no limit.
CRAWLED_PER_MINUTE = 120


class _Turns:
    """Of one project."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self.users = 0


class Drawings:
    """Belongs to one event loop. wait_seconds: how long one may wait for others of the same project."""

    def __init__(self, rates: RateLimiter, *, wait_seconds: float) -> None:
        self._rates = rates
        self._wait_seconds = wait_seconds
        self._turns: dict[str, _Turns] = {}

    @asynccontextmanager
    async def enter(self, project: Project, dialect: str, *, is_crawler: bool) -> AsyncIterator[None]:
        """Read a page and draw a card for a project within the context.

        is_crawler: it passed the limit of requests, so what is drawn for it is counted: who says that he is a crawler
        need not be one. Raises RateLimited, and Overloaded where too many wait.
        """
        turns = self._turns.setdefault(project.public_id, _Turns())
        if turns.users >= AT_ONCE + MOST_WAITING:
            raise Overloaded(RETRY_SECONDS)
        turns.users += 1
        try:
            # Only now: who is turned away because too many wait has had nothing drawn.
            if is_crawler:
                limit = project.plan.allowance(dialect).requests_per_minute or CRAWLED_PER_MINUTE
                await self._rates.hit(f"{project_scope(dialect, project.public_id)}/crawled", limit)
            await self._take(turns)
            try:
                yield
            finally:
                turns.free.release()
        finally:
            turns.users -= 1
            if not turns.users:
                del self._turns[project.public_id]

    async def _take(self, turns: _Turns) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await turns.free.acquire()
        except TimeoutError:
            raise Overloaded(RETRY_SECONDS) from None
