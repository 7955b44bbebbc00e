"""The admin's page of who uses how much."""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.views import ChangeList

from frontis.studio.accounts.holders import plan_of
from frontis.studio.admin.auditing import ReadOnlyAdmin
from frontis.studio.admin.models import ProfileUsage
from frontis.studio.admin.site import site
from frontis.studio.metering.models import Count, Usage


def _served(today: date, **since: object) -> Coalesce:
    """How many pictures an account was served."""
    rows = Usage.objects.filter(account=OuterRef("pk"), day__lte=today, **since).order_by().values("account")
    total = rows.annotate(total=Sum(F("renders") + F("hits"))).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))


class _UsageList(ChangeList):
    """One page of accounts, each with its counts: one more question to the database for all of them."""

    def url_for_result(self, result: ProfileUsage) -> str:
        return reverse("admin:accounts_account_change", args=[result.pk])

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        today = datetime.now(UTC).date()
        day, month = f"{today:%Y-%m-%d}", f"{today:%Y-%m}"
        counts = {
            (each.account_id, each.dialect, each.period): each
            for each in Count.objects.filter(account__in=list(self.result_list), period__in=[day, month])
        }
        for account in self.result_list:
            allowances = plan_of(account.plan, settings.FRONTIS).allowances
            quotas = {name: (each.images_per_day, each.images_per_month) for name, each in allowances.items()}
            known = {dialect for dialect, limits in quotas.items() if any(limits)}
            known |= {dialect for number, dialect, _ in counts if number == account.pk}
            limits = {dialect: quotas.get(dialect, (0, 0)) for dialect in sorted(known)}
            account.days = [
                _count(name, counts.get((account.pk, name, day)), most) for name, (most, _) in limits.items()
            ]
            account.months = [
                _count(name, counts.get((account.pk, name, month)), most) for name, (_, most) in limits.items()
            ]


def _count(dialect: str, count: Count | None, limit: int) -> dict[str, Any]:
    used = count.given_out if count else 0
    is_warned = count is not None and count.was_warned
    words = f"{limit:,}" if limit else ""
    return {
        "dialect": dialect,
        "used": f"{used:,}",
        "limit": words,
        "is_full": 0 < limit <= used,
        "is_warned": is_warned,
    }


@admin.register(ProfileUsage, site=site)
class ProfileUsageAdmin(ReadOnlyAdmin):
    """Accounts, the busiest of this month first, and where each stands with its quotas."""

    list_display = ("email", "plan", "month", "today", "month_quotas", "day_quotas", "warned")
    actions = None
    list_filter = ("plan",)
    list_filter_sheet = False
    list_select_related = ("plan",)
    search_fields = ("email",)
    search_help_text = "E-mail address"
    list_fullwidth = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:  # noqa: ANN401, ARG002
        """The list with counts."""
        return _UsageList

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProfileUsage]":
        """Each with what it was served."""
        today = datetime.now(UTC).date()
        counted = ProfileUsage.objects.annotate(
            served_today=_served(today, day=today), served_this_month=_served(today, day__gte=today.replace(day=1))
        )
        found: QuerySet[ProfileUsage] = counted.prefetch_related("plan__allowances")  # type: ignore[assignment]  # a proxy
        return found.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        """The busiest of this month first."""
        return ("-served_this_month", "email")

    @display(description="this month", ordering="served_this_month")
    def month(self, usage: ProfileUsage) -> str:
        """Pictures that it was served, drawn or not."""
        return f"{usage.served_this_month:,}"  # type: ignore[attr-defined]  # of the queryset

    @display(description="today", ordering="served_today")
    def today(self, usage: ProfileUsage) -> str:
        """The same, today."""
        return f"{usage.served_today:,}"  # type: ignore[attr-defined]  # of the queryset

    @display(description="month's quotas")
    def month_quotas(self, usage: ProfileUsage) -> SafeString:
        """Count and limit in each dialect."""
        return render_to_string("studio_admin/counts.html", {"counts": usage.months})  # type: ignore[attr-defined]

    @display(description="day's quotas")
    def day_quotas(self, usage: ProfileUsage) -> SafeString:
        """The same, today."""
        return render_to_string("studio_admin/counts.html", {"counts": usage.days})  # type: ignore[attr-defined]

    @display(description="warned", label={"D": "warning", "M": "warning", "D M": "warning"})
    def warned(self, usage: ProfileUsage) -> str | None:
        """D: told that a day's quota is nearly used up; M: a month's."""
        flags = [("D", usage.days), ("M", usage.months)]  # type: ignore[attr-defined]
        return " ".join(flag for flag, counts in flags if any(each["is_warned"] for each in counts)) or None
