"""What may be done to accounts, keys and projects, and that each is written down."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from frontis.errors import BadInput
from frontis.model.account import KeyKind, kind_of_key
from frontis.studio.accounts import register
from frontis.studio.accounts.finding import every_account, find_account, find_key, find_kind, find_project
from frontis.studio.accounts.keys import digest_of
from frontis.studio.accounts.models import Account, AuditEntry, Domain, Key, Plan, Project
from frontis.studio.accounts.opening import open_account
from frontis.studio.metering.models import Count, Lease, RenderAttempt, Usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return register.create_account("alice@example.com", plan="free")


@pytest.fixture
def bob() -> Account:
    return register.create_account("bob@example.com", plan="free")


def lines() -> list[tuple[str, str, str]]:
    return [(each.action, each.subject, each.detail) for each in AuditEntry.objects.order_by("id")]


def everything_kept() -> str:
    """All that stands in the database, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def refused(parameter: str, do: Callable[[], object]) -> str:
    before = lines()
    with pytest.raises(BadInput) as caught:
        do()
    assert caught.value.parameter == parameter
    assert lines() == before
    return str(caught.value)


def test_an_account_has_an_address_in_lower_case_a_plan_and_no_password() -> None:
    account = register.create_account(" Alice@Example.COM ", plan="plus")
    assert (account.email, account.plan.name, account.is_superuser) == ("alice@example.com", "plus", False)
    assert not account.has_usable_password()
    assert lines() == [("account created", f"account {account.pk}", "plan plus")]
    assert find_account("ALICE@example.com") == account


def test_a_superuser_may_see_the_admin_and_this_is_written_down() -> None:
    root = register.create_account("root@example.com", plan="pro", password="correct horse", is_superuser=True)
    assert (root.is_superuser, root.is_staff) == (True, True)
    assert root.check_password("correct horse")
    assert lines() == [("account created", f"account {root.pk}", "plan pro, superuser")]
    assert "correct horse" not in everything_kept()


def test_an_address_that_is_vouched_for_needs_no_mail() -> None:
    account = register.create_account("alice@example.com", plan="free", is_verified=True)
    address = EmailAddress.objects.get(user=account)
    assert (address.email, address.verified, address.primary) == ("alice@example.com", True, True)


@pytest.mark.parametrize(
    "address", ["", "alice", "a@b", "alice@", "a b@example.com", "x" * 250 + "@example.com", "a@b\n.com"]
)
def test_what_is_no_address_has_no_account(address: str) -> None:
    refused("email", lambda: register.create_account(address, plan="free"))


def test_an_address_has_one_account(alice: Account) -> None:
    assert "has an account already" in refused(
        "email", lambda: register.create_account("ALICE@example.com", plan="pro")
    )
    assert Account.objects.get() == alice


def test_a_plan_must_be_there(alice: Account) -> None:
    assert "Did you mean 'plus'?" in refused("plan", lambda: register.create_account("b@example.com", plan="pluss"))
    assert "free, plus, pro" in refused("plan", lambda: register.set_plan(alice, "gold"))


def test_a_plan_changes_and_is_written_down_once(alice: Account, bob: Account) -> None:
    AuditEntry.objects.all().delete()
    register.set_plan(alice, "pro", actor=bob)
    register.set_plan(alice, "pro", actor=bob)
    alice.refresh_from_db()
    assert alice.plan.name == "pro"
    assert lines() == [("plan changed", f"account {alice.pk}", "free to pro")]
    assert AuditEntry.objects.get().actor == bob


def test_an_account_is_closed_and_opened(alice: Account) -> None:
    AuditEntry.objects.all().delete()
    register.set_active(alice, is_active=False)
    register.set_active(alice, is_active=False)
    assert not Account.objects.get(pk=alice.pk).is_active
    register.set_active(alice, is_active=True)
    assert [action for action, _, _ in lines()] == ["account closed", "account opened"]


def test_a_password_changes_and_is_not_written_down(alice: Account) -> None:
    register.set_password(alice, "correct horse")
    assert Account.objects.get(pk=alice.pk).check_password("correct horse")
    assert lines()[-1] == ("password changed", f"account {alice.pk}", "")
    refused("password", lambda: register.set_password(alice, ""))


