"""Keeps what is stored below a prefix within bounds: the oldest goes first, and what nobody has read for long."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from frontis.edge.store import Store

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MEGABYTE = 1_000_000
# What lies there is counted by the moment in which it was written, so that little is remembered of many objects.
_MOMENT_SECONDS = 10
# Room is made for an hour of new ones too, so that the bound is not passed between two rounds.
SHARE_LEFT = 0.9


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of what lies below a prefix. most_megabytes: 0 for no bound. most_days: since something was written or read."""

    prefix: str
    most_megabytes: int
    most_days: int


class Tidier:
    """Several processes may have one: what is gone already is no error."""

    def __init__(self, store: Store, bounds: tuple[Bounds, ...]) -> None:
        self._store = store
        self._bounds = bounds

    async def tidy(self) -> int:
        """Delete what is over the bounds, and tell how many objects that were. Raises StoreUnavailable."""
        return sum([await self._tidy(each) for each in self._bounds])

    async def _tidy(self, bounds: Bounds) -> int:
        oldest = (datetime.now(UTC) - timedelta(days=bounds.most_days)).timestamp()
        sizes: Counter[int] = Counter()
        async for each in self._store.browse(bounds.prefix):
            sizes[int(each.written_at.timestamp() // _MOMENT_SECONDS)] += each.size_bytes
        room = bounds.most_megabytes * MEGABYTE
        if bounds.most_megabytes and sum(sizes.values()) > room:
            room = int(room * SHARE_LEFT)
            for moment in sorted(sizes, reverse=True):
                room -= sizes[moment]
                if room < 0:
                    oldest = max(oldest, (moment + 1) * _MOMENT_SECONDS)
                    break
        return await self._delete_older(bounds.prefix, oldest)

    async def _delete_older(self, prefix: str, oldest: float) -> int:
        keys = [each.key async for each in self._store.browse(prefix) if each.written_at.timestamp() < oldest]
        await self._store.delete(*keys)
        if keys:
            log.info("store tidied", prefix=prefix, deleted=len(keys))
        return len(keys)
