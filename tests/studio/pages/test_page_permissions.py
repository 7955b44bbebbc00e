"""Who sees which page, and who may change what."""

import pytest
from visitors import somebody, visitor

from frontis.model.account import KeyKind
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, AuditEntry, Key, Project

pytestmark = pytest.mark.django_db

PLAIN = ["/settings", "/settings/keys", "/settings/projects", "/settings/account", "/settings/account/delete"]
ALLAUTH = ["/accounts/email/", "/accounts/password/set/"]


class Things:
    """Alice's account, and what belongs to it."""

    def __init__(self) -> None:
        self.alice = somebody("alice@example.com")
        self.project = register.create_project(self.alice, name="Alice's site", domains=["alice.example"])
        register.renew_signing_secret(self.project)
        self.key, self.text = register.create_key(self.alice, KeyKind.OSIG, name="Alice's key", project=self.project)

    @property
    def pages(self) -> list[str]:
        project = f"/settings/projects/{self.project.public_id}"
        return [f"/settings/keys/{self.key.pk}/revoke", project, f"{project}/secret", f"{project}/delete"]

    def as_they_are(self) -> list[object]:
        """All that a stranger might have changed."""
        models: list[type[Account | Key | Project]] = [Account, Key, Project]
        rows: list[object] = [list(model._default_manager.order_by("pk").values()) for model in models]
        return [*rows, sorted(self.project.domains.values_list("host", flat=True))]


@pytest.fixture
def things() -> Things:
    return Things()


def test_alice_sees_her_pages(things: Things) -> None:
    browser = visitor(things.alice)
    for page in [*PLAIN, *ALLAUTH, *things.pages]:
        assert browser.get(page).status_code == 200, page
    assert "alice.example" in browser.get(things.pages[1]).content.decode()
    assert "Alice&#x27;s key" in browser.get("/settings/keys").content.decode()


@pytest.mark.parametrize("is_superuser", [False, True], ids=["bob", "root"])
def test_nobody_else_sees_or_changes_what_is_alices(things: Things, is_superuser: bool) -> None:
    browser = visitor(somebody("other@example.com", is_superuser=is_superuser))
    before = things.as_they_are()
    for page in things.pages:
        assert browser.get(page).status_code == 404, page
        answer = browser.post(page, {"name": "Mine now", "domains": "evil.example"})
        assert answer.status_code == 404, page
        assert "Alice" not in answer.content.decode()
    assert things.as_they_are() == before
    for page in PLAIN:
        said = browser.get(page).content.decode()
        assert "Alice" not in said, page
        assert things.project.public_id not in said, page


def test_bob_cannot_bind_a_key_to_alices_project(things: Things) -> None:
    bob = somebody("bob@example.com")
    register.create_project(bob, name="Bob's site")
    form = {"kind": "osig", "name": "Bob's key", "project": things.project.pk, "once": "1"}
    said = visitor(bob).post("/settings/keys", form).content.decode()
    assert "Select a valid choice" in said
    assert not bob.keys.exists()


def test_charlie_is_sent_to_sign_in_and_comes_back(things: Things) -> None:
    before = things.as_they_are()
    browser = visitor()
    for page in [*PLAIN, *ALLAUTH, *things.pages]:
        answer = browser.get(page)
        assert (answer.status_code, answer.get("Location")) == (302, f"/accounts/login/?next={page}")
        # Some pages have nothing to be sent to.
        assert browser.post(page, {"name": "Mine now", "kind": "osig", "once": "1"}).status_code in (302, 405), page
    assert things.as_they_are() == before


def test_a_closed_account_is_signed_out(things: Things) -> None:
    browser = visitor(things.alice)
    things.alice.is_active = False
    things.alice.save()
    assert browser.get("/settings").status_code == 302


def test_no_form_is_taken_without_its_token(things: Things) -> None:
    browser = visitor(things.alice)
    browser.handler.enforce_csrf_checks = True
    before = things.as_they_are()
    for page in ["/settings/keys", "/settings/projects", "/settings/account/delete", *things.pages]:
        answer = browser.post(page, {"name": "Forged", "kind": "osig", "once": "1", "email": "alice@example.com"})
        assert answer.status_code == 403, page
        assert "too old" in answer.content.decode()
    for page in ["/accounts/logout/", "/accounts/login/", "/accounts/signup/", "/accounts/email/"]:
        assert browser.post(page, {"email": "a@b.example"}).status_code == 403, page
    assert things.as_they_are() == before


def test_what_an_owner_does_is_written_down_with_the_owner(things: Things) -> None:
    browser = visitor(things.alice)
    AuditEntry.objects.all().delete()
    project = things.pages[1]
    browser.post("/settings/keys", {"kind": "osig", "name": "Another", "once": "1"})
    browser.post(project, {"name": "New name", "domains": "one.example\n two.example ", "is_active": "on"})
    browser.post(f"{project}/secret")
    browser.post(things.pages[0])
    browser.post(f"{project}/delete")
    entries = list(AuditEntry.objects.order_by("id"))
    assert list(dict.fromkeys(each.action for each in entries)) == [
        "key created",
        "project changed",
        "domains changed",
        "signing secret renewed",
        "key revoked",
        "project deleted",
    ]
    assert {each.actor for each in entries} == {things.alice}
