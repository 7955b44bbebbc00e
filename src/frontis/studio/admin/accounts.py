"""The admin's pages about accounts."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Count, Model, Q, QuerySet
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, Key, Project
from frontis.studio.admin.auditing import AuditedAdmin, actor_of
from frontis.studio.admin.keys import state_of
from frontis.studio.admin.site import site
from frontis.studio.metering.models import RenderAttempt, Usage

# What decides about a page of the admin. Keys are never made or deleted here: to change one is to revoke it.
_PERMISSIONS = (
    *(f"{verb}_account" for verb in ("view", "add", "change", "delete")),
    *(f"{verb}_plan" for verb in ("view", "add", "change", "delete")),
    *(f"{verb}_project" for verb in ("view", "change", "delete")),
    *("view_key", "change_key", "view_profileusage", "view_renderattempt", "view_auditentry"),
)


class _PermissionField(ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django knows none when it runs
    """Permissions in a few words: "view account"."""

    def label_from_instance(self, obj: Permission) -> str:
        return "revoke key" if obj.codename == "change_key" else obj.name.removeprefix("Can ")


class _ShownInline(TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True
    hide_title = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


class KeyInline(_ShownInline):
    """An account's keys, without what only their owner was shown."""

    model = Key
    fields = ("beginning", "kind", "name", "project", "last_used_at", "state")
    readonly_fields = fields

    @display(description="key")
    def beginning(self, key: Key) -> str:
        """How it begins."""
        return f"{key.prefix}…"

    @display(description="state")
    def state(self, key: Key) -> str:
        """Whether it is good."""
        return state_of(key)


class ProjectInline(_ShownInline):
    """An account's projects."""

    model = Project
    fields = ("name", "public_id", "hosts", "is_active", "requires_signature")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Project]":
        """With their domains, at once."""
        found: QuerySet[Project] = super().get_queryset(request).prefetch_related("domains")
        return found

    @display(description="domains")
    def hosts(self, project: Project) -> str:
        """All of them."""
        return ", ".join(domain.host for domain in project.domains.all()) or "every host"


@admin.register(Account, site=site)
class AccountAdmin(AuditedAdmin):
    """Accounts: found by address, plan or state; given another plan, closed, opened, deleted."""

    written_elsewhere = frozenset({"email", "plan", "is_active"})
    list_display = ("email", "plan", "state", "key_count", "project_count", "joined_at", "last_login")
    list_filter = ("plan", "is_active", "is_staff", "is_superuser")
    list_filter_sheet = False
    list_select_related = ("plan",)
    search_fields = ("email",)
    search_help_text = "E-mail address"
    ordering = ("email",)
    add_fieldsets = ((None, {"fields": ("email", "plan")}),)
    fieldsets = (
        (None, {"fields": ("email", "plan", "is_active", "joined_at", "last_login")}),
        ("Rights", {"fields": ("is_staff", "is_superuser", "user_permissions")}),
    )
    inlines: ClassVar = [KeyInline, ProjectInline]
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Account]":
        """Each with how many good keys and projects it has."""
        good = Count("keys", filter=Q(keys__revoked_at=None), distinct=True)
        found: QuerySet[Account] = super().get_queryset(request)
        return found.annotate(good_keys=good, sites=Count("projects", distinct=True))

    @display(description="state", label={"superuser": "primary", "staff": "info", "closed": "danger"})
    def state(self, account: Account) -> str | None:
        """What is out of the ordinary."""
        words = [("closed", not account.is_active), ("superuser", account.is_superuser), ("staff", account.is_staff)]
        return next((word for word, holds in words if holds), None)

    @display(description="keys", ordering="good_keys")
    def key_count(self, account: Account) -> int:
        """How many are good."""
        return int(account.good_keys)  # type: ignore[attr-defined]  # of the queryset

    @display(description="projects", ordering="sites")
    def project_count(self, account: Account) -> int:
        """How many it has."""
        return int(account.sites)  # type: ignore[attr-defined]  # of the queryset

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        """Nothing belongs yet to what is being made."""
        return super().get_inlines(request, obj) if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The address has mails and sign-ins tied to it. Rights are a superuser's to give, and nobody's to drop."""
        if obj is None:
            return ()
        fixed: tuple[str, ...] = ("email", "joined_at", "last_login")
        if obj == request.user:
            fixed += ("is_active",)
        if obj == request.user or not _is_superuser(request):
            fixed += ("is_staff", "is_superuser", "user_permissions")
        return fixed

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        """Without buttons beside the plan that lead to other forms."""
        form = super().get_form(request, obj, change, **kwargs)
        if "plan" in form.base_fields:
            wrapper = form.base_fields["plan"].widget
            wrapper.can_add_related = wrapper.can_change_related = wrapper.can_view_related = False
            wrapper.can_delete_related = False
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401
        """Permissions for what the admin shows, as boxes to tick."""
        if db_field.name == "user_permissions":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            ours = Permission.objects.filter(codename__in=_PERMISSIONS).select_related("content_type")
            kwargs["queryset"] = ours.order_by("content_type__model", "codename")
            kwargs["form_class"] = _PermissionField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only superusers change superusers."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only superusers delete superusers, and nobody is deleted by a slip of the own hand."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj) and obj != request.user

    def save_model(self, request: HttpRequest, obj: Account, form: "ModelForm[Account]", change: bool) -> None:  # noqa: FBT001
        """As owners and commands do it."""
        if not change:
            made = register.create_account(obj.email, plan=obj.plan.name, is_verified=True, actor=actor_of(request))
            obj.pk, obj.email, obj.password = made.pk, made.email, made.password
            obj._state.adding = False  # noqa: SLF001  (what Django itself does when it has saved something)
            return
        if "plan" in form.changed_data:
            register.set_plan(obj, obj.plan.name, actor=actor_of(request))
        if "is_active" in form.changed_data:
            register.set_active(obj, is_active=obj.is_active, actor=actor_of(request))
        rights = [name for name in ("is_staff", "is_superuser") if name in form.changed_data]
        if rights:
            obj.save(update_fields=rights)

    def log_addition(self, request: HttpRequest, object: Model, message: Any) -> None:  # noqa: A002, ANN401
        """The register has done it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401
        """The register does it."""

    def delete_model(self, request: HttpRequest, obj: Account) -> None:
        """With all that is its."""
        register.delete_account(obj, actor=actor_of(request))

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401
        request: HttpRequest,  # noqa: ARG002
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """How much goes with it. The rows themselves may be a hundred thousand."""
        mine = {"account__in": list(objs)}
        counts = {
            "accounts": len(mine["account__in"]),
            "keys": Key.objects.filter(**mine).count(),
            "projects": Project.objects.filter(**mine).count(),
            "days of usage": Usage.objects.filter(**mine).count(),
            "render attempts": RenderAttempt.objects.filter(**mine).count(),
        }
        return [str(each) for each in objs], counts, set(), []


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, account: Model | None) -> bool:
    return not (isinstance(account, Account) and account.is_superuser) or _is_superuser(request)
