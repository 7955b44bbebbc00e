"""Keys: shown once, listed by how they begin, revoked."""

import re

import pytest
from visitors import somebody, visitor

from frontis.model.account import KeyKind, kind_of_key
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return somebody("alice@example.com")


def form(**more: str) -> dict[str, str]:
    return {"kind": "osig", "name": "Blog", "once": "one showing of the form"} | more


def shown_key(page: str) -> str:
    found = re.search(r'<input id="key"[^>]* value="([^"]+)"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_new_key_of_each_kind_is_shown_in_a_field_that_can_be_copied(alice: Account, kind: KeyKind) -> None:
    answer = visitor(alice).post("/settings/keys", form(kind=kind.value))
    text = shown_key(answer.content.decode())
    assert kind_of_key(text) is kind
    assert re.search(r'<input id="key"[^>]* readonly', answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert text.startswith(Key.objects.get().prefix)


def test_a_key_is_never_shown_again(alice: Account) -> None:
    browser = visitor(alice)
    text = shown_key(browser.post("/settings/keys", form()).content.decode())
    number = Key.objects.get().pk
    for page in ("/settings", "/settings/keys", f"/settings/keys/{number}/revoke", "/settings/projects"):
        assert text not in browser.get(page).content.decode(), page
    assert text not in str(dict(browser.session.items()))
    assert text not in str(list(Key.objects.values()))


def test_a_form_that_is_sent_twice_makes_one_key(alice: Account) -> None:
    browser = visitor(alice)
    text = shown_key(browser.post("/settings/keys", form()).content.decode())
    again = browser.post("/settings/keys", form(), follow=True)
    assert "was made before" in again.content.decode()
    assert text not in again.content.decode()
    assert alice.keys.count() == 1
    browser.post("/settings/keys", form(once="another showing"))
    assert alice.keys.count() == 2


def test_the_list_tells_keys_apart_without_telling_them(alice: Account) -> None:
    project = register.create_project(alice, name="Site", domains=["example.com"])
    key, text = register.create_key(alice, KeyKind.OGSTACK, name="<b>Bold</b>", project=project)
    said = visitor(alice).get("/settings/keys").content.decode()
    assert key.prefix in said
    assert "&lt;b&gt;Bold&lt;/b&gt;" in said
    assert "OGStack" in said
    assert "Site" in said
    assert "Never" in said
    assert text not in said


def test_revoking_is_asked_for_first_and_done_once(alice: Account) -> None:
    key, _ = register.create_key(alice, KeyKind.OSIG, name="Blog")
    browser = visitor(alice)
    page = f"/settings/keys/{key.pk}/revoke"
    assert "Revoke Blog?" in browser.get(page).content.decode()
    assert alice.keys.filter(revoked_at=None).exists()
    answer = browser.post(page, follow=True)
    assert "Blog is revoked." in answer.content.decode()
    key.refresh_from_db()
    first = key.revoked_at
    assert first
    assert browser.get(page)["Location"] == "/settings/keys"
    browser.post(page)
    key.refresh_from_db()
    assert key.revoked_at == first


def test_a_plan_that_is_full_says_so_in_the_form(alice: Account) -> None:
    alice.plan.most_keys = 1
    alice.plan.save()
    browser = visitor(alice)
    browser.post("/settings/keys", form())
    said = browser.post("/settings/keys", form(once="2")).content.decode()
    assert "one too many" in said
    assert alice.keys.count() == 1


@pytest.mark.parametrize("wrong", [{"name": "  "}, {"name": "x" * 101}, {"kind": "gold"}, {"once": ""}])
def test_a_wrong_form_makes_no_key_and_breaks_nothing(alice: Account, wrong: dict[str, str]) -> None:
    assert visitor(alice).post("/settings/keys", form(**wrong)).status_code == 200
    assert not alice.keys.exists()
