"""What was served, for people to look at."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError
from holders import DIALECT, SetClock, holder_of, new_account

from frontis.errors import StudioUnavailable
from frontis.model.account import KeyKind, Project
from frontis.studio.accounts.models import Account, Key, PlanAllowance
from frontis.studio.accounts.register import create_key, create_project
from frontis.studio.metering import notes
from frontis.studio.metering.meter import LeasingMeter
from frontis.studio.metering.models import Usage
from frontis.studio.metering.summary import DialectUsage, usage_of

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 22)


def served(meter: LeasingMeter, account: Account, *, renders: int, hits: int) -> None:
    holder = holder_of(account)
    for number in range(renders + hits):
        meter.note(holder, DIALECT, is_hit=number >= renders)


def test_renders_and_hits_are_added_up_by_account_key_project_dialect_and_day() -> None:
    account = new_account()
    project = create_project(account, name="blog")
    time = SetClock()
    meters = [LeasingMeter(warning_part=0.8, clock=time.clock) for _ in range(2)]
    holder = holder_of(account)
    of_project = replace(holder, project=Project(project.pk, project.public_id, account.pk, holder.plan))
    for meter in meters:
        served(meter, account, renders=3, hits=2)
        meter.note(of_project, DIALECT, is_hit=False)
        asyncio.run(meter.write())
    time.pass_by(86_400)
    served(meters[0], account, renders=0, hits=1)
    asyncio.run(meters[0].write())
    rows = Usage.objects.values_list("account", "key", "project", "dialect", "day", "renders", "hits")
    key = holder.key
    assert sorted(rows, key=str) == sorted(
        [
            (account.pk, key, None, DIALECT, TODAY, 6, 4),
            (account.pk, key, None, DIALECT, date(2026, 11, 23), 0, 1),
            (account.pk, key, project.pk, DIALECT, TODAY, 2, 0),
        ],
        key=str,
    )


def test_what_a_deleted_account_or_key_was_served_spoils_no_other_note() -> None:
    gone, alice = new_account("gone"), new_account()
    meter = LeasingMeter(warning_part=0.8, clock=SetClock().clock)
    served(meter, gone, renders=1, hits=0)
    first = holder_of(alice)
    second = replace(first, key=create_key(alice, KeyKind.OSIG, name="second")[0].pk)
    for holder in (first, second):
        meter.note(holder, DIALECT, is_hit=False)
    gone.delete()
    Key.objects.filter(pk=first.key).delete()
    asyncio.run(meter.write())
    rows = Usage.objects.order_by("key").values_list("account", "key", "renders")
    assert set(rows) == {(alice.pk, None, 1), (alice.pk, second.key, 1)}


def test_what_cannot_be_written_is_kept_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    account = new_account()
    meter = LeasingMeter(warning_part=0.8, clock=SetClock().clock)

    def no_answer(*_: object) -> None:
        raise DatabaseError("gone")

    async def story() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(notes, "_written", no_answer)
            with pytest.raises(StudioUnavailable):
                await meter.write()
        await meter.close()

    served(meter, account, renders=2, hits=1)
    asyncio.run(story())
    assert Usage.objects.values_list("renders", "hits").get() == (2, 1)
    assert Key.objects.get().last_used_at is not None


def test_when_a_key_was_used_last_is_written_once_a_minute() -> None:
    account = new_account()
    holder = holder_of(account)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def used() -> None:
        await meter.take(holder, DIALECT)
        await meter.write()

    asyncio.run(used())
    first = Key.objects.get().last_used_at
    assert first == time.clock.now()
    time.pass_by(30)
    asyncio.run(used())
    assert Key.objects.get().last_used_at == first
    time.pass_by(31)
    asyncio.run(used())
    assert Key.objects.get().last_used_at == time.clock.now()


def test_the_usage_of_an_account_has_each_dialect_with_its_limits() -> None:
    account = new_account()
    PlanAllowance.objects.filter(plan=account.plan, dialect="osig").update(images_per_day=50)
    time = SetClock()
    meter = LeasingMeter(warning_part=0.8, clock=time.clock)

    async def story() -> None:
        for _ in range(4):
            await meter.take(holder, DIALECT)
        await meter.close()

    holder = holder_of(account, daily=50, monthly=10_000)
    served(meter, account, renders=3, hits=1)
    asyncio.run(story())
    Usage.objects.create(account=account, dialect=DIALECT, day=date(2026, 11, 1), renders=5, hits=6)
    Usage.objects.create(account=account, dialect=DIALECT, day=date(2026, 10, 31), renders=700)
    Usage.objects.create(account=account, dialect="native", day=date(2026, 11, 2), renders=1)
    assert usage_of(account, TODAY) == [
        DialectUsage("native", month_renders=1),
        DialectUsage("ogimage", month_limit=1_000),
        DialectUsage("osig", 4, 50, 4, 10_000, 8, 7),
    ]


def test_usage_of_one_account_is_not_that_of_another() -> None:
    alice, bob = new_account(), new_account("bob")
    Usage.objects.create(account=alice, dialect="native", day=TODAY, renders=1)
    assert [each.dialect for each in usage_of(bob, TODAY)] == ["ogimage", "osig"]
