"""The admin: who may see it, what may be changed in it, and that each change is written down."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontis.model.account import KeyKind
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, AuditEntry, Key, Plan, Project
from frontis.studio.admin.chart import panels_of
from frontis.studio.admin.site import POLICY
from frontis.studio.metering.models import Count, RenderAttempt, Usage

pytestmark = pytest.mark.django_db

MODELS = [
    "accounts_account",
    "accounts_plan",
    "accounts_key",
    "accounts_project",
    "accounts_auditentry",
    "metering_renderattempt",
    "studio_profileusage",
]


@pytest.fixture
def root() -> Account:
    return register.create_account("root@example.com", plan="pro", is_superuser=True)


@pytest.fixture
def alice() -> Account:
    return register.create_account("alice@example.com", plan="free")


@pytest.fixture
def bob() -> Account:
    return register.create_account("bob@example.com", plan="free")


@pytest.fixture
def sam() -> Account:
    """One of the staff, without any permission yet."""
    account = register.create_account("sam@example.com", plan="free")
    account.is_staff = True
    account.save()
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def may(account: Account, *codenames: str) -> None:
    account.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def last_lines(number: int) -> list[tuple[str, str, str, str]]:
    found = [
        (each.actor.email if each.actor else "", each.action, each.subject, each.detail)
        for each in AuditEntry.objects.order_by("-id")[:number]
    ]
    return found[::-1]


def pages(alice: Account) -> list[str]:
    """An address of every page there is."""
    key = register.create_key(alice, KeyKind.OGIMAGE, name="My key")[0]
    project = register.create_project(alice, name="My site", domains=["alice.example"])
    attempt = RenderAttempt.objects.create(dialect="osig", template="osig-base", duration_ms=3, account=alice)
    entry = AuditEntry.objects.all()[0]
    rows = {"account": alice, "plan": alice.plan, "key": key, "project": project, "auditentry": entry}
    rows |= {"renderattempt": attempt, "profileusage": alice}
    found = ["/admin/", "/admin/accounts/", "/admin/accounts/account/add/", "/admin/accounts/plan/add/"]
    found += [reverse(f"admin:{model}_changelist") for model in MODELS]
    found += [reverse(f"admin:{model}_change", args=[rows[model.partition("_")[2]].pk]) for model in MODELS]
    found += [f"/admin/accounts/account/{alice.pk}/delete/", f"/admin/accounts/project/{project.pk}/delete/"]
    return [*found, f"/admin/accounts/account/{alice.pk}/history/", "/admin/jsi18n/", "/admin/search/?s=acc"]


def test_nobody_but_staff_sees_any_page(alice: Account, bob: Account, root: Account) -> None:
    addresses = pages(alice)
    assert len(addresses) > 20
    charlie, owner, other, superuser = Client(), signed_in(alice), signed_in(bob), signed_in(root)
    for address in [*addresses, "/admin/nothing/here/", "/admin/login/"]:
        stranger = charlie.get(address)
        assert (stranger.status_code, address) == (302, address)
        assert stranger["Location"].startswith("/accounts/login/?next=/admin/")
        if address != "/admin/login/":
            assert owner.get(address).status_code == 403, address
            assert other.get(address).status_code == 403, address
    for address in addresses:
        expected = 302 if address.endswith("/history/") else 200
        assert superuser.get(address).status_code == expected, address


def test_nobody_but_staff_changes_anything(alice: Account, bob: Account) -> None:
    addresses = pages(alice)
    before = AuditEntry.objects.count()
    for client in (Client(), signed_in(alice), signed_in(bob)):
        for address in addresses:
            assert client.post(address, {"post": "yes", "plan": "3"}).status_code in (302, 403)
    assert AuditEntry.objects.count() == before
    assert Account.objects.filter(plan__name="free").count() == 2


def test_one_of_the_staff_who_is_closed_sees_nothing(sam: Account) -> None:
    client = signed_in(sam)
    assert client.get("/admin/").status_code == 200
    register.set_active(sam, is_active=False)
    assert client.get("/admin/").status_code == 302


def test_staff_see_what_they_were_given_and_no_more(alice: Account, sam: Account) -> None:
    addresses = pages(alice)
    client = signed_in(sam)
    for model in MODELS:
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 403
    may(sam, "view_account")
    client = signed_in(sam)
    seen = [address for address in addresses if client.get(address).status_code == 200]
    page = f"/admin/accounts/account/{alice.pk}/change/"
    assert "/admin/accounts/account/" in seen
    assert page in seen
    assert not [address for address in seen if re.search("plan|/key|project|audit|attempt|usage|add|delete", address)]
    assert client.post(page, {"plan": Plan.objects.get(name="pro").pk, "is_active": "on"}).status_code == 403
    assert "Renders, last 24 h" not in client.get("/admin/").content.decode()


def test_staff_who_may_change_accounts_give_nobody_rights_and_touch_no_superuser(
    alice: Account, sam: Account, root: Account
) -> None:
    may(sam, "view_account", "change_account", "delete_account")
    client = signed_in(sam)
    fields = {"plan": Plan.objects.get(name="pro").pk, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    for account in (alice, sam):
        assert client.post(f"/admin/accounts/account/{account.pk}/change/", management() | fields).status_code == 302
        account.refresh_from_db()
        assert account.plan.name == "pro"
        assert not account.is_superuser
    assert not alice.is_staff
    assert client.post(f"/admin/accounts/account/{root.pk}/change/", management() | fields).status_code == 403
    assert client.post(f"/admin/accounts/account/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/accounts/account/{sam.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Account.objects.count() == 3


def management(**inlines: int) -> dict[str, object]:
    return {
        f"{prefix}-{field}_FORMS": value
        for prefix in ("keys", "projects", "allowances")
        for field, value in (("TOTAL", inlines.get(prefix, 0)), ("INITIAL", inlines.get(prefix, 0)))
    }


def test_no_page_needs_a_script_within_it_and_the_policy_forbids_one(alice: Account, root: Account) -> None:
    client = signed_in(root)
    for address in pages(alice):
        answer = client.get(address)
        assert answer["Content-Security-Policy"] == POLICY
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", answer.content.decode(), re.DOTALL):
            # Data within a page is no script.
            assert "src=" in attributes or 'type="application/json"' in attributes, (address, attributes)
            assert not content.strip() or "json" in attributes
        assert not re.search(r"<[^>]+\son(click|change|submit|load)=", answer.content.decode()), address
    assert "script-src 'self' 'unsafe-eval';" in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_no_page_shows_a_key_a_digest_or_a_salt(alice: Account, root: Account) -> None:
    register.set_plan(alice, "pro")
    addresses = pages(alice)
    project = register.create_project(alice, name="Signed")
    register.renew_signing_secret(project)
    texts = [register.create_key(alice, kind, name="k")[1] for kind in KeyKind]
    secrets = [*texts, *Key.objects.values_list("digest", flat=True), project.signing_salt, root.password]
    client = signed_in(root)
    for address in [*addresses, f"/admin/accounts/project/{project.pk}/change/"]:
        words = client.get(address).content.decode()
        assert not [secret for secret in secrets if secret in words], address
    assert "og_sk_" in client.get("/admin/accounts/key/").content.decode()


def test_an_account_is_found_by_address_plan_and_state(alice: Account, bob: Account, root: Account) -> None:
    register.set_plan(bob, "plus")
    register.set_active(bob, is_active=False)
    client = signed_in(root)

    def listed(query: str) -> set[str]:
        words = client.get(f"/admin/accounts/account/?{query}").content.decode()
        table = words[words.index('id="result_list"') :] if 'id="result_list"' in words else ""
        return {each.email for each in (alice, bob, root) if each.email in table.partition("</table>")[0]}

    assert listed("") == {alice.email, bob.email, root.email}
    assert listed("q=ALICE") == {alice.email}
    assert listed(f"plan__id__exact={bob.plan_id}") == {bob.email}
    assert listed("is_active__exact=0") == {bob.email}
    assert listed("is_superuser__exact=1") == {root.email}


def test_an_accounts_plan_state_and_rights_change_and_each_is_written_down(alice: Account, root: Account) -> None:
    client = signed_in(root)
    page = f"/admin/accounts/account/{alice.pk}/change/"
    plus = Plan.objects.get(name="plus")
    assert client.post(page, management() | {"plan": plus.pk, "is_active": "on"}).status_code == 302
    assert last_lines(1) == [(root.email, "plan changed", f"account {alice.pk}", "free to plus")]
    before = AuditEntry.objects.count()
    assert client.post(page, management() | {"plan": plus.pk, "is_active": "on"}).status_code == 302
    assert AuditEntry.objects.count() == before
    permission = Permission.objects.get(codename="view_key")
    given = {"plan": plus.pk, "is_staff": "on", "user_permissions": [permission.pk]}
    assert client.post(page, management() | given).status_code == 302
    alice.refresh_from_db()
    assert (alice.is_active, alice.is_staff, alice.plan) == (False, True, plus)
    assert alice.user_permissions.get() == permission
    closed, rights = last_lines(2)
    assert closed == (root.email, "account closed", f"account {alice.pk}", "")
    assert rights[:3] == (root.email, "account changed", f"account {alice.pk}")
    assert rights[3] == "is_staff False to True; user_permissions nothing to view_key"
    assert client.post(page, management() | {"plan": plus.pk, "is_staff": "on"}).status_code == 302
    assert last_lines(1)[0][3] == "user_permissions view_key to nothing"
    assert not LogEntry.objects.exists()


def test_nobody_drops_the_own_rights_or_closes_or_deletes_the_own_account(root: Account) -> None:
    client = signed_in(root)
    client.post(f"/admin/accounts/account/{root.pk}/change/", management() | {"plan": root.plan_id})
    root.refresh_from_db()
    assert (root.is_active, root.is_staff, root.is_superuser) == (True, True, True)
    assert client.post(f"/admin/accounts/account/{root.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_account_is_made_without_a_password(root: Account) -> None:
    client = signed_in(root)
    fields = {"email": "New@Example.com", "plan": root.plan_id}
    assert client.post("/admin/accounts/account/add/", fields).status_code == 302
    made = Account.objects.get(email="new@example.com")
    assert not made.has_usable_password()
    assert last_lines(1) == [(root.email, "account created", f"account {made.pk}", "plan pro")]
    again = client.post("/admin/accounts/account/add/", {"email": "NEW@example.com", "plan": root.plan_id})
    assert again.status_code == 200
    assert Account.objects.count() == 2


def test_a_deleted_account_takes_all_along_and_is_written_down_once(alice: Account, root: Account) -> None:
    address = pages(alice)
    assert address
    client = signed_in(root)
    asked = client.get(f"/admin/accounts/account/{alice.pk}/delete/").content.decode()
    assert "Render attempts: 1" in re.sub(r"\s+", " ", asked)
    number = alice.pk
    assert client.post(f"/admin/accounts/account/{number}/delete/", {"post": "yes"}).status_code == 302
    assert not Key.objects.exists()
    assert not Project.objects.exists()
    assert last_lines(1) == [(root.email, "account deleted", f"account {number}", "")]
    assert AuditEntry.objects.filter(action="account deleted").count() == 1


def is_revoked(key: Key) -> bool:
    return Key.objects.get(pk=key.pk).revoked_at is not None


def test_keys_are_revoked_and_nothing_else(alice: Account, root: Account, sam: Account) -> None:
    key, other = (register.create_key(alice, KeyKind.OSIG, name=name)[0] for name in ("One", "Two"))
    revoke = {"action": "revoke", "_selected_action": [key.pk]}
    may(sam, "view_key")
    signed_in(sam).post("/admin/accounts/key/", revoke)
    assert not is_revoked(key)
    client = signed_in(root)
    assert client.post("/admin/accounts/key/", revoke).status_code == 302
    assert is_revoked(key)
    assert not is_revoked(other)
    assert last_lines(1) == [(root.email, "key revoked", f"key {key.pk}", "One")]
    assert client.get("/admin/accounts/key/add/").status_code == 403
    assert client.post(f"/admin/accounts/key/{other.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/accounts/key/{other.pk}/change/", {"name": "x"}).status_code == 403
    may(sam, "change_key")
    signed_in(sam).post("/admin/accounts/key/", {"action": "revoke", "_selected_action": [other.pk]})
    assert is_revoked(other)


def allowance_fields(plan: Plan, **changed: object) -> dict[str, object]:
    rows = list(plan.allowances.all()) if plan.pk else []
    fields = management(allowances=len(rows))
    for number, row in enumerate(rows):
        values = {
            "id": row.pk,
            "plan": plan.pk,
            "dialect": row.dialect,
            "requests_per_minute": row.requests_per_minute,
            "images_per_day": "" if row.images_per_day is None else row.images_per_day,
            "images_per_month": "" if row.images_per_month is None else row.images_per_month,
        }
        fields |= {f"allowances-{number}-{name}": value for name, value in values.items()}
    names = ("ai_standard_per_month", "ai_pro_per_month", "most_projects", "most_domains", "most_keys")
    fields |= {name: getattr(plan, name) for name in names} | {"is_watermarked": "on"}
    return fields | changed


def test_a_plan_and_its_allowances_change_and_are_written_down(root: Account) -> None:
    client = signed_in(root)
    free = Plan.objects.get(name="free")
    page = f"/admin/accounts/plan/{free.pk}/change/"
    changed = {"most_keys": 9, "allowances-0-requests_per_minute": 11, "name": "gratis"}
    assert client.post(page, allowance_fields(free, **changed)).status_code == 302
    free.refresh_from_db()
    assert (free.name, free.most_keys) == ("free", 9)
    assert free.allowances.get(dialect="ogimage").requests_per_minute == 11
    assert free.allowances.get(dialect="osig").images_per_day is None
    expected = "most_keys 8 to 9; free in ogimage: requests_per_minute 10 to 11"
    assert last_lines(1) == [(root.email, "plan changed", f"plan {free.pk}", expected)]
    before = AuditEntry.objects.count()
    client.post(page, allowance_fields(free))
    assert AuditEntry.objects.count() == before
    wrong = client.post(page, allowance_fields(free, **{"allowances-0-dialect": "nosuch"}))
    assert wrong.status_code == 200


def test_the_plans_that_a_new_account_may_get_stay_and_others_go(root: Account) -> None:
    client = signed_in(root)
    fields = allowance_fields(Plan(name="team", most_keys=5), name="team")
    assert client.post("/admin/accounts/plan/add/", fields).status_code == 302
    team = Plan.objects.get(name="team")
    assert last_lines(1)[0][:3] == (root.email, "plan created", f"plan {team.pk}")
    for name in ("free", "plus", "pro"):
        page = f"/admin/accounts/plan/{Plan.objects.get(name=name).pk}/delete/"
        assert client.post(page, {"post": "yes"}).status_code == 403
    client.post(f"/admin/accounts/plan/{team.pk}/delete/", {"post": "yes"})
    assert not Plan.objects.filter(name="team").exists()
    assert last_lines(1) == [(root.email, "plan deleted", f"plan {team.pk}", "team")]


def test_a_projects_domains_change_and_wrong_ones_are_told(alice: Account, root: Account) -> None:
    project = register.create_project(alice, name="Site", domains=["a.example"])
    client = signed_in(root)
    page = f"/admin/accounts/project/{project.pk}/change/"
    assert "a.example" in client.get(page).content.decode()
    wrong = client.post(page, {"name": "Site", "is_active": "on", "domains": "*.b.example"})
    assert wrong.status_code == 200
    assert "Did you mean 'b.example'?" in unescape(wrong.content.decode())
    assert "control characters" in client.post(page, {"name": "a\x1bb", "domains": ""}).content.decode()
    good = {"name": " New  site", "requires_signature": "on", "domains": "B.example\r\n\r\nc.example:3000\r\n"}
    assert client.post(page, good).status_code == 302
    project.refresh_from_db()
    assert (project.name, project.is_active, project.requires_signature) == ("New site", False, True)
    assert [domain.host for domain in project.domains.all()] == ["b.example", "c.example:3000"]
    assert [line[1:] for line in last_lines(2)] == [
        (
            "project changed",
            f"project {project.pk}",
            "name Site to New site, is_active True to False, requires_signature False to True",
        ),
        ("domains changed", f"project {project.pk}", "a.example to b.example, c.example:3000"),
    ]
    number = project.pk
    assert client.post(f"/admin/accounts/project/{number}/delete/", {"post": "yes"}).status_code == 302
    assert last_lines(1) == [(root.email, "project deleted", f"project {number}", "New site")]


def rows_of(answer: HttpResponseBase) -> list[str]:
    assert isinstance(answer, HttpResponse)
    words = answer.content.decode()
    table = words[words.index('id="result_list"') :].partition("</table>")[0]
    body = table.partition("</thead>")[2]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("<tr")[1:]]


def test_profile_usage_has_the_busiest_of_the_month_first(alice: Account, bob: Account, root: Account) -> None:
    today = datetime.now(UTC).date()
    before = today.replace(day=1) - timedelta(days=1)
    Usage.objects.create(account=alice, dialect="osig", day=before, renders=99_999)
    Usage.objects.create(account=alice, dialect="osig", day=today, renders=5, hits=2)
    Usage.objects.create(account=bob, dialect="osig", day=today, renders=1_000, hits=234)
    Usage.objects.create(account=bob, dialect="ogstack", day=today.replace(day=1), renders=1)
    Count.objects.create(account=bob, dialect="osig", period=f"{today:%Y-%m}", given_out=8_100, was_warned=True)
    Count.objects.create(account=bob, dialect="osig", period=f"{today:%Y-%m-%d}", given_out=1_000, was_warned=True)
    Count.objects.create(account=alice, dialect="osig", period=f"{today:%Y-%m}", given_out=7)
    Count.objects.create(account=alice, dialect="osig", period=f"{before:%Y-%m}", given_out=9_999, was_warned=True)
    first, second, third = rows_of(signed_in(root).get("/admin/studio/profileusage/"))
    assert "bob@example.com free 1,235 1,23" in first
    assert "osig 8,100 / 10,000" in first
    assert "osig 1,000 / 1,000" in first
    assert first.endswith("D M")
    assert "alice@example.com free 7 7" in second
    assert "osig 7 / 10,000" in second
    assert second.endswith("-")
    assert "root@example.com pro 0 0" in third


def test_profile_usage_asks_as_often_for_two_accounts_as_for_twenty(root: Account) -> None:
    client = signed_in(root)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/studio/profileusage/").status_code == 200
        return len(queries)

    few = asked()
    for number in range(20):
        register.create_account(f"a{number}@example.com", plan="free")
    assert asked() <= few + 1


def attempts(at: datetime, durations: list[float], error: str = "") -> None:
    RenderAttempt.objects.bulk_create(
        RenderAttempt(at=at, dialect="osig", template="osig-base", duration_ms=each, error_type=error)
        for each in durations
    )


def test_the_chart_of_a_day_has_its_renders_failures_and_p95_by_the_hour() -> None:
    day = datetime(2026, 3, 5, tzinfo=UTC)
    attempts(day + timedelta(hours=2), [float(number) for number in range(1, 101)])
    attempts(day + timedelta(hours=2, minutes=59), [9_000.0] * 10, "render_error")
    attempts(day + timedelta(hours=23, minutes=59), [500.0])
    attempts(day - timedelta(seconds=1), [77_000.0])
    attempts(day + timedelta(days=1), [77_000.0])
    renders, failures, slowest = panels_of(day.date())
    assert (renders.total, failures.total, slowest.total) == ("111", "10 (9.0%)", "96 ms")
    assert [bar.words for bar in slowest.bars if bar.height] == ["02:00 UTC: 95 ms", "23:00 UTC: 500 ms"]
    assert [bar.words for bar in renders.bars if bar.height] == ["02:00 UTC: 110", "23:00 UTC: 1"]
    assert [bar.words for bar in failures.bars if bar.height] == ["02:00 UTC: 10"]
    assert max(bar.height for bar in renders.bars) == 100
    assert len(renders.bars) == 24


def test_a_day_without_renders_has_an_empty_chart() -> None:
    renders, failures, slowest = panels_of(None)
    assert (renders.total, failures.total, slowest.total) == ("0", "0", "–")
    assert not any(bar.height for panel in (renders, failures, slowest) for bar in panel.bars)


def test_render_attempts_are_filtered(root: Account) -> None:
    now = datetime.now(UTC)
    attempts(now, [1.0])
    attempts(now, [2.0], "render_error")
    attempts(now - timedelta(days=3), [3.0])
    RenderAttempt.objects.create(dialect="native", template="article", duration_ms=4)
    client = signed_in(root)

    def shown(query: str) -> set[str]:
        answer = client.get(f"/admin/metering/renderattempt/?{query}")
        assert answer.status_code == 200
        if 'id="result_list"' not in answer.content.decode():
            return set()
        return {found for row in rows_of(answer) for found in re.findall(r"([\d.]+) ms", row)}

    assert shown("") == {"1.0", "2.0", "3.0", "4.0"}
    assert shown("success=yes") == {"1.0", "3.0", "4.0"}
    assert shown("success=no") == {"2.0"}
    assert shown("error=render_error") == {"2.0"}
    assert shown("dialect=native") == {"4.0"}
    assert shown("template=article") == {"4.0"}
    assert shown(f"day={(now - timedelta(days=3)).date()}") == {"3.0"}
    assert shown("day=nonsense") == {"1.0", "2.0", "3.0", "4.0"}


def test_the_audit_log_cannot_be_changed(alice: Account, root: Account) -> None:
    entry = AuditEntry.objects.filter(subject=f"account {alice.pk}").get()
    client = signed_in(root)
    assert client.get("/admin/accounts/auditentry/add/").status_code == 403
    assert client.post(f"/admin/accounts/auditentry/{entry.pk}/change/", {"detail": "x"}).status_code == 403
    assert client.post(f"/admin/accounts/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post("/admin/accounts/auditentry/", {"action": "delete_selected", "_selected_action": [entry.pk]})
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    history = client.get(f"/admin/accounts/account/{alice.pk}/history/", follow=True)
    assert [f"account {alice.pk}" in row for row in rows_of(history)] == [True]


def test_signing_out_leads_to_the_first_page_and_passwords_are_changed_elsewhere(root: Account) -> None:
    client = signed_in(root)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.post("/admin/logout/")["Location"] == "/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "address",
    [
        "/admin/studio/profileusage/?email=root@example.com&password__startswith=pbkdf2",
        "/admin/accounts/account/?password__startswith=pbkdf2",
        "/admin/accounts/key/?digest__startswith=a",
        "/admin/accounts/project/?signing_salt__startswith=a",
        "/admin/accounts/project/?account__password__startswith=a",
        "/admin/metering/renderattempt/?account__password__startswith=a",
        "/admin/accounts/auditentry/?actor__password__startswith=a",
    ],
)
def test_nothing_is_guessed_letter_by_letter_in_an_address(sam: Account, root: Account, address: str) -> None:
    may(sam, "view_profileusage", "view_account", "view_key", "view_project", "view_renderattempt", "view_auditentry")
    for somebody in (sam, root):
        assert signed_in(somebody).get(address).status_code == 400


def test_what_a_page_has_a_filter_for_still_filters(alice: Account, root: Account) -> None:
    client = signed_in(root)
    for address in (
        f"/admin/accounts/account/?plan__id__exact={alice.plan_id}&is_active__exact=1",
        "/admin/accounts/project/?requires_signature__exact=0",
        "/admin/metering/renderattempt/?dialect=osig",
        "/admin/accounts/auditentry/?subject__exact=key 1&at__year=2026",
    ):
        assert client.get(address).status_code == 200, address
