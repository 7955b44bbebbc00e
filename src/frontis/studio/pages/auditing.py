"""Writes down in the audit log what is changed by allauth's pages."""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.dispatch import receiver

from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import record


@receiver(account.user_signed_up)
def _signed_up(user: Account, sociallogin: SocialLogin | None = None, **_: Any) -> None:  # noqa: ANN401
    by = f", by {sociallogin.account.provider}" if sociallogin else ""
    _record(user, "signed up", f"plan {user.plan}{by}")


@receiver(account.password_changed)
@receiver(account.password_set)
def _password_changed(user: Account, **_: Any) -> None:  # noqa: ANN401
    _record(user, "password changed")


@receiver(account.password_reset)
def _password_reset(user: Account, **_: Any) -> None:  # noqa: ANN401
    _record(user, "password reset", "by a link in a mail")


@receiver(account.email_changed)
def _email_changed(user: Account, from_email_address: EmailAddress | None, **_: Any) -> None:  # noqa: ANN401
    # The first address of an account is no change.
    if from_email_address:
        _record(user, "e-mail changed")


@receiver(social.social_account_added)
def _connected(sociallogin: SocialLogin, **_: Any) -> None:  # noqa: ANN401
    _record(sociallogin.user, "sign-in added", sociallogin.account.provider)


@receiver(social.social_account_removed)
def _disconnected(socialaccount: SocialAccount, **_: Any) -> None:  # noqa: ANN401
    _record(socialaccount.user, "sign-in removed", socialaccount.provider)


def _record(account_of: Account, action: str, detail: str = "") -> None:
    record(account_of, action, f"account {account_of.pk}", detail, about=account_of)
