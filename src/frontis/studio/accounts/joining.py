"""Opens accounts for whoever asks through an API: an e-mail address is enough, and a key is the answer."""

import asyncio
from smtplib import SMTPException

import structlog
from django.core.mail import send_mail
from django.db import transaction

from frontis.model.account import KeyKind
from frontis.model.order import Registered
from frontis.settings import Settings
from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import create_account, create_key
from frontis.studio.database import in_database

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

SUBJECT = "Your key"
LETTER = """This key was made for {email}:

    {key}

It is not shown again. To see what it has used, or to revoke it, choose a password at
{address}
"""


class Entrance:
    """The port Accounts of model/ports.py."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._letters: set[asyncio.Task[None]] = set()

    async def register(self, email: str) -> Registered:
        """A new account with a key, as model/ports.py has it. The key is mailed too, where there is a mail server."""
        account, key = await in_database(_join, email, self._settings.default_plan)
        if self._settings.smtp_url:
            # Without one mail stands in the log, where no key belongs. A slow one holds nobody up.
            letter = asyncio.create_task(asyncio.to_thread(_write_to, account.email, key, self._settings.public_url))
            self._letters.add(letter)
            letter.add_done_callback(self._letters.discard)
        return Registered(account.email, account.plan.name, key, account.joined_at)

    async def close(self) -> None:
        """Wait until what was written is sent."""
        await asyncio.gather(*self._letters)


@transaction.atomic
def _join(email: str, plan: str) -> tuple[Account, str]:
    account = create_account(email, plan=plan)
    _, key = create_key(account, KeyKind.OGIMAGE, name="First key", beyond_plan=True)
    return account, key


def _write_to(email: str, key: str, public_url: str) -> None:
    address = f"{public_url}/accounts/password/reset/"
    try:
        send_mail(SUBJECT, LETTER.format(email=email, key=key, address=address), None, [email])
    except (OSError, SMTPException) as error:
        log.warning("mail could not be sent", error=type(error).__name__)
