"""Several processes on one quota, in every order that hypothesis thinks of: never more than the limit, never fewer."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest
from holders import DIALECT, SetClock, holder_of, new_account
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from frontis.errors import QuotaExceeded
from frontis.model.account import Holder
from frontis.model.usage import Period, Usage
from frontis.studio.accounts.models import Account
from frontis.studio.metering.leases import MOST_UNITS, Purse, Quota
from frontis.studio.metering.meter import LeasingMeter
from frontis.studio.metering.models import Count, Lease
from frontis.studio.metering.tally import SLOWEST_REQUEST_SECONDS, SPEND_SECONDS, Tally

A_DAY = 86_400
# 2026-11-30, ten seconds before the month ends in UTC.
LATE = 1_796_083_200.0 - 10
QUOTAS = [(0, 0), (1, 0), (6, 9), (30, 0), (0, 40), (40, 60), (70, 0), (60, 90)]


@dataclass
class Life:
    """One simulated process, and when it served something last."""

    meter: LeasingMeter
    taken: list[tuple[float, int]] = field(default_factory=list)

    def tally(self, account: int) -> Tally | None:
        return self.meter._tallies.get((account, DIALECT))

    def held(self, account: int, name: str) -> int:
        """The units of a period that it has in its hands: of its lease, and of what was given back to it."""
        tally = self.tally(account)
        if tally is None:
            return 0
        owed = [(each.purse, each.unspent) for each in tally.ended]
        owed += [(each.purse, each.units) for each in tally.credits]
        if tally.lease is not None:
            owed.append((tally.lease.purse, tally.lease.unspent))
        return sum(units for purse, units in owed if name in (purse.day_name, purse.month_name))


class Metering(RuleBasedStateMachine):
    """served: what was served and not given back, by the name of its day or month.

    lost: what died with a process. adrift: what was given back soon after midnight, and credited to the day before.
    """

    account: Account

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.time = SetClock()
        self.time.meanwhile = self.settle_all
        self.lives = [Life(self.new_meter()) for _ in range(3)]
        self.served: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.adrift: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.quota = QUOTAS[-1]
        self.holders: dict[tuple[int, int], Holder] = {}
        self.settled_at = self.time.monotonic
        self.quotas_of_late: list[tuple[float, tuple[int, int]]] = []

    def new_meter(self) -> LeasingMeter:
        return LeasingMeter(warning_part=0.8, clock=self.time.clock)

    async def settle_all(self) -> None:
        self.settled_at = self.time.monotonic
        for life in self.lives:
            await life.meter.settle()

    @initialize(late=st.booleans(), quota=st.sampled_from(QUOTAS))
    def begin(self, late: bool, quota: tuple[int, int]) -> None:
        if late:
            self.time.unix = LATE
        self.quota = quota
        self.account = new_account()

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            self.loop.close()
            self.account.delete()

    @property
    def holder(self) -> Holder:
        if self.quota not in self.holders:
            self.holders[self.quota] = holder_of(self.account, daily=self.quota[0], monthly=self.quota[1])
        return self.holders[self.quota]

    def names(self) -> dict[Period, str]:
        purse = Purse(self.account.pk, DIALECT, self.time.clock.day())
        return {Period.DAILY: purse.day_name, Period.MONTHLY: purse.month_name}

    def limit(self, period: Period) -> int:
        return self.quota[0] if period is Period.DAILY else self.quota[1]

    def most_of_late(self, period: Period) -> float:
        """The largest limit of the last second: what was leased under it may still be served."""
        now = self.time.monotonic
        limits = [quota for at, quota in self.quotas_of_late if at >= now - SPEND_SECONDS] + [self.quota]
        return max(limit or float("inf") for limit in (quota[period is Period.MONTHLY] for quota in limits))

    @rule(process=st.integers(0, 2), times=st.integers(1, 40))
    def take(self, process: int, times: int) -> None:
        for _ in range(times):
            if not self.take_one(self.lives[process]):
                return

    @precondition(lambda self: self.quota != (0, 0))
    @rule(first=st.integers(0, 2), times=st.integers(1, 20))
    def take_all_while_another_holds_some(self, first: int, times: int) -> None:
        self.take(first, times)
        while self.take_one(self.lives[first - 1]):
            pass

    @rule(process=st.integers(0, 2), times=st.integers(1, 20))
    def take_over_midnight(self, process: int, times: int) -> None:
        self.come_to_midnight(-0.4)
        self.take(process, times)
        self.pass_by(0.6)
        self.take(process, times)

    def take_one(self, life: Life) -> bool:
        tally = life.tally(self.account.pk)
        is_from_memory = bool(tally and tally.refusal(Quota(*self.quota), self.time.clock.day(), self.time.monotonic))
        try:
            usage = self.loop.run_until_complete(life.meter.take(self.holder, DIALECT))
        except QuotaExceeded as refusal:
            if not is_from_memory:
                self.is_used_up(refusal.periods)
            return False
        self.count(life, usage)
        return True

    def count(self, life: Life, usage: Usage) -> None:
        if self.quota == (0, 0):
            assert usage == Usage()
            return
        names = self.names()
        for period, name in names.items():
            assert self.served[name] < self.most_of_late(period), f"one too many in {name}"
            self.served[name] += 1
            self.told[name] += period in usage.crossed
            assert self.told[name] <= 1, f"warned twice in {name}"
        assert (usage.day_limit, usage.month_limit) == self.quota
        for used, limit in ((usage.day_used, usage.day_limit), (usage.month_used, usage.month_limit)):
            assert 0 < used <= (limit or used)
        life.taken.append((self.time.monotonic, self.time.clock.day()))

    def is_used_up(self, periods: tuple[str, ...]) -> None:
        """Whoever is refused was refused rightly: all of the quota was served, or is in nobody's hands any more."""
        assert periods
        for period, name in self.names().items():
            if period.value not in periods:
                continue
            # What was given back and is not yet written can still be served, a moment later.
            given_back = sum(
                each.units
                for life in self.lives
                if (tally := life.tally(self.account.pk)) is not None
                for each in tally.credits
                if name in (each.purse.day_name, each.purse.month_name)
            )
            gone = self.served[name] + self.lost[name] + self.adrift[name] + given_back
            assert gone >= self.limit(period) > 0, f"refused although some of {name} was left"

    @precondition(lambda self: self.quota != (0, 0))
    @rule(process=st.integers(0, 2), times=st.integers(1, 5))
    def give_back(self, process: int, times: int) -> None:
        """Only what is still under way can be given back."""
        life = self.lives[process]
        for _ in range(times):
            now = self.time.monotonic
            under_way = [each for each in life.taken if each[0] > now - SLOWEST_REQUEST_SECONDS + 1]
            if not under_way:
                return
            taken = under_way[-1]
            life.taken.remove(taken)
            life.meter.give_back(self.holder, DIALECT)
            purse = Purse(self.account.pk, DIALECT, taken[1])
            for name in (purse.day_name, purse.month_name):
                self.served[name] -= 1
                if len({day for _, day in (*under_way, taken)}) > 1:
                    self.adrift[name] += 1

    @rule(seconds=st.sampled_from([0.01, 0.3, 0.6, 1.01, 4.0, 70.0, 400.0]))
    def pass_by(self, seconds: float) -> None:
        self.time.pass_by(seconds)
        # A process that lives looks after its leases long before others give them up.
        if self.time.monotonic >= self.settled_at + 2:
            self.loop.run_until_complete(self.settle_all())

    @rule(before=st.sampled_from([-0.4, 0.4]))
    def come_to_midnight(self, before: float) -> None:
        to_midnight = A_DAY - self.time.unix % A_DAY
        self.pass_by(max(0.0, to_midnight + before))

    @rule(process=st.integers(0, 2))
    def settle(self, process: int) -> None:
        self.loop.run_until_complete(self.lives[process].meter.settle())

    @rule(process=st.integers(0, 2))
    def close_and_start_again(self, process: int) -> None:
        self.loop.run_until_complete(self.lives[process].meter.close())
        self.lives[process] = Life(self.new_meter())

    @rule(process=st.integers(0, 2))
    def kill(self, process: int) -> None:
        life = self.lives[process]
        tally = life.tally(self.account.pk)
        if tally is not None and tally.lease is not None:
            assert tally.lease.unspent <= MOST_UNITS
        for day in {self.time.clock.day(), *(day for _, day in life.taken)}:
            purse = Purse(self.account.pk, DIALECT, day)
            self.lost[purse.day_name] += life.held(self.account.pk, purse.day_name)
        months = {Purse(self.account.pk, DIALECT, day).month_name for _, day in life.taken}
        for month in months | {self.names()[Period.MONTHLY]}:
            self.lost[month] += life.held(self.account.pk, month)
        self.lives[process] = Life(self.new_meter())

    @rule(quota=st.sampled_from(QUOTAS))
    def change_the_plan(self, quota: tuple[int, int]) -> None:
        self.quotas_of_late.append((self.time.monotonic, self.quota))
        self.quota = quota

    @invariant()
    def what_is_given_out_covers_what_was_served(self) -> None:
        # A period that is over may differ: soon after midnight what is given back is credited to the day before.
        current = Count.objects.filter(period__in=list(self.names().values()))
        for name, given_out in current.values_list("period", "given_out"):
            held = sum(life.held(self.account.pk, name) for life in self.lives)
            assert given_out <= self.served[name] + self.lost[name] + self.adrift[name] + held, name
            assert given_out + self.adrift[name] >= self.served[name] + held, name

    def drain(self) -> None:
        """In the end everything comes back, and what is left of the quota is served to the last."""
        self.time.pass_by(400)
        self.loop.run_until_complete(self.settle_all())
        assert not Lease.objects.exclude(ends_at__lt=self.time.clock.now()).exists()
        if self.quota == (0, 0):
            return
        while self.take_one(self.lives[0]):
            pass
        ends = [
            self.served[name] + self.lost[name] + self.adrift[name] >= self.limit(period)
            for period, name in self.names().items()
            if self.limit(period)
        ]
        assert any(ends)


@pytest.mark.django_db(transaction=True)
def test_a_quota_serves_neither_more_nor_fewer_in_any_order_of_events() -> None:
    run_state_machine_as_test(
        Metering,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
