"""One process that takes from quotas."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from holders import DIALECT, SetClock, holder_of, new_account

from frontis.errors import QuotaExceeded, StudioUnavailable
from frontis.model.account import Holder
from frontis.model.usage import Period, Usage
from frontis.studio.database import THREADS, in_database
from frontis.studio.metering import leases
from frontis.studio.metering.meter import AWAY_SECONDS, LeasingMeter
from frontis.studio.metering.models import Count, Lease

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY = 86_400


class Statements:
    """The statements that any thread sends to the database."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append(sql)
        return execute(sql, params, many, context)

    @property
    def writes(self) -> list[str]:
        return [sql for sql in self.seen if sql.split()[0] in ("INSERT", "UPDATE", "DELETE")]


@contextmanager
def watched() -> Any:
    """Every statement of the threads that the ports use."""
    statements = Statements()
    known: list[BaseDatabaseWrapper] = []

    def watch(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(statements)
        known.append(connection)

    connection_created.connect(watch)
    # What is connected already is connected anew.
    asyncio.run(everywhere(connections.close_all))
    try:
        yield statements
    finally:
        connection_created.disconnect(watch)
        for each in known:
            each.execute_wrappers.remove(statements)


async def everywhere(function: Callable[[], None]) -> None:
    together = Barrier(THREADS)

    def once() -> None:
        together.wait()
        function()

    await asyncio.gather(*[in_database(once) for _ in range(THREADS)])


def given_out(period: str) -> int:
    return Count.objects.get(period=period).given_out


async def taken(meter: LeasingMeter, holder: Holder, times: int) -> list[Usage]:
    return [await meter.take(holder, DIALECT) for _ in range(times)]


async def refusal_of(take: Awaitable[Usage]) -> tuple[str, ...]:
    with pytest.raises(QuotaExceeded) as refusal:
        await take
    return refusal.value.periods


def test_a_quota_of_n_serves_n_and_then_refuses_and_each_is_told_its_number() -> None:
    holder = holder_of(new_account(), daily=100, monthly=1_000)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> tuple[list[Usage], tuple[str, ...]]:
        usages = await taken(meter, holder, 100)
        refused = await refusal_of(meter.take(holder, DIALECT))
        await meter.close()
        return usages, refused

    usages, refused = asyncio.run(story())
    assert [usage.day_used for usage in usages] == list(range(1, 101))
    assert [usage.month_used for usage in usages] == list(range(1, 101))
    assert {(usage.day_limit, usage.month_limit) for usage in usages} == {(100, 1_000)}
    assert [usage.day_used for usage in usages if usage.crossed] == [80]
    assert usages[79].crossed == (Period.DAILY,)
    assert refused == ("daily",)
    assert set(Count.objects.values_list("given_out", flat=True)) == {100}
    assert not Lease.objects.exists()


def test_both_periods_are_named_in_their_order_when_both_are_used_up() -> None:
    holder = holder_of(new_account(), daily=3, monthly=3)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> tuple[list[Usage], tuple[str, ...]]:
        return await taken(meter, holder, 3), await refusal_of(meter.take(holder, DIALECT))

    usages, refused = asyncio.run(story())
    assert [usage.crossed for usage in usages] == [(), (Period.DAILY, Period.MONTHLY), ()]
    assert refused == ("daily", "monthly")


def test_a_warning_that_its_process_did_not_come_to_tell_is_told_by_the_next() -> None:
    holder = holder_of(new_account(), daily=100)
    time = SetClock()
    first, second = (LeasingMeter(warning_part=0.52, clock=time.clock) for _ in range(2))

    async def story() -> list[int]:
        await taken(first, holder, 50)
        assert await in_database(lambda: Count.objects.get(period="2026-11-22").was_warned), "it is not in this lease"
        time.pass_by(1.1)
        await first.settle()
        usages = [*await taken(second, holder, 10), *await taken(first, holder, 10)]
        return [usage.day_used for usage in usages if usage.crossed]

    assert asyncio.run(story()) == [52]


@pytest.mark.parametrize("part", [0.0, 0.8, 1.0])
def test_the_only_picture_of_a_quota_of_one_is_served_with_the_warning(part: float) -> None:
    holder = holder_of(new_account(), daily=1)
    meter = LeasingMeter(warning_part=part)

    async def story() -> Usage:
        usage = await meter.take(holder, DIALECT)
        assert await refusal_of(meter.take(holder, DIALECT)) == ("daily",)
        return usage

    assert asyncio.run(story()) == Usage(1, 1, 1, 0, (Period.DAILY,))


def test_without_a_limit_no_database_is_asked() -> None:
    holder = holder_of(new_account())
    meter = LeasingMeter(warning_part=0.8)
    with watched() as statements:
        assert asyncio.run(taken(meter, holder, 50)) == [Usage()] * 50
        assert asyncio.run(meter.usage(holder, DIALECT)) == Usage()
    assert statements.seen == []


def test_a_thousand_pictures_cost_few_writes() -> None:
    holder = holder_of(new_account(), daily=100_000, monthly=1_000_000)
    # Time stands still: on a machine so slow that a lease is not used up in its second, there would be more leases.
    meter = LeasingMeter(warning_part=0.8, clock=SetClock().clock)
    with watched() as statements:
        asyncio.run(taken(meter, holder, 1_000))
    assert 2 < len(statements.writes) < 60, statements.writes


def test_a_flood_that_is_refused_asks_the_database_once_a_second() -> None:
    time = SetClock()
    holder = holder_of(new_account(), daily=5)
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def flood() -> None:
        for _ in range(200):
            assert await refusal_of(meter.take(holder, DIALECT)) == ("daily",)

    async def begin() -> None:
        await taken(meter, holder, 5)
        await refusal_of(meter.take(holder, DIALECT))

    asyncio.run(begin())
    with watched() as statements:
        asyncio.run(flood())
        assert statements.seen == []
        time.pass_by(1.01)
        asyncio.run(flood())
        assert len([sql for sql in statements.seen if "metering_count" in sql]) == 1
        assert statements.writes == []


def test_requests_at_one_time_are_told_different_numbers_and_share_a_lease() -> None:
    holder = holder_of(new_account(), daily=10_000)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> list[Usage]:
        return await asyncio.gather(*[meter.take(holder, DIALECT) for _ in range(60)])

    with watched() as statements:
        usages = asyncio.run(story())
    assert sorted(usage.day_used for usage in usages) == list(range(1, 61))
    assert len([sql for sql in statements.seen if "SET given_out" in sql]) <= 3


def test_no_account_waits_for_another_ones_lease() -> None:
    alice, bob = holder_of(new_account(), daily=32), holder_of(new_account("bob"), daily=32)
    time = SetClock()
    first, second = (LeasingMeter(warning_part=0.8, clock=time.clock) for _ in range(2))
    order = []

    async def of(name: str, holder: Holder) -> None:
        await second.take(holder, DIALECT)
        order.append(name)

    async def once_bob_is_served() -> None:
        if order == ["bob"]:
            await first.settle()

    async def story() -> None:
        time.meanwhile = once_bob_is_served
        await taken(first, alice, 4)
        await taken(second, alice, 26)
        # The last two are with the first process, and are not given back until bob is served.
        await asyncio.gather(of("alice", alice), of("bob", bob))

    asyncio.run(story())
    assert order == ["bob", "alice"]


def test_what_another_process_holds_is_waited_for_and_served() -> None:
    account = new_account()
    holder = holder_of(account, daily=32)
    time = SetClock()
    first, second = (LeasingMeter(warning_part=0.8, clock=time.clock) for _ in range(2))
    time.meanwhile = first.settle

    async def story() -> None:
        await taken(first, holder, 4)
        held = first._tallies[account.pk, DIALECT].lease
        assert held is not None
        assert held.unspent == 2
        before = time.monotonic
        await taken(second, holder, 28)
        assert time.monotonic - before >= 1
        assert await refusal_of(second.take(holder, DIALECT)) == ("daily",)

    asyncio.run(story())
    assert given_out("2026-11-22") == 32


def test_what_a_dead_process_held_counts_as_served_once_it_is_over() -> None:
    account = new_account()
    holder = holder_of(account, daily=32)
    time = SetClock()
    dead, alive = (LeasingMeter(warning_part=0.8, clock=time.clock) for _ in range(2))

    async def story() -> None:
        await taken(dead, holder, 4)
        await taken(alive, holder, 26)
        before = time.monotonic
        assert await refusal_of(alive.take(holder, DIALECT)) == ("daily",)
        assert 2.9 < time.monotonic - before < 3.2
        # The next one is refused from memory, and the one after that at once: nothing is out any more.
        before = time.monotonic
        await refusal_of(alive.take(holder, DIALECT))
        time.pass_by(2)
        await refusal_of(alive.take(holder, DIALECT))
        assert time.monotonic - before == pytest.approx(2)

    asyncio.run(story())


def test_a_lease_is_not_spent_after_its_second_nor_on_another_day() -> None:
    account = new_account()
    holder = holder_of(account, daily=1_000, monthly=10_000)
    # Half a second before midnight of the last of the month.
    time = SetClock(1_796_083_200.0 - 0.5)
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def story() -> None:
        await taken(meter, holder, 5)
        assert (await meter.usage(holder, DIALECT)).month_used == 5
        time.pass_by(0.6)
        usage = await meter.take(holder, DIALECT)
        assert (usage.day_used, usage.month_used) == (1, 1)
        time.pass_by(1.1)
        await meter.settle()

    asyncio.run(story())
    assert given_out("2026-11-30") == given_out("2026-11") == 5
    assert given_out("2026-12-01") == given_out("2026-12") == 1
    assert not Lease.objects.exists()


def test_what_is_given_back_can_be_taken_again() -> None:
    account = new_account()
    holder = holder_of(account, daily=40)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def story() -> None:
        await taken(meter, holder, 40)
        await refusal_of(meter.take(holder, DIALECT))
        for _ in range(3):
            meter.give_back(holder, DIALECT)
        await taken(meter, holder, 3)
        await refusal_of(meter.take(holder, DIALECT))
        meter.give_back(holder, DIALECT)
        await meter.settle()
        assert await in_database(given_out, "2026-11-22") == 39
        assert (await meter.usage(holder, DIALECT)).day_used == 39

    asyncio.run(story())


def test_yesterdays_picture_that_is_given_back_today_is_not_served_twice_today() -> None:
    holder = holder_of(new_account(), daily=40)
    time = SetClock(1_796_083_200.0 - 0.5)
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def story() -> None:
        await taken(meter, holder, 7)
        time.pass_by(1)
        await taken(meter, holder, 5)
        meter.give_back(holder, DIALECT)
        await taken(meter, holder, 35)
        await refusal_of(meter.take(holder, DIALECT))
        await meter.settle()

    asyncio.run(story())
    assert given_out("2026-11-30") == 6
    assert given_out("2026-12-01") == 40


def test_a_request_that_goes_away_leaves_its_lease_to_the_next() -> None:
    holder = holder_of(new_account(), daily=5)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> None:
        going = asyncio.get_running_loop().create_task(meter.take(holder, DIALECT))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        await taken(meter, holder, 5)
        await refusal_of(meter.take(holder, DIALECT))

    asyncio.run(story())


def test_a_new_limit_holds_at_once() -> None:
    account = new_account()
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> None:
        await taken(meter, holder_of_now[100], 10)
        assert await refusal_of(meter.take(holder_of_now[10], DIALECT)) == ("daily",)
        await taken(meter, holder_of_now[11], 1)
        await taken(meter, holder_of_now[100], 89)
        await refusal_of(meter.take(holder_of_now[100], DIALECT))

    holder_of_now = {limit: holder_of(account, daily=limit) for limit in (10, 11, 100)}
    asyncio.run(story())


def test_a_meter_that_is_closed_has_given_everything_back_and_serves_no_more() -> None:
    holder = holder_of(new_account(), daily=1_000)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> None:
        meter.open()
        await taken(meter, holder, 20)
        assert await in_database(Lease.objects.count) == 1
        await meter.close()
        with pytest.raises(StudioUnavailable):
            await meter.take(holder, DIALECT)

    asyncio.run(story())
    assert set(Count.objects.values_list("given_out", flat=True)) == {20}
    assert not Lease.objects.exists()


def test_an_open_meter_gives_back_by_itself() -> None:
    holder = holder_of(new_account(), daily=1_000)
    meter = LeasingMeter(warning_part=0.8)

    async def story() -> None:
        meter.open()
        await taken(meter, holder, 20)
        while await in_database(Lease.objects.exists):  # noqa: ASYNC110  (nobody tells when the database changes)
            await asyncio.sleep(0.05)
        assert set(await in_database(lambda: list(Count.objects.values_list("given_out", flat=True)))) == {20}
        await meter.close()

    asyncio.run(asyncio.wait_for(story(), 30))


@pytest.mark.parametrize("is_written", [True, False], ids=["the answer was lost", "the question was lost"])
def test_a_lease_is_given_back_once_however_often_it_is_tried(
    is_written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = holder_of(new_account(), daily=1_000)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    def lost(*args: Any) -> None:
        if is_written:
            leases.settle(*args)
        raise DatabaseError("the connection is gone")

    async def story() -> None:
        await taken(meter, holder, 20)
        time.pass_by(1.1)
        with monkeypatch.context() as patch:
            patch.setattr("frontis.studio.metering.meter.settle", lost)
            with pytest.raises(StudioUnavailable):
                await meter.settle()
        await meter.settle()
        await meter.settle()

    asyncio.run(story())
    assert set(Count.objects.values_list("given_out", flat=True)) == {20}
    assert not Lease.objects.exists()


def test_nothing_is_served_while_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = holder_of(new_account(), daily=1_000)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)
    asked = []

    def no_answer(*_: object, **__: object) -> None:
        asked.append(1)
        raise DatabaseError("gone")

    async def story() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("frontis.studio.metering.meter.grant", no_answer)
            found = await asyncio.gather(*[meter.take(holder, DIALECT) for _ in range(30)], return_exceptions=True)
            assert {type(each) for each in found} == {StudioUnavailable}
            assert len(asked) == 1
        time.pass_by(1)
        await taken(meter, holder, 3)

    asyncio.run(story())


def test_threads_with_meters_of_their_own_serve_exactly_the_quota() -> None:
    holder = holder_of(new_account(), daily=300)

    async def until_refused() -> int:
        meter = LeasingMeter(warning_part=0.8)
        meter.open()
        served = 0
        try:
            while True:
                await meter.take(holder, DIALECT)
                served += 1
        except QuotaExceeded:
            await meter.close()
            return served

    with ThreadPoolExecutor(3) as threads:
        served = list(threads.map(lambda _: asyncio.run(until_refused()), range(3)))
    assert sum(served) == 300, served


def test_accounts_that_ask_no_more_are_forgotten() -> None:
    holder = holder_of(new_account(), daily=1_000)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def story() -> None:
        await taken(meter, holder, 20)
        await meter.write()
        assert len(meter._tallies) == 1
        time.pass_by(400)
        await meter.settle()
        await meter.write()
        assert meter._tallies == {}
        assert meter._busy == set()

    asyncio.run(story())


def test_a_database_that_hangs_holds_nobody_and_what_it_grants_at_last_is_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holder = holder_of(new_account(), daily=1_000)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)
    answers, asked = Event(), []

    def granted(*args: Any, **kwargs: Any) -> Any:
        asked.append(1)
        assert answers.wait(20)
        return leases.grant(*args, **kwargs)

    async def story() -> None:
        monkeypatch.setattr("frontis.studio.metering.meter.grant", granted)
        monkeypatch.setattr("frontis.studio.database.ANSWER_SECONDS", 0.05)
        with pytest.raises(StudioUnavailable):
            await meter.take(holder, DIALECT)
        monkeypatch.setattr("frontis.studio.database.ANSWER_SECONDS", 1_000)
        # By now nobody waits as long, and of those who come together one alone.
        for _ in range(2):
            time.pass_by(AWAY_SECONDS)
            found = await asyncio.gather(*[meter.take(holder, DIALECT) for _ in range(30)], return_exceptions=True)
            assert {type(each) for each in found} == {StudioUnavailable}
        assert len(asked) == 1
        answers.set()
        (leasing,) = (tally.leasing for tally in meter._tallies.values())
        assert leasing
        await asyncio.wait({leasing})
        time.pass_by(AWAY_SECONDS)
        assert (await meter.take(holder, DIALECT)).day_used == 1
        assert len(asked) == 1
        await meter.close()

    asyncio.run(story())
    assert set(Count.objects.values_list("given_out", flat=True)) == {1}


def test_who_goes_away_while_a_lease_is_had_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = holder_of(new_account(), daily=1_000)
    meter = LeasingMeter(warning_part=0.8)
    answers, begun = Event(), Event()

    def granted(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        assert answers.wait(20)
        return leases.grant(*args, **kwargs)

    async def story() -> None:
        monkeypatch.setattr("frontis.studio.metering.meter.grant", granted)
        first = asyncio.create_task(meter.take(holder, DIALECT))
        await asyncio.to_thread(begun.wait, 10)
        first.cancel()
        await asyncio.wait({first})
        second = asyncio.create_task(meter.take(holder, DIALECT))
        await asyncio.sleep(0)
        answers.set()
        assert (await second).day_used == 1
        await meter.close()

    asyncio.run(story())
