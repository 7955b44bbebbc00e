"""How much of its quotas an account has used, out of the tables of what was served."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Sum

from frontis.studio.accounts.models import Account
from frontis.studio.metering.models import Count, Usage


@dataclass(frozen=True, slots=True)
class DialectUsage:
    """How much is used in one dialect, and what was served. A limit of 0 is none."""

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
    counted = {
        (each.dialect, each.period): each.given_out
        for each in Count.objects.filter(account=account, period__in=[day, month])
    }
    limits = {
        each.dialect: (
            settings.FRONTIS.daily_usage_limit if each.images_per_day is None else each.images_per_day,
            settings.FRONTIS.monthly_usage_limit if each.images_per_month is None else each.images_per_month,
        )
        for each in account.plan.allowances.all()
    }
    rows = Usage.objects.filter(account=account, day__gte=today.replace(day=1), day__lte=today).values("dialect")
    served = {row["dialect"]: row for row in rows.annotate(of_renders=Sum("renders"), of_hits=Sum("hits")).order_by()}
    names = {name for name, pair in limits.items() if any(pair)} | served.keys() | {name for name, _ in counted}
    return [
        DialectUsage(
            name,
            counted.get((name, day), 0),
            limits.get(name, (0, 0))[0],
            counted.get((name, month), 0),
            limits.get(name, (0, 0))[1],
            served[name]["of_renders"] if name in served else 0,
            served[name]["of_hits"] if name in served else 0,
        )
        for name in sorted(names)
    ]