@pytest.mark.parametrize("kind", KeyKind)
def test_a_key_has_the_shape_of_its_kind_and_is_kept_nowhere(alice: Account, kind: KeyKind) -> None:
    key, text = register.create_key(alice, kind, name=" My\tkey ")
    assert kind_of_key(text) is kind
    assert text.startswith(key.prefix)
    assert (key.name, key.digest) == ("My key", digest_of(text))
    assert lines()[-1] == ("key created", f"key {key.pk}", f"{kind.value}, My key")
    assert text not in everything_kept()
    assert len(text) - len(key.prefix) >= 7


def test_two_keys_are_never_alike(alice: Account) -> None:
    register.set_plan(alice, "pro")
    texts = {register.create_key(alice, KeyKind.OSIG, name="k")[1] for _ in range(50)}
    assert len(texts) == 50


def test_a_plan_allows_so_many_keys_and_a_revoked_one_makes_room(alice: Account) -> None:
    keys = [register.create_key(alice, KeyKind.OSIG, name="k")[0] for _ in range(8)]
    assert "the plan free has 8" in refused("key", lambda: register.create_key(alice, KeyKind.OSIG, name="k"))
    register.revoke_key(keys[0])
    register.create_key(alice, KeyKind.OSIG, name="k")
    refused("key", lambda: register.create_key(alice, KeyKind.OSIG, name="k"))
    register.create_key(alice, KeyKind.OSIG, name="k", beyond_plan=True)
    register.set_plan(alice, "pro")
    register.create_key(alice, KeyKind.OSIG, name="k")


def test_the_limit_counts_that_the_database_has_not_the_account_in_hand(alice: Account) -> None:
    stale = Account.objects.select_related("plan").get(pk=alice.pk)
    Plan.objects.filter(name="free").update(most_keys=1)
    register.create_key(stale, KeyKind.OSIG, name="k")
    refused("key", lambda: register.create_key(stale, KeyKind.OSIG, name="k"))


def test_a_key_cannot_be_bound_to_the_project_of_another(alice: Account, bob: Account) -> None:
    project = register.create_project(bob, name="Bob's")
    refused("project", lambda: register.create_key(alice, KeyKind.OSIG, name="k", project=project))
    assert not alice.keys.exists()


