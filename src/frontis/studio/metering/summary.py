"""How much was served, for the pages and the admin to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Sum

from frontis.studio.accounts.holders import plan_of
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
    allowances = plan_of(account.plan, settings.FRONTIS).allowances
    limits = {name: (each.images_per_day, each.images_per_month) for name, each in allowances.items()}
    of_month = _served(account.pk, today)
    # What was not metered has no count, but was served all the same.
    dialects = {name for name, quota in limits.items() if any(quota)} | of_month.keys() | {name for name, _ in counts}
    return [
        DialectUsage(
            name,
            counts.get((name, day), 0),
            limits.get(name, (0, 0))[0],
            counts.get((name, month), 0),
            limits.get(name, (0, 0))[1],
            *of_month.get(name, (0, 0)),
        )
        for name in sorted(dialects)
    ]


def month_hits(account: int, dialect: str, today: date) -> int:
    """Pictures that were served to the account of that number this month and were there already."""
    return _served(account, today).get(dialect, (0, 0))[1]


def _served(account: int, today: date) -> dict[str, tuple[int, int]]:
    """By dialect, how many pictures of this month were drawn, and how many were there already."""
    rows = Usage.objects.filter(account=account, day__gte=today.replace(day=1), day__lte=today).values_list("dialect")
    sums: Iterable[tuple[str, int, int]] = rows.annotate(Sum("renders"), Sum("hits")).order_by()
    return {dialect: (renders, hits) for dialect, renders, hits in sums}
