"""The meter: counts what is served against the quotas, from leases, so that most requests touch no database.

A process takes a lease of some units of a quota, in one transaction (`leases.py`), and spends them from memory
(`tally.py`) for at most a second and only on the lease's own UTC day. A lease is one unit at first, twice as many each
time that one is used up within its second, at most 64, and never more than an eighth of what is left: near the limit
every unit is a transaction of its own. What is unspent is given back. When nothing is left while other processes hold
leases, a request waits until these are back or over, and only then is refused; so exactly the quota is served. A
process that is killed loses what it held: one lease at most for each account and dialect. A refusal is remembered for
a second.

The numbers that requests are told are exact where one process serves an account. Several processes each number from
what was given out when their lease began, which may be up to a lease of each other process away from what was served.
"""

import asyncio
from contextlib import suppress

from frontis.errors import QuotaExceeded, StudioUnavailable
from frontis.model.account import Holder
from frontis.model.usage import Usage
from frontis.studio.database import in_database, in_database_at_leisure, soon
from frontis.studio.metering.clock import Clock
from frontis.studio.metering.leases import LEASE_ENDS_AFTER, Credit, Ended, Exhausted, Quota, given_out, grant, settle
from frontis.studio.metering.notes import Notebook
from frontis.studio.metering.rhythm import Rhythm
from frontis.studio.metering.summary import month_hits
from frontis.studio.metering.tally import Tally

POLL_SECONDS = 0.05
# For so long after an error nobody asks the database again: those who wait are told at once.
AWAY_SECONDS = 0.5
# For so long somebody waits for a database that failed the last time.
DOUBT_SECONDS = 0.5
SETTLE_SECONDS = 0.25
WRITE_SECONDS = 2.0
WAIT_SECONDS = LEASE_ENDS_AFTER.total_seconds()


