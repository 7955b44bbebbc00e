"""The admin's pages about plans."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from frontis.studio.accounts.models import Plan, PlanAllowance
from frontis.studio.admin.auditing import AuditedAdmin
from frontis.studio.admin.site import site

DIALECTS = ("native", "ogforge", "ogimage", "ogstack", "osig", "urlpix")
# A new account gets one of these (FRONTIS_DEFAULT_PLAN), so they are always there.
SEEDED = ("free", "plus", "pro")


class AllowanceInline(TabularInline):
    """What a plan allows in each dialect."""

    model = PlanAllowance
    extra = 0
    hide_title = True
    verbose_name = "allowance"
    verbose_name_plural = "allowances: a dialect without one is unlimited"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401
        """A dialect is one of ours."""
        if db_field.name == "dialect":
            return ChoiceField(choices=[(name, name) for name in DIALECTS], widget=UnfoldAdminSelectWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Plan, site=site)
class PlanAdmin(AuditedAdmin):
    """Plans with their allowances."""

    list_display = (
        "name",
        "accounts",
        "is_watermarked",
        "may_use_urlpix",
        "most_projects",
        "most_domains",
        "most_keys",
    )
    fieldsets = (
        (None, {"fields": ("name", "is_watermarked", "may_use_urlpix")}),
        ("How many", {"fields": ("most_projects", "most_domains", "most_keys")}),
        ("AI pictures", {"fields": ("ai_standard_per_month", "ai_pro_per_month")}),
    )
    inlines: ClassVar = [AllowanceInline]
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Plan]":
        """Each with how many accounts have it."""
        found: QuerySet[Plan] = super().get_queryset(request)
        return found.annotate(account_count=Count("accounts")).order_by("id")

    @display(description="accounts", ordering="account_count")
    def accounts(self, plan: Plan) -> int:
        """How many have it."""
        return int(plan.account_count)  # type: ignore[attr-defined]  # of the queryset

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """The first three keep their names."""
        return ("name",) if isinstance(obj, Plan) and obj.name in SEEDED else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The first three stay."""
        is_seeded = isinstance(obj, Plan) and obj.name in SEEDED
        return super().has_delete_permission(request, obj) and not is_seeded
