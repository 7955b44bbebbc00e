"""Where allauth's pages do as we want: new accounts, mail, and how attempts are counted."""

from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from frontis.studio.accounts.models import Account, Plan
from frontis.studio.pages.failures import mail_not_sent

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks."""

    def new_user(self, request: HttpRequest) -> Account:  # noqa: ARG002
        """An account that is not saved yet, with the plan that new accounts get."""
        return Account(plan=Plan.objects.get(name=settings.FRONTIS.default_plan))

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never: these are pages for people."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that attempts are counted by. The edge has found out which it is."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Back to where the change began."""
        return reverse("settings-account")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ANN401, ARG002
        # allauth's own begins with the host that was asked. Who guesses passwords may name another with each request.
        return str(credentials.get("email", "")).lower()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whether the address is now the account's. Not when another account signed up with it meanwhile."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail. Answers the request with a page that says so when it cannot be sent."""
        home = settings.FRONTIS.public_url or build_absolute_uri(self.request, "/").rstrip("/")
        links = {name: _at_home(value) for name, value in context.items() if name.endswith("_url")}
        try:
            super().send_mail(template_prefix, email, {**context, **links, "home": home})
        except (SMTPException, OSError) as error:
            log.error("mail not sent", template=template_prefix, error=type(error).__name__)  # noqa: TRY400  (no trace of it helps)
            raise ImmediateHttpResponse(mail_not_sent(self.request)) from None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Tell somebody what was changed. It is changed, whether the mail can be sent or not."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except ImmediateHttpResponse:
            return


def _at_home(address: str) -> str:
    """An address of ours under FRONTIS_PUBLIC_URL, when that is set."""
    home = settings.FRONTIS.public_url
    return home + urlsplit(address)._replace(scheme="", netloc="").geturl() if home else address