class LeasingMeter:
    """The port Meter, for one event loop. warning_part: the part of a quota, 0 to 1, at which an account is warned."""

    def __init__(self, *, warning_part: float, clock: Clock | None = None) -> None:
        self._warning_part = warning_part
        self._clock = clock or Clock()
        self._notes = Notebook(self._clock)
        self._tallies: dict[tuple[int, str], Tally] = {}
        # Those that hold a lease or owe something.
        self._busy: set[tuple[int, str]] = set()
        self._is_closed = False
        self._away_until = float("-inf")
        self._is_doubtful = False
        self._rhythms = [Rhythm(SETTLE_SECONDS, self.settle), Rhythm(WRITE_SECONDS, self.write)]

    def open(self) -> None:
        """Begin to give back leases and to write down what is noted, in the running event loop."""
        for rhythm in self._rhythms:
            rhythm.start()

    async def close(self) -> None:
        """Give back every lease, and write down what is noted. Nothing can be taken afterwards."""
        self._is_closed = True
        for rhythm in self._rhythms:
            await rhythm.stop()
        leasing = [tally.leasing for tally in self._tallies.values() if tally.leasing is not None]
        await asyncio.gather(*leasing, return_exceptions=True)
        for tally in self._tallies.values():
            tally.end()
        # When the database does not answer now, what we hold counts as served; its log line is written already.
        with suppress(StudioUnavailable):
            await self._settle(list(self._tallies.values()))
        with suppress(StudioUnavailable):
            await self._notes.write()

    async def take(self, holder: Holder, dialect: str) -> Usage:
        """Count one more against the account's quotas in that dialect.

        Raises QuotaExceeded, and then counts nothing, and StudioUnavailable.
        """
        # A key that is refused was used, too.
        self._notes.used(holder.key)
        quota = Quota.of(holder.plan.allowance(dialect))
        if not any(quota):
            return Usage()
        tally = self._tally(holder.account, dialect)
        # Who waits has come first.
        usage = None if tally.waiting else self._spent(tally, quota)
        if usage is not None:
            return usage
        tally.waiting += 1
        try:
            async with tally.lock:
                return await self._in_turn(tally, quota)
        finally:
            tally.waiting -= 1

    def give_back(self, holder: Holder, dialect: str) -> None:
        """Undo one `take`: what it was for was not served. Never waits, never raises."""
        tally = self._tallies.get((holder.account, dialect))
        if tally is not None and any(Quota.of(holder.plan.allowance(dialect))):
            tally.take_back(self._clock.monotonic())
            self._busy.add((holder.account, dialect))

    async def usage(self, holder: Holder, dialect: str) -> Usage:
        """How much is used, without taking any. Raises StudioUnavailable."""
        quota = Quota.of(holder.plan.allowance(dialect))
        if not any(quota):
            return Usage()
        tally = self._tally(holder.account, dialect)
        day = self._clock.day()
        if tally.lease is not None and tally.lease.purse.day == day:
            return tally.lease.usage(quota)
        day_used, month_used = await in_database(given_out, tally.purse(day))
        return Usage(day_used, quota.daily, month_used, quota.monthly)

    async def month_hits(self, holder: Holder, dialect: str) -> int:
        """Pictures that were served to the account this month and were there already. Raises StudioUnavailable."""
        return await in_database(month_hits, holder.account, dialect, self._clock.now().date())

    def note(self, holder: Holder, dialect: str, *, is_hit: bool) -> None:
        """Write down, for the account's own statistics, that a picture was served. Never waits, never raises."""
        self._notes.used(holder.key)
        self._notes.served(holder, dialect, is_hit=is_hit)

    async def settle(self) -> None:
        """Give back the leases whose time is over, and what was taken and not served. Raises StudioUnavailable."""
        day, now = self._clock.day(), self._clock.monotonic()
        owing = []
        for key in list(self._busy):
            tally = self._tallies[key]
            if tally.lease is not None and tally.lease.is_over(day, now):
                tally.end()
            if tally.owes():
                owing.append(tally)
            elif tally.lease is None:
                self._busy.discard(key)
        await self._settle(owing)

    async def write(self) -> None:
        """Write down what is noted, and forget the accounts that ask no more. Raises StudioUnavailable."""
        now = self._clock.monotonic()
        for key in [key for key, tally in self._tallies.items() if tally.is_idle(now)]:
            del self._tallies[key]
            self._busy.discard(key)
        await self._notes.write()

    def _tally(self, account: int, dialect: str) -> Tally:
        key = account, dialect
        if key not in self._tallies:
            self._tallies[key] = Tally(account, dialect, used_at=self._clock.monotonic())
        return self._tallies[key]

    def _spent(self, tally: Tally, quota: Quota) -> Usage | None:
        """One unit of the lease, or None when a lease must be had first. Raises QuotaExceeded from memory."""
        day, now = self._clock.day(), self._clock.monotonic()
        usage = tally.spend(quota, day, now)
        if usage is None and (periods := tally.refusal(quota, day, now)):
            raise QuotaExceeded(periods)
        return usage

    async def _in_turn(self, tally: Tally, quota: Quota) -> Usage:
        give_up_at = self._clock.monotonic() + WAIT_SECONDS
        while True:
            usage = self._spent(tally, quota)
            if usage is not None:
                return usage
            exhausted = await self._leased(tally, quota)
            if exhausted is None:
                continue
            now = self._clock.monotonic()
            if not exhausted.others_hold_some or now >= give_up_at:
                tally.refuse(quota, self._clock.day(), now, exhausted.periods)
                raise QuotaExceeded(exhausted.periods)
            await self._clock.sleep(POLL_SECONDS)

    async def _leased(self, tally: Tally, quota: Quota) -> Exhausted | None:
        """None when there may be something to spend now.

        The transaction belongs to no request: when the one that began it goes away, the next has what it brought.
        """
        if self._is_closed or self._clock.monotonic() < self._away_until:
            raise StudioUnavailable
        if tally.leasing is not None:
            await self._had_soon(tally.leasing)
            return None
        tally.leasing = asyncio.get_running_loop().create_task(self._lease(tally, quota))
        return await self._had_soon(tally.leasing)

    async def _had_soon(self, leasing: asyncio.Task[Exhausted | None]) -> Exhausted | None:
        try:
            return await soon(leasing, seconds=DOUBT_SECONDS if self._is_doubtful else None)
        except StudioUnavailable:
            self._is_doubtful = True
            self._away_until = self._clock.monotonic() + AWAY_SECONDS
            raise

    async def _lease(self, tally: Tally, quota: Quota) -> Exhausted | None:
        purse = tally.purse(self._clock.day())
        warned_at = quota.warned_at(self._warning_part)
        wanted, spent_row = tally.prepare(self._clock.monotonic())
        try:
            await self._settle([tally])
            answer = await in_database_at_leisure(
                grant, purse, quota, wanted=wanted, warned_at=warned_at, spent_row=spent_row, now=self._clock.now()
            )
        except StudioUnavailable:
            if spent_row is not None:
                self._owe(Ended(purse, spent_row, 0))
            raise
        finally:
            tally.leasing = None
        self._is_doubtful = False
        if isinstance(answer, Exhausted):
            return answer
        tally.renew(quota, purse, answer, warned_at, self._clock.monotonic())
        self._busy.add((tally.account, tally.dialect))
        return None

    async def _settle(self, tallies: list[Tally]) -> None:
        """Write what these owe. What could not be written is owed still, but for a credit that may have been."""
        ended = [each for tally in tallies for each in tally.ended]
        credits_due = [each for tally in tallies for each in tally.credits]
        if not ended and not credits_due:
            return
        for tally in tallies:
            tally.ended, tally.credits = [], []
        try:
            await in_database_at_leisure(settle, ended, credits_due)
        except StudioUnavailable:
            for lease in ended:
                self._owe(lease)
            for credit in credits_due:
                self._owe(credit)
            raise

    def _owe(self, each: Ended | Credit) -> None:
        tally = self._tally(each.purse.account, each.purse.dialect)
        if isinstance(each, Ended):
            tally.ended.append(each)
        else:
            tally.credits.append(each)
        self._busy.add((tally.account, tally.dialect))
