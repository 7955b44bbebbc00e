"""The admin's page of the audit log."""

from django.contrib import admin

from frontis.studio.accounts.models import AuditEntry
from frontis.studio.admin.auditing import ReadOnlyAdmin
from frontis.studio.admin.site import site


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who changed what, the last first."""

    list_display = ("at", "actor", "action", "subject", "detail")
    list_filter = ("action",)
    list_filter_sheet = False
    list_select_related = ("actor",)
    search_fields = ("action", "subject", "detail", "actor__email")
    search_help_text = "Action, subject, detail, or who did it"
    date_hierarchy = "at"
    fields = ("at", "actor", "action", "subject", "detail")
    empty_value_display = "–"
