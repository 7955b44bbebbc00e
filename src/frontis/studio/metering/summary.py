"""How much was served, for the pages and the admin to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from frontis.settings import Settings
from frontis.studio.accounts.models import Account
from frontis.studio.metering.models import Count, Usage


@dataclass(frozen=True, slots=True)
class DialectUsage:
    """How much of its quotas an account has used in one dialect, and what was served. A limit of 0 is none.

    day_used, month_used: what counts against the limits; up to a second after a picture was served it may be some more
    than were. renders, hits: pictures that were drawn, and those that were there already.
    """

    dialect: str
    day_used: int = 0
    day_limit: int = 0
    month_used: int = 0
    month_limit: int = 0
    day_renders: int = 0
    day_hits: int = 0
    month_renders: int = 0
    month_hits: int = 0


def usage_of(account: Account, today: date) -> list[DialectUsage]:
    """This day's and month's usage in every dialect that has a quota or was used this month, by name."""
    day, month = f"{today:%Y-%m-%d}", f"{today:%Y-%m}"
    counts = {
        (dialect, period): given_out
        for dialect, period, given_out in Count.objects.filter(account=account, period__in=[day, month]).values_list(
            "dialect", "period", "given_out"
        )
    }
    limits = _limits(account)
    of_month = _served(account, today.replace(day=1), today)
    of_day = _served(account, today, today)
    # What was not metered has no count, but was served all the same.
    dialects = {name for name, quota in limits.items() if any(quota)} | of_month.keys() | {name for name, _ in counts}
    return [
        DialectUsage(
            name,
            counts.get((name, day), 0),
            limits.get(name, (0, 0))[0],
            counts.get((name, month), 0),
            limits.get(name, (0, 0))[1],
            *of_day.get(name, (0, 0)),
            *of_month.get(name, (0, 0)),
        )
        for name in sorted(dialects)
    ]


def profile_usage(today: date) -> "QuerySet[Account]":
    """Every account with what it was served, the busiest of this month first: one query.

    Each has served_today, served_this_month (pictures, drawn or not), and was_warned_today, was_warned_this_month.
    """
    served = Usage.objects.filter(account=OuterRef("pk"), day__lte=today).order_by().values("account")
    warned = Count.objects.filter(account=OuterRef("pk"), was_warned=True)
    return (
        Account.objects.select_related("plan")
        .annotate(
            served_today=_sum(served.filter(day=today)),
            served_this_month=_sum(served.filter(day__gte=today.replace(day=1))),
            was_warned_today=Exists(warned.filter(period=f"{today:%Y-%m-%d}")),
            was_warned_this_month=Exists(warned.filter(period=f"{today:%Y-%m}")),
        )
        .order_by("-served_this_month", "email")
    )


def _sum(rows: "QuerySet[Usage, Any]") -> Coalesce:
    total = rows.annotate(total=Sum(F("renders") + F("hits"))).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))


def _served(account: Account, first: date, last: date) -> dict[str, tuple[int, int]]:
    rows = Usage.objects.filter(account=account, day__gte=first, day__lte=last).values_list("dialect")
    sums: Iterable[tuple[str, int, int]] = rows.annotate(Sum("renders"), Sum("hits")).order_by()
    return {dialect: (renders, hits) for dialect, renders, hits in sums}


def _limits(account: Account) -> dict[str, tuple[int, int]]:
    """The limits by day and month of each dialect that the plan knows; an empty one is what the environment says."""
    known: Settings = settings.FRONTIS
    return {
        allowance.dialect: (
            max(0, known.daily_usage_limit if allowance.images_per_day is None else allowance.images_per_day),
            max(0, known.monthly_usage_limit if allowance.images_per_month is None else allowance.images_per_month),
        )
        for allowance in account.plan.allowances.all()
    }
