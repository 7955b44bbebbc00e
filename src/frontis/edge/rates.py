"""Counts requests by the minute, and refuses those beyond what is allowed."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from frontis.edge.redis_outage import REDIS_SECONDS, RedisOutage
from frontis.errors import RateLimited
from frontis.model.usage import Rate

if TYPE_CHECKING:
    from frontis.edge.together import SharedCounters

MINUTE = 60
MOST_COUNTERS = 100_000
NETWORK_BITS = 64


def account_scope(dialect: str, account: int) -> str:
    """The name under which an account's requests in a dialect are counted."""
    return f"{dialect}/account/{account}"


def project_scope(dialect: str, public_id: str) -> str:
    """The same, of a project's."""
    return f"{dialect}/project/{public_id}"


def address_scope(address: str) -> str:
    """The same, of a client that shows no key, by its address as `client_address` gives it.

    Who has an IPv6 address has 2^64 of them at least (RFC 6177), so these are counted as one.
    """
    if ":" in address:
        network = int(ip_address(address)) >> NETWORK_BITS << NETWORK_BITS
        return f"address/{IPv6Address(network)}/{NETWORK_BITS}"
    return f"address/{address}"


class RateLimiter:
    """Fixed windows of a minute, as the clock on the wall has them.

    redis_url: where all processes count together, or "": each counts alone. While Redis does not answer each counts
    alone. clock: Unix seconds. redis_seconds: how long Redis may take. Belongs to one event loop.
    """

    def __init__(
        self, redis_url: str = "", *, clock: Callable[[], float] = time.time, redis_seconds: float = REDIS_SECONDS
    ) -> None:
        self._clock = clock
        self._alone = _Counters()
        self._together = _shared(redis_url, redis_seconds) if redis_url else None
        self._outage = RedisOutage(
            "redis does not answer: each process limits rates alone",
            "redis is back: all processes limit rates together",
            clock=clock,
        )

    async def hit(self, scope: str, limit: int) -> Rate | None:
        """Count one request of a scope, and tell where it stands. A limit of 0 is none: nothing is counted.

        Raises RateLimited.
        """
        if limit <= 0:
            return None
        now = self._clock()
        reset_at = (int(now // MINUTE) + 1) * MINUTE
        count = await self._count(scope, now)
        if count > limit:
            raise RateLimited(limit, reset_at, max(1, math.ceil(reset_at - now)))
        return Rate(limit, limit - count, reset_at)

    async def used(self, scope: str) -> int:
        """How many requests of a scope there were in this minute; those that this process counted, without Redis."""
        minute = int(self._clock() // MINUTE)
        if self._together is not None and not self._outage.is_on:
            with suppress(OSError):
                return await self._together.count(scope, minute)
        return self._alone.count(scope, minute)

    async def is_together(self) -> bool:
        """Whether all processes count together now: Redis answers."""
        if self._together is None:
            return False
        with suppress(OSError):
            await self._together.count("readyz", int(self._clock() // MINUTE))
            return True
        return False

    async def close(self) -> None:
        """Let go of Redis."""
        if self._together is not None:
            await self._together.close()

    async def _count(self, scope: str, now: float) -> int:
        """How many there were in this minute, with this one."""
        minute = int(now // MINUTE)
        if self._together is None or self._outage.spares():
            return self._alone.add(scope, minute)
        try:
            count = await self._together.add(scope, minute)
        except OSError as error:
            self._outage.begin(error)
            return self._alone.add(scope, minute)
        self._outage.end()
        return count


class _Counters:
    """The counters of one minute, in memory. With too many, those that were longest without a request start anew.

    The memory of `limits` looks through all of its counters at each request, which a flood of addresses makes slow.
    """

    def __init__(self) -> None:
        self._minute = 0
        self._counts: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, scope: str, minute: int) -> int:
        if minute != self._minute:
            self._minute = minute
            self._counts = OrderedDict()
        count = self._counts[scope] = self._counts.get(scope, 0) + 1
        self._counts.move_to_end(scope)
        if len(self._counts) > MOST_COUNTERS:
            self._counts.popitem(last=False)
        return count

    def count(self, scope: str, minute: int) -> int:
        return self._counts.get(scope, 0) if minute == self._minute else 0


def _shared(redis_url: str, seconds: float) -> "SharedCounters":
    # A server without Redis is spared its client.
    from frontis.edge.together import SharedCounters  # noqa: PLC0415

    return SharedCounters(redis_url, seconds)
