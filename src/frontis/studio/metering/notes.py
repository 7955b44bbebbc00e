"""What was served, collected in memory and written in batches: statistics for people, by which no quota is decided."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import structlog
from django.db import IntegrityError
from django.db.models import F, Q

from frontis.errors import StudioUnavailable
from frontis.model.account import Holder
from frontis.studio.accounts.models import Account, Key, Project
from frontis.studio.database import in_database_at_leisure
from frontis.studio.metering.clock import SECONDS_A_DAY, Clock
from frontis.studio.metering.models import Usage
from frontis.studio.metering.writing import writing

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# What may be waiting while the database is away.
MOST_NOTES = 20_000
KEY_SECONDS = 60.0


class Served(NamedTuple):
    """One row of the statistics. day: its number since 1970, in UTC."""

    account: int
    key: int | None
    project: int | None
    dialect: str
    day: int

    @property
    def date(self) -> date:
        """The day as a date."""
        return datetime.fromtimestamp(self.day * SECONDS_A_DAY, UTC).date()


class Notebook:
    """What was served and which keys were used since the last time that it was written."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._renders: Counter[Served] = Counter()
        self._hits: Counter[Served] = Counter()
        self._keys: set[int] = set()
        self._key_times: dict[int, float] = {}

    def served(self, holder: Holder, dialect: str, *, is_hit: bool) -> None:
        """Count one picture."""
        project = None if holder.project is None else holder.project.number
        row = Served(holder.account, holder.key or None, project, dialect, self._clock.day())
        counter = self._hits if is_hit else self._renders
        if row in counter or len(counter) < MOST_NOTES:
            counter[row] += 1

    def used(self, key: int) -> None:
        """The key was used just now. A process writes that at most once a minute. 0 is no key."""
        if not key:
            return
        now = self._clock.monotonic()
        at = self._key_times.get(key)
        is_due = len(self._key_times) < MOST_NOTES if at is None else now >= at + KEY_SECONDS
        if is_due:
            self._key_times[key] = now
            self._keys.add(key)

    async def write(self) -> None:
        """Write what was collected. What cannot be written now is kept for the next time."""
        earliest = self._clock.monotonic() - KEY_SECONDS
        self._key_times = {key: at for key, at in self._key_times.items() if at > earliest}
        renders, self._renders = self._renders, Counter()
        hits, self._hits = self._hits, Counter()
        keys, self._keys = self._keys, set()
        if not (renders or hits or keys):
            return
        try:
            await in_database_at_leisure(_written, renders, hits, keys, self._clock.now())
        except StudioUnavailable:
            self._renders.update(renders)
            self._hits.update(hits)
            self._keys.update(keys)
            raise


def _written(renders: Counter[Served], hits: Counter[Served], keys: set[int], now: datetime) -> None:
    if keys:
        Key.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now), pk__in=keys).update(last_used_at=now)
    for is_last_try in (False, True):
        try:
            _add(renders, hits)
        except IntegrityError:
            # An account was deleted between our look and our writing; the next look finds it gone.
            if is_last_try:
                log.warning("usage could not be written and is dropped", pictures=renders.total() + hits.total())
        else:
            return


@writing()
def _add(renders: Counter[Served], hits: Counter[Served]) -> None:
    there = _there(renders.keys() | hits.keys())
    sums: dict[Served, tuple[int, int]] = {}
    for row, known in there.items():
        before = sums.get(known, (0, 0))
        sums[known] = before[0] + renders[row], before[1] + hits[row]
    # Two processes may have made the same row at one time: such twins are added up when they are read, and one grows.
    rows = Usage.objects.filter(
        account__in={row.account for row in sums}, day__in={row.date for row in sums}
    ).values_list("account_id", "key_id", "project_id", "dialect", "day", "pk")
    numbers = {tuple(row): number for *row, number in rows.order_by("-pk")}
    missing = []
    for row in sorted(sums, key=lambda row: numbers.get((*row[:4], row.date), 0)):
        rendered, hit = sums[row]
        number = numbers.get((*row[:4], row.date))
        if number is None:
            missing.append(
                Usage(
                    account_id=row.account,
                    key_id=row.key,
                    project_id=row.project,
                    dialect=row.dialect,
                    day=row.date,
                    renders=rendered,
                    hits=hit,
                )
            )
        else:
            Usage.objects.filter(pk=number).update(renders=F("renders") + rendered, hits=F("hits") + hit)
    Usage.objects.bulk_create(missing, batch_size=500)


def _there(rows: Iterable[Served]) -> dict[Served, Served]:
    """Those rows whose account is still there, each without a key or project that is gone."""
    rows = list(rows)
    accounts = set(Account.objects.filter(pk__in={row.account for row in rows}).values_list("pk", flat=True))
    keys = set(Key.objects.filter(pk__in={row.key for row in rows}).values_list("pk", flat=True))
    projects = set(Project.objects.filter(pk__in={row.project for row in rows}).values_list("pk", flat=True))
    return {
        row: row._replace(
            key=row.key if row.key in keys else None, project=row.project if row.project in projects else None
        )
        for row in rows
        if row.account in accounts
    }
