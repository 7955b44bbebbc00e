"""Gives out parts of a quota, and takes back what was not spent. Each function is one transaction.

`Count.given_out` is what was served plus what processes hold as leases, so it is never less than what was served, and
the one statement that raises it raises it only as far as the limit. A lease is taken back only by whoever deletes its
row, so a repeated attempt takes nothing back twice; a process that dies takes nothing back, and its units count as
served. Rows of `Count` are locked in the order of their periods, so no two transactions wait for each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, connection
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from frontis.model.account import Allowance
from frontis.model.usage import Period
from frontis.studio.metering.clock import SECONDS_A_DAY
from frontis.studio.metering.models import Count, Lease
from frontis.studio.metering.writing import writing

MOST_UNITS = 64
# Near the limit every unit is a transaction of its own: nobody holds what another process could serve.
PART_LEFT = 8
# Longer than a lease may be spent, by as much as giving it back may take: until then others wait for it.
LEASE_ENDS_AFTER = timedelta(seconds=3)

# In SQL, because Django takes four times as long to write these two as the database to answer them.
READ = """
SELECT period, given_out, was_warned FROM metering_count
WHERE account_id = %s AND dialect = %s AND period IN (%s, %s) ORDER BY period"""
GIVE_OUT = """
UPDATE metering_count SET given_out = given_out + %s
WHERE account_id = %s AND dialect = %s AND (period = %s AND given_out <= %s OR period = %s AND given_out <= %s)"""
ENDLESS = 2**62


class Quota(NamedTuple):
    """How many may be served in a day and in a month. 0: as many as are asked for."""

    daily: int
    monthly: int

    @classmethod
    def of(cls, allowance: Allowance) -> "Quota":
        """What an allowance says about pictures."""
        return cls(max(0, allowance.images_per_day), max(0, allowance.images_per_month))

    def warned_at(self, part: float) -> dict[Period, int]:
        """The number in each limited period whose request is told that this part of the quota is reached."""
        limits = {Period.DAILY: self.daily, Period.MONTHLY: self.monthly}
        return {period: max(1, int(limit * part)) for period, limit in limits.items() if limit}


class Purse(NamedTuple):
    """Whose quota, and on which day (its number since 1970, in UTC)."""

    account: int
    dialect: str
    day: int

    @property
    def day_name(self) -> str:
        """Such as "2026-11-22"."""
        return datetime.fromtimestamp(self.day * SECONDS_A_DAY, UTC).strftime("%Y-%m-%d")

    @property
    def month_name(self) -> str:
        """Such as "2026-11"."""
        return self.day_name[:7]

    def name_of(self, period: Period) -> str:
        """How that period is named in the table."""
        return self.day_name if period is Period.DAILY else self.month_name


@dataclass(frozen=True, slots=True)
class Grant:
    """Units that are ours to serve: the numbers after day_before and month_before.

    row: the number of the lease, or None for a single unit, which needs none. warnings: the periods in which we are the
    ones to tell that much is used.
    """

    units: int
    day_before: int
    month_before: int
    row: int | None
    warnings: frozenset[Period]


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nothing is left in these periods. others_hold_some: a lease is out from which something may yet come back."""

    periods: tuple[Period, ...]
    others_hold_some: bool


class _Row(NamedTuple):
    given_out: int
    was_warned: bool


class Credit(NamedTuple):
    """Units that were taken and not served. untold: the periods whose warning was ours to tell and was not told."""

    purse: Purse
    units: int
    untold: frozenset[Period] = frozenset()


class Ended(NamedTuple):
    """A lease, known by the number of its row, that is not spent from any more."""

    purse: Purse
    row: int
    unspent: int
    untold: frozenset[Period] = frozenset()


