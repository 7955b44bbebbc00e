"""What an owner sees of the plan, and what is used of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings as DjangoSettings
from visitors import somebody, visitor

from frontis.settings import Settings
from frontis.studio.accounts.models import Account
from frontis.studio.metering.models import Count, Usage
from frontis.studio.pages.usage import Meter, meters

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def alice() -> Account:
    return somebody("alice@example.com", plan="free")


def serve(account: Account, dialect: str, day: date, pictures: int) -> None:
    """As the meter writes it down, all from the cache."""
    Usage.objects.create(account=account, dialect=dialect, day=day, hits=pictures)
    for period in (f"{day:%Y-%m-%d}", f"{day:%Y-%m}"):
        count, _ = Count.objects.get_or_create(account=account, dialect=dialect, period=period)
        count.given_out += pictures
        count.save()


def test_days_and_months_are_counted_apart(alice: Account) -> None:
    bob = somebody("bob@example.com")
    serve(bob, "osig", TODAY, 500)
    serve(alice, "osig", TODAY, 5)
    serve(alice, "osig", TODAY - timedelta(days=21), 10)
    serve(alice, "osig", TODAY - timedelta(days=22), 1000)
    found = [each for each in meters(alice, TODAY) if each.dialect == "osig"]
    assert found == [Meter("osig", "today", 5, 1_000), Meter("osig", "this month", 15, 10_000)]


def test_a_service_without_a_limit_is_told_when_it_was_used(alice: Account) -> None:
    assert "native" not in [each.dialect for each in meters(alice, TODAY)]
    serve(alice, "native", TODAY, 12_345)
    first = meters(alice, TODAY)[0]
    assert (first.name, first.words) == ("Frontis", "12,345, no limit")


def test_limits_that_the_plan_leaves_open_are_the_operators(alice: Account, settings: DjangoSettings) -> None:
    settings.FRONTIS = Settings(daily_usage_limit=0, monthly_usage_limit=50, usage_warning_percent=0.5)
    serve(alice, "osig", TODAY, 7)
    meter = next(each for each in meters(alice, TODAY) if each.dialect == "osig")
    assert (meter.period, meter.words, meter.warned_at) == ("this month", "7 of 50", 25)


def test_the_page_shows_a_meter_with_its_words(alice: Account) -> None:
    serve(alice, "osig", timezone.now().date(), 820)
    said = visitor(alice).get("/settings").content.decode()
    assert "Your plan: free" in said
    assert "820 of 1,000" in said
    assert 'max="1000" low="800" high="1000" optimum="0" value="820"' in said
