"""Counters that all processes share, in Redis."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from limits.aio.storage import RedisStorage
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# Redis drops a minute's counters when no clock among ours can still be in it.
KEPT_SECONDS = 120
MOST_CONNECTIONS = 64


class SharedCounters:
    """The counters of each minute. seconds: how long Redis may take.

    Every method raises OSError when Redis does not answer, or takes too long.
    """

    def __init__(self, redis_url: str, seconds: float) -> None:
        self._seconds = seconds
        self._pool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=MOST_CONNECTIONS,
            timeout=seconds,
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            # Once more, for a connection that Redis has closed since it was last used.
            retry=Retry(NoBackoff(), 1),
        )
        # The address is the pool's; here it only tells the kind of server.
        options: dict[str, Any] = {"connection_pool": self._pool}
        self._storage = RedisStorage(
            "redis://", wrap_exceptions=True, implementation="redispy", key_prefix="frontis:rate", **options
        )

    async def add(self, scope: str, minute: int) -> int:
        """Count one more, and tell how many there are."""
        with _in_our_terms():
            async with asyncio.timeout(self._seconds):
                return await self._storage.incr(f"{scope}/{minute}", KEPT_SECONDS)

    async def count(self, scope: str, minute: int) -> int:
        """How many there are."""
        with _in_our_terms():
            async with asyncio.timeout(self._seconds):
                return await self._storage.get(f"{scope}/{minute}")

    async def close(self) -> None:
        """Let go of Redis."""
        await self._pool.aclose()


@contextmanager
def _in_our_terms() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise ConnectionError(str(error)) from error
