"""The Django application of the admin."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    """No tables of its own, but other views of those of accounts and metering."""

    name = "frontis.studio.admin"
    label = "studio"
    verbose_name = "Service"
    default_auto_field = "django.db.models.BigAutoField"
