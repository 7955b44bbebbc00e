"""The Django application of metering."""

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    """Tables `metering_*`."""

    name = "frontis.studio.metering"
    label = "metering"
    verbose_name = "Service"
    default_auto_field = "django.db.models.BigAutoField"