def test_a_revoked_key_stays_so_with_its_first_date(alice: Account) -> None:
    key, _ = register.create_key(alice, KeyKind.OSIG, name="k")
    register.revoke_key(key)
    first = key.revoked_at
    assert first is not None
    register.revoke_key(Key.objects.get(pk=key.pk))
    key.refresh_from_db()
    assert key.revoked_at == first
    assert [action for action, _, _ in lines()].count("key revoked") == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b", "a\x1b[31mb", "half \ud800"])
def test_a_name_has_1_to_100_characters_that_can_be_shown(alice: Account, name: str) -> None:
    refused("name", lambda: register.create_key(alice, KeyKind.OSIG, name=name))
    refused("name", lambda: register.create_project(alice, name=name))


def test_a_name_may_be_of_any_script(alice: Account) -> None:
    assert register.create_project(alice, name="  Ünïcode 👩‍💻 مشروع ").name == "Ünïcode 👩‍💻 مشروع"


def test_a_project_has_a_public_id_and_its_domains(alice: Account) -> None:
    register.set_plan(alice, "plus")
    project = register.create_project(alice, name="Blog", domains=["Example.com", "example.com.", "localhost:3000"])
    assert re.fullmatch(r"[0-9a-f]{12}", project.public_id)
    assert [each.host for each in project.domains.all()] == ["example.com", "localhost:3000"]
    assert lines()[-2:] == [
        ("project created", f"project {project.pk}", "Blog"),
        ("domains changed", f"project {project.pk}", "none to example.com, localhost:3000"),
    ]


def test_a_plan_allows_so_many_projects(alice: Account) -> None:
    register.create_project(alice, name="One")
    assert "the plan free has 1" in refused("project", lambda: register.create_project(alice, name="Two"))
    register.create_project(alice, name="Two", domains=["a.example", "b.example"], beyond_plan=True)
    assert alice.projects.count() == 2


def test_a_plan_allows_so_many_domains_and_a_project_with_too_many_is_not_made(alice: Account) -> None:
    refused("domains", lambda: register.create_project(alice, name="One", domains=["a.example", "b.example"]))
    refused("domain", lambda: register.create_project(alice, name="One", domains=["*.example"]))
    assert not Project.objects.exists()


def test_domains_that_a_larger_plan_allowed_are_kept_but_not_added_to(alice: Account) -> None:
    register.set_plan(alice, "plus")
    project = register.create_project(alice, name="One", domains=["a.example", "b.example", "c.example"])
    register.set_plan(alice, "free")
    project = Project.objects.get(pk=project.pk)
    refused("domains", lambda: register.set_domains(project, ["a.example", "b.example", "d.example"]))
    register.set_domains(project, ["a.example", "b.example"])
    assert [each.host for each in project.domains.all()] == ["a.example", "b.example"]


def test_a_project_without_a_limit_has_a_thousand_domains_at_most(alice: Account) -> None:
    register.set_plan(alice, "pro")
    project = register.create_project(alice, name="One")
    refused("domains", lambda: register.set_domains(project, [f"h{number}.example" for number in range(1_001)]))


def test_domains_are_replaced_and_the_same_ones_change_nothing(alice: Account) -> None:
    project = register.create_project(alice, name="One", domains=["a.example"])
    register.set_domains(project, ["b.example"])
    assert [each.host for each in project.domains.all()] == ["b.example"]
    assert lines()[-1][2] == "a.example to b.example"
    before = lines()
    register.set_domains(project, ["B.example"])
    assert lines() == before


def test_a_project_changes_what_is_given(alice: Account, bob: Account) -> None:
    project = register.create_project(alice, name="One")
    register.change_project(project, name="Two", is_active=False, actor=bob)
    register.change_project(project, requires_signature=True)
    kept = Project.objects.get(pk=project.pk)
    assert (kept.name, kept.is_active, kept.requires_signature) == ("Two", False, True)
    assert [detail for action, _, detail in lines() if action == "project changed"] == [
        "name One to Two, is_active True to False",
        "requires_signature False to True",
    ]
    before = lines()
    register.change_project(project, name="Two")
    assert lines() == before


def test_a_signing_secret_is_another_each_time_and_is_not_written_down(alice: Account) -> None:
    project = register.create_project(alice, name="One")
    register.renew_signing_secret(project)
    first = project.signing_salt
    register.renew_signing_secret(project)
    assert len(first) == len(project.signing_salt) == 32
    assert first != project.signing_salt
    assert all(first not in f"{line}" and project.signing_salt not in f"{line}" for line in lines())


def test_a_deleted_project_takes_its_keys_along(alice: Account) -> None:
    project = register.create_project(alice, name="One", domains=["a.example"])
    register.create_key(alice, KeyKind.OSIG, name="bound", project=project)
    free, _ = register.create_key(alice, KeyKind.OSIG, name="free")
    number = project.pk
    register.delete_project(project)
    assert list(alice.keys.all()) == [free]
    assert not Domain.objects.exists()
    assert lines()[-1] == ("project deleted", f"project {number}", "One")


@pytest.mark.parametrize("doer", ["herself", "herself again", "root", None])
def test_a_deleted_account_leaves_nothing_but_lines_without_words(
    alice: Account, bob: Account, doer: str | None
) -> None:
    register.set_plan(alice, "pro")
    project = register.create_project(alice, name="Secret plans", domains=["alice.example"])
    gone = register.create_project(alice, name="Older plans")
    register.delete_project(gone)
    key, _ = register.create_key(alice, KeyKind.OSIG, name="Alice's own", project=project)
    EmailAddress.objects.create(user=alice, email=alice.email)
    Count.objects.create(account=alice, dialect="osig", period="2026-11")
    Lease.objects.create(account=alice, dialect="osig", units=1, ends_at=timezone.now())
    Usage.objects.create(account=alice, key=key, project=project, dialect="osig", day=timezone.now().date())
    RenderAttempt.objects.create(account=alice, dialect="osig", template="osig-base", duration_ms=1)
    number = alice.pk
    actors = {"herself": alice, "herself again": Account.objects.get(pk=number), "root": bob}
    register.delete_account(alice, actor=actors.get(doer or ""))
    kept = everything_kept().lower()
    for word in ("alice", "secret plans", "older plans"):
        assert word not in kept
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model is Account and field.concrete and field.many_to_one:
                assert not model._default_manager.filter(**{field.name: number}).exists(), model
    last = AuditEntry.objects.order_by("id").last()
    assert last is not None
    assert (last.action, last.subject) == ("account deleted", f"account {number}")
    assert last.actor == (bob if doer == "root" else None)
    assert AuditEntry.objects.filter(subject=f"key {key.pk}", action="key created", detail="").exists()


def test_the_details_about_others_stay_when_an_account_is_deleted(alice: Account, bob: Account) -> None:
    register.create_project(bob, name="Bob's", actor=alice)
    register.delete_account(alice)
    assert ("project created", "Bob's") in [(action, detail) for action, _, detail in lines()]


def test_an_account_is_opened_with_a_key_of_each_kind_or_not_at_all() -> None:
    Plan.objects.filter(name="free").update(most_keys=1)
    opened = open_account("alice@example.com", plan="free", projects={"One": ["a.example", "b.example"], "Two": []})
    assert {kind_of_key(text) for text in opened.keys.values()} == set(KeyKind)
    assert [project.name for project in opened.projects] == ["One", "Two"]
    before = everything_kept()
    with pytest.raises(BadInput):
        open_account("bob@example.com", plan="free", projects={"One": ["a.example"], "Two": ["not a host"]})
    assert everything_kept() == before


def test_what_is_named_wrongly_is_not_found_but_guessed(alice: Account) -> None:
    project = register.create_project(alice, name="One")
    assert "Did you mean 'alice@example.com'?" in refused("email", lambda: find_account("alise@example.com"))
    assert "Did you mean" not in refused("email", lambda: find_account("zed@elsewhere.example"))
    assert "Did you mean 'ogstack'?" in refused("kind", lambda: find_kind("ogstak"))
    wrong = project.public_id[:-1] + ("0" if project.public_id[-1] != "0" else "1")
    assert f"Did you mean '{project.public_id}'?" in refused("project", lambda: find_project(alice, wrong))


def test_a_project_is_found_by_its_owner_alone(alice: Account, bob: Account) -> None:
    project = register.create_project(alice, name="One")
    assert find_project(alice, project.public_id.upper()) == project
    refused("project", lambda: find_project(bob, project.public_id))


def test_a_key_is_found_by_its_number_or_its_beginning(alice: Account) -> None:
    key, text = register.create_key(alice, KeyKind.OGIMAGE, name="k")
    assert find_key(str(key.pk)) == find_key(text) == find_key(key.prefix) == find_key(f"{key.prefix}…") == key
    refused("key", lambda: find_key("999999999"))
    refused("key", lambda: find_key("9" * 40))
    other, _ = register.create_key(alice, KeyKind.OGIMAGE, name="k")
    Key.objects.filter(pk=other.pk).update(prefix=key.prefix)
    assert f"{key.pk} (alice@example.com)" in refused("key", lambda: find_key(key.prefix))
    register.revoke_key(other)
    assert find_key(key.prefix) == key
    assert text not in refused("key", lambda: find_key(text + "x"))


@pytest.mark.usefixtures("bob")
def test_the_list_of_accounts_counts_good_keys_and_projects(alice: Account) -> None:
    for _ in range(3):
        key, _ = register.create_key(alice, KeyKind.OSIG, name="k")
    register.revoke_key(key)
    register.create_project(alice, name="One")
    assert [(row.email, row.keys, row.projects) for row in every_account()] == [
        ("alice@example.com", 2, 1),
        ("bob@example.com", 0, 0),
    ]


def test_a_deleted_account_leaves_no_session_that_knows_of_it() -> None:
    zoe, other = (register.create_account(f"{name}@example.com", plan="free") for name in ("zoe", "other"))

    def session(**known: object) -> None:
        store = SessionStore()
        store.update(known)
        store.create()

    session(**{SESSION_KEY: str(zoe.pk)})
    session(account_authentication_methods=[{"email": "Zoe@example.com"}])
    session(**{SESSION_KEY: str(other.pk)})
    register.delete_account(zoe)
    assert [each.get_decoded() for each in Session.objects.all()] == [{SESSION_KEY: str(other.pk)}]
