"""The admin's page of render attempts, with the chart of a day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from frontis.model.usage import ERROR_TYPES
from frontis.studio.admin.auditing import ReadOnlyAdmin
from frontis.studio.admin.chart import chart_of
from frontis.studio.admin.site import site
from frontis.studio.metering.models import RenderAttempt

DAYS = 8
_ERRORS = sorted({name for _, name in ERROR_TYPES} | {"unknown_error"})
_LABELS = {"success": "success"} | {name.replace("_", " "): "danger" for name in _ERRORS}


class DayFilter(admin.SimpleListFilter):
    """One of the last days, in UTC."""

    title = "day"
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:  # noqa: ARG002
        """The last days, today first."""
        today = datetime.now(UTC).date()
        words = {0: "Today", 1: "Yesterday"}
        days = [(today - timedelta(days=back), back) for back in range(DAYS)]
        return [(day.isoformat(), words.get(back, f"{day:%a} {day.day} {day:%b}")) for day, back in days]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[RenderAttempt]") -> "QuerySet[RenderAttempt]":  # noqa: ARG002
        """Those of that day."""
        day = day_of(self.value())
        if day is None:
            return queryset
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return queryset.filter(at__gte=start, at__lt=start + timedelta(days=1))


class SuccessFilter(admin.SimpleListFilter):
    """What succeeded, or what failed."""

    title = "success"
    parameter_name = "success"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:  # noqa: ARG002
        """Yes and no."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[RenderAttempt]") -> "QuerySet[RenderAttempt]":  # noqa: ARG002
        """One of the two."""
        match self.value():
            case "yes":
                return queryset.filter(error_type="")
            case "no":
                return queryset.exclude(error_type="")
            case _:
                return queryset


class ErrorFilter(admin.SimpleListFilter):
    """What went wrong."""

    title = "error type"
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:  # noqa: ARG002
        """All that may."""
        return [(name, name.replace("_", " ")) for name in _ERRORS]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[RenderAttempt]") -> "QuerySet[RenderAttempt]":  # noqa: ARG002
        """Those that failed so."""
        return queryset.filter(error_type=self.value()) if self.value() else queryset


@admin.register(RenderAttempt, site=site)
class RenderAttemptAdmin(ReadOnlyAdmin):
    """Every try to draw a card, the last first."""

    list_display = ("at", "outcome", "template", "dialect", "took", "attempt", "account")
    list_filter = (DayFilter, SuccessFilter, ErrorFilter, "dialect", "template")
    list_filter_sheet = False
    list_select_related = ("account",)
    list_before_template = "studio_admin/day.html"
    fields = ("at", "outcome", "template", "dialect", "took", "attempt", "account")
    readonly_fields = fields
    empty_value_display = "–"

    @display(description="outcome", ordering="error_type", label=_LABELS)
    def outcome(self, attempt: RenderAttempt) -> str:
        """Success, or what went wrong."""
        return attempt.error_type.replace("_", " ") or "success"

    @display(description="took", ordering="duration_ms")
    def took(self, attempt: RenderAttempt) -> str:
        """How long."""
        return f"{attempt.duration_ms:,.1f} ms"

    @display(description="attempt", ordering="number")
    def attempt(self, attempt: RenderAttempt) -> int:
        """Which of its request."""
        return attempt.number

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, below the chart of the day that was chosen, else of the last 24 hours."""
        day = day_of(request.GET.get(DayFilter.parameter_name))
        chart = chart_of(day)
        found: HttpResponse = super().changelist_view(request, (extra_context or {}) | {"chart": chart})
        return found


def day_of(text: str | None) -> date | None:
    """The day that a filter's value names."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
