"""The Django application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tables `accounts_*`."""

    name = "frontis.studio.accounts"
    label = "accounts"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin to watch what changes."""
        # Tables can only be imported when all applications are there.
        from frontis.studio.accounts.changes import watch  # noqa: PLC0415

        watch()
