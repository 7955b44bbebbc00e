"""What one process knows of one account's quota in one dialect: the lease it spends from, and what it was refused."""

import asyncio
from dataclasses import dataclass, field, replace

from frontis.model.usage import Period, Usage
from frontis.studio.metering.leases import MOST_UNITS, Credit, Ended, Exhausted, Grant, Purse, Quota

# A lease that is not spent by then is given back, so that others can have it.
SPEND_SECONDS = 1.0
REFUSED_SECONDS = 1.0
# Longer than any request may take: so long after midnight, what is given back may still be yesterday's.
SLOWEST_REQUEST_SECONDS = 150.0


@dataclass(slots=True)
class Lease:
    """Units that may be spent without asking, under the quota and on the day that they were given out for."""

    purse: Purse
    quota: Quota
    grant: Grant
    warned_at: dict[Period, int]
    begun_at: float
    spent: int = 0
    untold: set[Period] = field(default_factory=set)

    @property
    def unspent(self) -> int:
        """How many units are left."""
        return self.grant.units - self.spent

    def is_over(self, day: int, now: float) -> bool:
        """Whether it may not be spent any more, whatever is left."""
        return day != self.purse.day or now >= self.begun_at + SPEND_SECONDS

    def usage(self, quota: Quota) -> Usage:
        """How much of such a quota is used after what was spent so far."""
        return Usage(
            self.grant.day_before + self.spent, quota.daily, self.grant.month_before + self.spent, quota.monthly
        )

    def spend(self) -> Usage:
        """Spend one unit."""
        self.spent += 1
        usage = self.usage(self.quota)
        if not self.untold:
            return usage
        used = {Period.DAILY: usage.day_used, Period.MONTHLY: usage.month_used}
        crossed = tuple(period for period in Period if period in self.untold and used[period] >= self.warned_at[period])
        self.untold.difference_update(crossed)
        return replace(usage, crossed=crossed)


@dataclass(slots=True)
class Tally:
    """The state of one account in one dialect, used by one event loop.

    ended, credits: what is to be given back, and is not yet. wanted: how many units the next lease asks for. waiting:
    how many requests wait for one.
    """

    account: int
    dialect: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    lease: Lease | None = None
    leasing: "asyncio.Task[Exhausted | None] | None" = None
    ended: list[Ended] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    wanted: int = 1
    waiting: int = 0
    used_at: float = 0.0
    day: int | None = None
    day_before: int | None = None
    day_before_until: float = 0.0
    refused: tuple[Quota, int, float, tuple[Period, ...]] | None = None

    def purse(self, day: int) -> Purse:
        """What it spends from on that day."""
        return Purse(self.account, self.dialect, day)

    def spend(self, quota: Quota, day: int, now: float) -> Usage | None:
        """Take one unit of the lease, or None when there is none that may be spent."""
        lease = self.lease
        if lease is None or lease.spent >= lease.grant.units or lease.quota != quota or lease.is_over(day, now):
            return None
        self._turn(day, now)
        return lease.spend()

    def refusal(self, quota: Quota, day: int, now: float) -> tuple[Period, ...]:
        """The periods in which nothing was left a moment ago."""
        if self.refused is None:
            return ()
        its_quota, its_day, until, periods = self.refused
        return periods if (its_quota, its_day) == (quota, day) and now < until else ()

    def refuse(self, quota: Quota, day: int, now: float, periods: tuple[Period, ...]) -> None:
        """Remember for a moment that nothing is left."""
        self.refused = (quota, day, now + REFUSED_SECONDS, periods)

    def take_back(self, now: float) -> None:
        """Undo one `spend`, into the lease if that is of the same day, else into what is to be written."""
        day = self.day_before if self.day_before is not None and now < self.day_before_until else self.day
        if day is None:
            return
        lease = self.lease
        # Others wait for what a lease holds only where they can see its row.
        if lease is not None and lease.purse.day == day and lease.spent and lease.grant.row is not None:
            lease.spent -= 1
        else:
            self._credit(day)
        self.refused = None

    def end(self) -> None:
        """Spend no more from the lease. The next is as large as this one turned out to be of use."""
        lease, self.lease = self.lease, None
        if lease is None:
            return
        self.wanted = max(1, lease.spent) if lease.unspent else 1
        if lease.grant.row is not None:
            self.ended.append(Ended(lease.purse, lease.grant.row, lease.unspent, frozenset(lease.untold)))
        elif lease.unspent or lease.untold:
            self.credits.append(Credit(lease.purse, lease.unspent, frozenset(lease.untold)))

    def renew(self, quota: Quota, purse: Purse, grant: Grant, warned_at: dict[Period, int], now: float) -> None:
        """Spend from these units from now on."""
        self.lease = Lease(purse, quota, grant, warned_at, now, untold=set(grant.warnings))
        self.refused = None

    def prepare(self, now: float) -> tuple[int, int | None]:
        """End the lease for a new one: how many units to ask for, and the row of a used up lease, to be used again.

        Asks for twice as many when the last lease was used up in time, and for all that wait.
        """
        lease, row = self.lease, None
        if lease is not None and not lease.unspent:
            was_quick = now < lease.begun_at + SPEND_SECONDS
            self.wanted = min(MOST_UNITS, self.wanted * 2) if was_quick else 1
            self.lease, row = None, lease.grant.row
        self.end()
        return min(MOST_UNITS, max(self.wanted, self.waiting)), row

    def is_idle(self, now: float) -> bool:
        """Whether it can be forgotten."""
        is_busy = self.lease is not None or self.leasing is not None or self.owes() or self.waiting > 0
        return not is_busy and now > self.used_at + 2 * SLOWEST_REQUEST_SECONDS

    def owes(self) -> bool:
        """Whether something is to be given back."""
        return bool(self.ended or self.credits)

    def _credit(self, day: int) -> None:
        for place, due in enumerate(self.credits):
            if due.purse.day == day:
                self.credits[place] = due._replace(units=due.units + 1)
                return
        self.credits.append(Credit(self.purse(day), 1))

    def _turn(self, day: int, now: float) -> None:
        if day != self.day:
            # Requests of the day before are still under way: what they give back must not be served on this day too.
            self.day_before, self.day_before_until = self.day, self.used_at + SLOWEST_REQUEST_SECONDS
            self.day = day
        self.used_at = now
