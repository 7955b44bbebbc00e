"""The admin's pages about keys, which never show one."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from frontis.studio.accounts import register
from frontis.studio.accounts.models import Key
from frontis.studio.admin.auditing import ReadOnlyAdmin, actor_of
from frontis.studio.admin.site import site


def state_of(key: Key) -> str:
    """Whether a key is good, in words."""
    if key.revoked_at:
        return f"revoked {localtime(key.revoked_at):%Y-%m-%d %H:%M}"
    return "good"


class StateFilter(admin.SimpleListFilter):
    """Good keys or revoked ones."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:  # noqa: ARG002
        """The two states."""
        return [("good", "Good"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Key]") -> "QuerySet[Key]":  # noqa: ARG002
        """Those of the state that was chosen."""
        return queryset.filter(revoked_at__isnull=self.value() == "good") if self.value() else queryset


@admin.register(Key, site=site)
class KeyAdmin(ReadOnlyAdmin):
    """Keys: how each begins, whose it is, and whether it is good. One can be revoked, and nothing else."""

    list_display = ("beginning", "kind", "name", "account", "project", "last_used_at", "state")
    list_filter = ("kind", StateFilter)
    list_filter_sheet = False
    list_select_related = ("account", "project")
    search_fields = ("prefix", "name", "account__email")
    search_help_text = "How it begins, its name, or the account's address"
    fields = ("beginning", "kind", "name", "account", "project", "created_at", "last_used_at", "state")
    readonly_fields = fields
    actions: ClassVar = ["revoke"]

    @display(description="key", ordering="prefix")
    def beginning(self, key: Key) -> str:
        """How it begins."""
        return f"{key.prefix}…"

    @display(description="state", ordering="revoked_at", label={"good": "success"})
    def state(self, key: Key) -> str:
        """Whether it is good."""
        return state_of(key)

    @action(description="Revoke", permissions=["revoke"], variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, queryset: "QuerySet[Key]") -> None:
        """End the keys that are ticked."""
        good = list(queryset.filter(revoked_at=None).select_related("account"))
        for key in good:
            register.revoke_key(key, actor=actor_of(request))
        told = "1 key is revoked." if len(good) == 1 else f"{len(good)} keys are revoked."
        self.message_user(request, told, messages.SUCCESS if good else messages.WARNING)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Those who may change keys."""
        return request.user.has_perm("accounts.change_key")
