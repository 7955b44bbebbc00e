"""Tables of others as the admin shows them."""

from typing import ClassVar

from frontis.studio.accounts.models import Account


class ProfileUsage(Account):
    """An account by how much it used."""

    class Meta:
        proxy = True
        verbose_name = "profile usage"
        verbose_name_plural = "profile usage"
        # It is looked at, and nothing else.
        default_permissions: ClassVar = ("view",)
