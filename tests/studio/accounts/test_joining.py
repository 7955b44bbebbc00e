"""An e-mail address is enough for an account with a key."""

import asyncio

import pytest
from django.core import mail

from frontis.errors import BadInput, EmailTaken
from frontis.model.account import KeyKind, kind_of_key
from frontis.model.order import Registered
from frontis.settings import Settings
from frontis.studio.accounts.joining import Entrance
from frontis.studio.accounts.models import Account, Key

pytestmark = pytest.mark.django_db(transaction=True)
MAILING = {"smtp_url": "smtp://mail.example.com", "public_url": "https://og.example.com"}


def joined(email: str, **settings: object) -> Registered:
    async def story() -> Registered:
        entrance = Entrance(Settings(**settings))
        registered = await entrance.register(email)
        await entrance.close()
        return registered

    return asyncio.run(story())


def test_a_new_account_has_the_usual_plan_and_one_key_that_is_good() -> None:
    registered = joined(" Alice@Example.com", default_plan="plus")
    account = Account.objects.get(email="alice@example.com")
    assert (registered.email, registered.plan) == ("alice@example.com", "plus")
    assert kind_of_key(registered.key) is KeyKind.OGIMAGE
    assert [key.prefix for key in account.keys.all()] == [registered.key[:10]]
    assert not account.has_usable_password()
    assert registered.created_at == account.joined_at


def test_an_address_is_registered_once() -> None:
    joined("alice@example.com")
    with pytest.raises(EmailTaken):
        joined("ALICE@example.com")
    assert Key.objects.count() == 1


def test_what_is_no_address_makes_no_account() -> None:
    with pytest.raises(BadInput, match="email: must be an e-mail address"):
        joined("alice")
    assert not Account.objects.exists()


def test_the_key_is_mailed_where_there_is_a_mail_server_and_else_stands_nowhere() -> None:
    quiet = joined("alice@example.com")
    assert mail.outbox == []
    told = joined("bob@example.com", **MAILING)
    (letter,) = mail.outbox
    assert letter.to == ["bob@example.com"]
    assert told.key in letter.body
    assert quiet.key not in letter.body
    assert "https://og.example.com/accounts/password/reset/" in letter.body
