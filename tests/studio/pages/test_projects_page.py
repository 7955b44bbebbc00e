"""Projects: made, changed, signed with a secret of their own, deleted."""

import pytest
from visitors import somebody, visitor

from frontis.model.account import KeyKind
from frontis.studio.accounts import register
from frontis.studio.accounts.keys import signing_secret_of
from frontis.studio.accounts.models import Account, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return somebody("alice@example.com")


@pytest.fixture
def project(alice: Account) -> Project:
    return register.create_project(alice, name="Site", domains=["example.com"])


def page_of(project: Project) -> str:
    return f"/settings/projects/{project.public_id}"


def hosts(project: Project) -> list[str]:
    return sorted(project.domains.values_list("host", flat=True))


def test_a_project_is_made_with_its_domains(alice: Account) -> None:
    answer = visitor(alice).post(
        "/settings/projects", {"name": "Blog", "domains": "Example.COM\n\n www.example.org \n"}
    )
    made = alice.projects.get()
    assert answer["Location"] == page_of(made)
    assert hosts(made) == ["example.com", "www.example.org"]


def test_a_wrong_domain_is_named_beside_the_field_and_nothing_is_made(alice: Account) -> None:
    said = visitor(alice).post("/settings/projects", {"name": "Blog", "domains": "fine.example\nno spaces"})
    assert "must be a host name" in said.content.decode()
    assert "no spaces" in said.content.decode()
    assert not alice.projects.exists()


def test_a_change_that_is_refused_changes_nothing(alice: Account, project: Project) -> None:
    said = visitor(alice).post(page_of(project), {"name": "New", "domains": "not a host", "is_active": "on"})
    assert "must be a host name" in said.content.decode()
    project.refresh_from_db()
    assert project.name == "Site"
    assert hosts(project) == ["example.com"]
    assert "<h1>Site</h1>" in said.content.decode()


def test_every_part_of_a_project_can_be_changed(alice: Account, project: Project) -> None:
    browser = visitor(alice)
    browser.post(page_of(project), {"name": "New", "domains": "a.example\nb.example", "requires_signature": "on"})
    project.refresh_from_db()
    assert (project.name, project.is_active, project.requires_signature) == ("New", False, True)
    assert hosts(project) == ["a.example", "b.example"]
    said = browser.get(page_of(project)).content.decode()
    assert "a.example\nb.example" in said


def test_a_secret_is_made_shown_to_its_owner_and_renewed(alice: Account, project: Project) -> None:
    browser = visitor(alice)
    assert "This project has none" in browser.get(page_of(project)).content.decode()
    secrets = []
    for _ in range(2):
        browser.post(f"{page_of(project)}/secret")
        project.refresh_from_db()
        secrets.append(signing_secret_of(project.public_id, project.signing_salt))
        answer = browser.get(page_of(project))
        assert secrets[-1] in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert secrets[0] != secrets[1]
    for page in ("/settings/projects", "/settings", f"{page_of(project)}/secret"):
        assert secrets[-1] not in browser.get(page).content.decode()


def test_asking_for_another_secret_changes_none(alice: Account, project: Project) -> None:
    register.renew_signing_secret(project)
    visitor(alice).get(f"{page_of(project)}/secret")
    before = project.signing_salt
    project.refresh_from_db()
    assert project.signing_salt == before


def test_a_deleted_project_takes_its_keys_along_and_says_so_before(alice: Account, project: Project) -> None:
    register.create_key(alice, KeyKind.OSIG, name="Bound key", project=project)
    register.create_key(alice, KeyKind.OSIG, name="Free key")
    browser = visitor(alice)
    asked = browser.get(f"{page_of(project)}/delete").content.decode()
    assert "Bound key" in asked
    assert "Free key" not in asked
    assert alice.projects.exists()
    assert browser.post(f"{page_of(project)}/delete")["Location"] == "/settings/projects"
    assert not alice.projects.exists()
    assert [key.name for key in alice.keys.all()] == ["Free key"]


@pytest.mark.usefixtures("project")
def test_a_plan_that_is_full_offers_no_form_and_takes_none(alice: Account) -> None:
    alice.plan.most_projects = 1
    alice.plan.save()
    browser = visitor(alice)
    assert "Make a project" not in browser.get("/settings/projects").content.decode()
    browser.post("/settings/projects", {"name": "Second", "domains": ""})
    assert alice.projects.count() == 1
