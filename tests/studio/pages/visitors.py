"""Who visits pages: alice owns, bob has an account of his own, charlie is not signed in, root may see the admin."""

import re

from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account

PASSWORD = "correct horse battery staple"


def somebody(
    email: str, *, plan: str = "plus", password: str | None = None, is_verified: bool = True, is_superuser: bool = False
) -> Account:
    """An account. Without a password nobody can sign in to it, but a test can."""
    account = register.create_account(email, plan=plan, password=password, is_superuser=is_superuser)
    EmailAddress.objects.update_or_create(
        user=account, email=email, defaults={"verified": is_verified, "primary": is_verified}
    )
    return account


def visitor(account: Account | None = None) -> Client:
    """A browser, in which that account is signed in. Attempts of tests before are forgotten."""
    cache.clear()
    client = Client()
    if account is not None:
        client.force_login(account)
    return client


def link_in_mail() -> str:
    """The path of the last link that was mailed."""
    found: list[str] = re.findall(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    return found[-1]
