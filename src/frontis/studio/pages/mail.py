"""Mail without a mail server: it stands in the log, for whoever runs this to read."""

from collections.abc import Sequence

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class LoggedMail(BaseEmailBackend):
    """Django's way to send mail, when FRONTIS_SMTP_URL is not set."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written: all."""
        for message in email_messages:
            log.info("mail", to=message.to, subject=message.subject, text=message.body)
        return len(email_messages)
