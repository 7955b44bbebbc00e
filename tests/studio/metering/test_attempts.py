"""The record of renders."""

import asyncio
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from django.db import DatabaseError
from holders import SetClock, new_account
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.errors import StudioUnavailable
from frontis.model.usage import Attempt, RenderMetrics
from frontis.studio.database import in_database
from frontis.studio.metering import attempts as attempts_module
from frontis.studio.metering.attempts import AttemptLog
from frontis.studio.metering.models import Count, Lease, RenderAttempt
from frontis.studio.metering.pruning import prune

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def attempt(
    seconds: float = 0.02, error_type: str = "", *, hours_ago: float = 0, account: int | None = None
) -> Attempt:
    at = NOW - timedelta(hours=hours_ago)
    return Attempt(at, "osig", "osig-base", seconds, error_type, account=account)


def new_log(keep_days: int = 30) -> AttemptLog:
    return AttemptLog(keep_days=keep_days, clock=SetClock().clock)


def reported(*recorded: Attempt, hours: int = 24) -> RenderMetrics:
    log = new_log()
    for each in recorded:
        log.record(each)
    return asyncio.run(log.report(hours=hours))


def test_a_report_of_nothing_has_no_percentile() -> None:
    assert reported() == RenderMetrics(24, 0, 0, None, {})


def test_a_report_counts_failures_by_type_with_the_most_frequent_first() -> None:
    failures = ["render_error", "unknown_error", "render_error", "image_decode_error"]
    report = reported(attempt(), *[attempt(9.0, each) for each in failures])
    assert (report.total, report.failed) == (5, 4)
    assert list(report.error_counts.items()) == [("render_error", 2), ("image_decode_error", 1), ("unknown_error", 1)]
    assert report.p95_seconds == pytest.approx(0.02)


def test_a_report_ends_where_its_window_begins() -> None:
    report = reported(attempt(0.5, hours_ago=2.01), attempt(0.1, hours_ago=1.99), hours=2)
    assert (report.window_hours, report.total) == (2, 1)
    assert report.p95_seconds == pytest.approx(0.1)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=60))
def test_the_percentile_is_that_of_the_nearest_rank(milliseconds: list[int]) -> None:
    RenderAttempt.objects.all().delete()
    report = reported(*[attempt(each / 1_000) for each in milliseconds], attempt(99.0, "render_error"))
    expected = sorted(milliseconds)[ceil(len(milliseconds) * 0.95) - 1]
    assert report.p95_seconds == pytest.approx(expected / 1_000)


def test_what_is_recorded_is_written_soon_without_being_asked_for() -> None:
    async def story() -> None:
        log = new_log()
        log.open()
        log.record(attempt())
        while not await in_database(RenderAttempt.objects.exists):  # noqa: ASYNC110  (nobody tells when it changes)
            await asyncio.sleep(0.05)
        log.record(attempt())
        await log.close()

    asyncio.run(asyncio.wait_for(story(), 30))
    assert RenderAttempt.objects.count() == 2


def test_an_attempt_of_a_deleted_account_spoils_no_other() -> None:
    account = new_account()
    number = account.pk
    account.delete()
    alive = new_account("bob")
    report = reported(attempt(account=number), attempt(account=alive.pk), attempt())
    assert report.total == 2
    assert set(RenderAttempt.objects.values_list("account", flat=True)) == {alive.pk, None}


def test_what_cannot_be_written_is_kept_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    log = new_log()

    def no_answer(_: object) -> None:
        raise DatabaseError("gone")

    async def story() -> None:
        for number in range(3):
            log.record(attempt(number))
        with monkeypatch.context() as patch:
            patch.setattr(attempts_module, "_written", no_answer)
            with pytest.raises(StudioUnavailable):
                await log.write()
        await log.write()

    asyncio.run(story())
    assert list(RenderAttempt.objects.order_by("pk").values_list("duration_ms", flat=True)) == [0, 1_000, 2_000]


def test_the_oldest_are_dropped_when_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts_module, "MOST_WAITING", 3)
    report = reported(*[attempt(seconds) for seconds in range(1, 6)])
    assert report.total == 3
    assert report.p95_seconds == 5
    assert RenderAttempt.objects.order_by("duration_ms").values_list("duration_ms", flat=True)[0] == 3_000


def test_names_that_are_too_long_or_hold_a_nul_are_written_all_the_same() -> None:
    assert reported(Attempt(NOW, "osig" * 20, "a\0b" * 100, 0.1, "e" * 100)).total == 1


def test_old_rows_are_pruned_and_young_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontis.studio.metering.pruning.BATCH", 2)
    account = new_account()
    day = timedelta(days=1)
    for age in (0 * day, 29 * day, 31 * day, 32 * day, 33 * day):
        RenderAttempt.objects.create(at=NOW - age, dialect="osig", template="osig-base", duration_ms=1)
    for period in ("2026-11-22", "2026-11", "2025-11-01", "2025-11", "2025-10-02", "2025-09-30", "2025-09"):
        Count.objects.create(account=account, dialect="osig", period=period)
    for ends_at in (NOW + timedelta(seconds=2), NOW - timedelta(seconds=2), NOW - timedelta(minutes=2)):
        Lease.objects.create(account=account, dialect="osig", units=2, ends_at=ends_at)
    asyncio.run(new_log(30).prune())
    assert RenderAttempt.objects.count() == 2
    assert set(Count.objects.values_list("period", flat=True)) == {
        "2026-11-22", "2026-11", "2025-11-01", "2025-11", "2025-10-02",
    }  # fmt: skip
    assert Lease.objects.count() == 2
    prune(NOW, 30 * day)
    assert RenderAttempt.objects.count() == 2
