"""The Django application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tables `accounts_*`."""

    name = "frontis.studio.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
