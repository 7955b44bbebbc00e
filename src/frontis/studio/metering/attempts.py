"""The record of renders: collected in memory, written in batches, reported from the database, pruned by age."""

import asyncio
from collections import deque
from datetime import timedelta
from math import ceil

import structlog
from django.db import DataError, IntegrityError
from django.db.models import Count, Q, QuerySet

from frontis.errors import StudioUnavailable
from frontis.model.usage import Attempt, RenderMetrics
from frontis.studio.accounts.models import Account
from frontis.studio.database import in_database, in_database_at_leisure, soon
from frontis.studio.metering.clock import Clock
from frontis.studio.metering.models import RenderAttempt
from frontis.studio.metering.pruning import prune
from frontis.studio.metering.rhythm import Rhythm
from frontis.studio.metering.writing import writing

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MOST_WAITING = 10_000
BATCH = 500
WRITE_SECONDS = 1.0
PRUNE_SECONDS = 3_600.0


class AttemptLog:
    """The port Attempts, for one event loop. keep_days: how long the record is kept."""

    def __init__(self, *, keep_days: int, clock: Clock | None = None) -> None:
        self._keep = timedelta(days=keep_days)
        self._clock = clock or Clock()
        self._waiting: deque[Attempt] = deque()
        self._dropped = 0
        self._rhythms = [Rhythm(WRITE_SECONDS, self.write), Rhythm(PRUNE_SECONDS, self.prune)]

    def open(self) -> None:
        """Begin to write and to prune, in the running event loop."""
        for rhythm in self._rhythms:
            rhythm.start()

    async def close(self) -> None:
        """Write what is collected, and end."""
        for rhythm in self._rhythms:
            await rhythm.stop()
        try:
            await self.write()
        except StudioUnavailable:
            log.warning("attempts are lost", attempts=len(self._waiting))

    def record(self, attempt: Attempt) -> None:
        """Write one down, soon. Never waits, never raises. When too many wait, the oldest are dropped."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self._dropped += 1
        self._waiting.append(attempt)

    async def report(self, *, hours: int) -> RenderMetrics:
        """What became of those of the last hours. Raises StudioUnavailable."""
        await soon(asyncio.create_task(self.write()))
        return await in_database(_report, hours, self._clock)

    async def write(self) -> None:
        """Write what is collected. Raises StudioUnavailable, and then keeps it."""
        if self._dropped:
            log.warning("attempts are dropped: the database is slower than they come", attempts=self._dropped)
            self._dropped = 0
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                await in_database_at_leisure(_written, batch)
            except StudioUnavailable:
                self._waiting.extendleft(reversed(batch[: MOST_WAITING - len(self._waiting)]))
                raise

    async def prune(self) -> None:
        """Delete what nobody needs any more. Raises StudioUnavailable."""
        await in_database_at_leisure(prune, self._clock.now(), self._keep)


def _written(batch: list[Attempt]) -> None:
    for is_last_try in (False, True):
        asked = {attempt.account for attempt in batch if attempt.account is not None}
        accounts = set(Account.objects.filter(pk__in=asked).values_list("pk", flat=True))
        rows = [_row(attempt) for attempt in batch if attempt.account is None or attempt.account in accounts]
        try:
            with writing():
                RenderAttempt.objects.bulk_create(rows)
        except (IntegrityError, DataError) as error:
            # An account was deleted between our look and our writing; the next look finds it gone.
            if is_last_try:
                log.warning("attempts could not be written and are dropped", attempts=len(rows), error=str(error)[:300])
        else:
            return


def _row(attempt: Attempt) -> RenderAttempt:
    return RenderAttempt(
        at=attempt.at,
        account_id=attempt.account,
        dialect=attempt.dialect[:20],
        template=attempt.template.replace("\0", "")[:80],
        error_type=attempt.error_type[:40],
        duration_ms=attempt.seconds * 1_000,
        number=attempt.number,
    )


def p95_ms(good: "QuerySet[RenderAttempt]") -> float | None:
    """The nearest rank of their durations: of 100 attempts the 95th, of 10 the 10th; None without any."""
    rank = ceil(good.count() * 95 / 100)
    return good.order_by("duration_ms").values_list("duration_ms", flat=True)[rank - 1 : rank].first() if rank else None


def _report(hours: int, clock: Clock) -> RenderMetrics:
    """Counted by the database."""
    rows = RenderAttempt.objects.filter(at__gte=clock.now() - timedelta(hours=hours)).order_by()
    sums = rows.aggregate(total=Count("pk"), failed=Count("pk", filter=~Q(error_type="")))
    errors = rows.exclude(error_type="").values_list("error_type").annotate(Count("pk"))
    p95 = p95_ms(rows.filter(error_type=""))
    return RenderMetrics(
        window_hours=hours,
        total=sums["total"],
        failed=sums["failed"],
        p95_seconds=None if p95 is None else p95 / 1_000,
        error_counts=dict(sorted(errors, key=lambda each: (-each[1], each[0]))),
    )
