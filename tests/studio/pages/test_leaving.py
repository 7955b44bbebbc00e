"""Deleting an account: by its owner alone, and then nothing of it is left."""

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from pytest_django import Settings as DjangoSettings
from visitors import PASSWORD, somebody, visitor

from frontis.model.account import KeyKind
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, AuditEntry, Key, Project
from frontis.studio.metering.models import Usage

pytestmark = pytest.mark.django_db
PAGE = "/settings/account/delete"


def test_the_right_password_deletes_all_that_belongs_to_the_account() -> None:
    bob = somebody("bob@example.com")
    register.create_key(bob, KeyKind.OSIG, name="Bob's")
    alice = somebody("alice@example.com", password=PASSWORD)
    number = alice.pk
    project = register.create_project(alice, name="Site", domains=["example.com"], actor=alice)
    key, _ = register.create_key(alice, KeyKind.OSIG, name="Key", project=project, actor=alice)
    Usage.objects.create(account=alice, key=key, dialect="osig", day=timezone.now().date(), renders=3)
    browser = visitor(alice)
    answer = browser.post(PAGE, {"password": PASSWORD}, follow=True)
    assert "Your account is deleted" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert list(Account.objects.all()) == [bob]
    assert [each.account for each in Key.objects.all()] == [bob]
    assert not Project.objects.exists()
    assert not Usage.objects.exists()
    assert not EmailAddress.objects.filter(email="alice@example.com").exists()
    assert AuditEntry.objects.filter(action="account deleted", subject=f"account {number}").exists()
    assert browser.get("/settings").status_code == 302


def test_a_wrong_password_deletes_nothing_and_is_counted() -> None:
    alice = somebody("alice@example.com", password=PASSWORD)
    browser = visitor(alice)
    said = [browser.post(PAGE, {"password": "wrong"}).content.decode() for _ in range(5)]
    assert all("not your password" in each for each in said)
    assert "Too many" in browser.post(PAGE, {"password": PASSWORD}).content.decode()
    assert Account.objects.exists()


def test_who_has_no_password_writes_the_address() -> None:
    alice = somebody("alice@example.com")
    browser = visitor(alice)
    assert 'name="email"' in browser.get(PAGE).content.decode()
    browser.post(PAGE, {"email": "bob@example.com", "password": ""})
    assert Account.objects.exists()
    browser.post(PAGE, {"email": " Alice@example.com "})
    assert not Account.objects.exists()


def test_who_has_a_password_cannot_go_by_the_address(settings: DjangoSettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    browser = visitor(somebody("alice@example.com", password=PASSWORD))
    browser.post(PAGE, {"email": "alice@example.com"})
    assert Account.objects.exists()