@writing()
def grant(
    purse: Purse, quota: Quota, *, wanted: int, warned_at: dict[Period, int], spent_row: int | None, now: datetime
) -> Grant | Exhausted:
    """Some of what is left, at most `wanted`. spent_row: of a lease that is used up: it is used again, or deleted."""
    day, month = _locked(purse)
    left = {
        period: limit - count.given_out
        for period, limit, count in ((Period.DAILY, quota.daily, day), (Period.MONTHLY, quota.monthly, month))
        if limit
    }
    least = min(left.values())
    if least <= 0:
        if spent_row is not None:
            Lease.objects.filter(pk=spent_row).delete()
        others = Lease.objects.filter(account_id=purse.account, dialect=purse.dialect, ends_at__gt=now)
        return Exhausted(tuple(period for period in Period if left.get(period, 1) <= 0), others.exists())
    units = max(1, min(wanted, MOST_UNITS, least // PART_LEFT))
    _give_out(purse, quota, units)
    warnings = frozenset(
        period
        for period, count in ((Period.DAILY, day), (Period.MONTHLY, month))
        if period in warned_at and not count.was_warned and count.given_out + units >= warned_at[period]
    )
    if warnings:
        _counts(purse).filter(period__in=[purse.name_of(period) for period in warnings]).update(was_warned=True)
    row = _written(purse, units, spent_row, now + LEASE_ENDS_AFTER)
    return Grant(units, day.given_out, month.given_out, row, warnings)


def settle(ended: Iterable[Ended], credits_due: list[Credit]) -> None:
    """Take back each of these leases, as `take_back`, and write each credit, which leaves the list before it is tried.

    After an error it can be called again with the same: what was done is not done twice.
    """
    for each in ended:
        take_back(each)
    while credits_due:
        credit(credits_due.pop())


@writing()
def take_back(ended: Ended) -> None:
    """Delete a lease, and count what was not spent of it as not given out. When its row is gone, nothing is done."""
    if Lease.objects.filter(pk=ended.row).delete()[0]:
        _credit(ended.purse, ended.unspent, ended.untold)


@writing()
def credit(due: Credit) -> None:
    """Count that many fewer as given out."""
    _credit(due.purse, due.units, due.untold)


def given_out(purse: Purse) -> tuple[int, int]:
    """How much of the day and of the month is given out."""
    known = dict(_counts(purse).values_list("period", "given_out"))
    return known.get(purse.day_name, 0), known.get(purse.month_name, 0)


def _counts(purse: Purse) -> "QuerySet[Count]":
    return Count.objects.filter(
        account_id=purse.account, dialect=purse.dialect, period__in=[purse.month_name, purse.day_name]
    )


def _credit(purse: Purse, units: int, untold: Iterable[Period]) -> None:
    names = [purse.name_of(period) for period in untold]
    if units:
        _read(purse)
        _counts(purse).update(given_out=Greatest(F("given_out") - units, 0))
    if names:
        _counts(purse).filter(period__in=names).update(was_warned=False)


def _locked(purse: Purse) -> tuple[_Row, _Row]:
    """The rows of the day and of the month, which nobody else can change until the transaction ends."""
    for _ in range(2):
        found = _read(purse)
        if len(found) == 2:
            return found[purse.day_name], found[purse.month_name]
        missing = [
            Count(account_id=purse.account, dialect=purse.dialect, period=name)
            for name in (purse.month_name, purse.day_name)
            if name not in found
        ]
        Count.objects.bulk_create(missing, ignore_conflicts=True)
    raise DatabaseError("the rows of a quota could not be made")


def _read(purse: Purse) -> dict[str, _Row]:
    # SQLite has no such words, and needs none: whoever may write is alone.
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(READ + lock, [purse.account, purse.dialect, purse.month_name, purse.day_name])
        return {period: _Row(given, bool(was_warned)) for period, given, was_warned in cursor.fetchall()}


def _give_out(purse: Purse, quota: Quota, units: int) -> None:
    """Raise both rows in one statement, which leaves alone a row that would come over its limit."""
    of_month, of_day = (limit - units if limit else ENDLESS for limit in (quota.monthly, quota.daily))
    with connection.cursor() as cursor:
        whose: list[int | str] = [purse.account, purse.dialect]
        cursor.execute(GIVE_OUT, [units, *whose, purse.month_name, of_month, purse.day_name, of_day])
        if cursor.rowcount != 2:
            raise DatabaseError("a quota was changed although it was locked")


def _written(purse: Purse, units: int, spent_row: int | None, ends_at: datetime) -> int | None:
    """The number of the lease's row. A single unit is spent at once: others need not know of it."""
    if units == 1:
        if spent_row is not None:
            Lease.objects.filter(pk=spent_row).delete()
        return None
    if spent_row is not None and Lease.objects.filter(pk=spent_row).update(units=units, ends_at=ends_at):
        return spent_row
    return Lease.objects.create(account_id=purse.account, dialect=purse.dialect, units=units, ends_at=ends_at).pk
