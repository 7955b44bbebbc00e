"""What can be done to accounts, keys and projects: by their owners' pages, by the admin and by commands alike.

Each function writes one line of the audit log with what it changes, in one transaction. actor: who does it, or None for
a command. beyond_plan: what the plan allows in number binds owners, not operators. Each raises BadInput for what cannot
be.
"""

import json
import secrets
import unicodedata
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from frontis.errors import BadInput, EmailTaken
from frontis.model.account import KeyKind
from frontis.model.text import folded
from frontis.studio.accounts.changes import announce
from frontis.studio.accounts.finding import find_plan
from frontis.studio.accounts.hosts import canonical_host
from frontis.studio.accounts.keys import beginning_of, digest_of, mint
from frontis.studio.accounts.models import Account, AuditEntry, Domain, Key, Project

LONGEST_NAME = 100
LONGEST_EMAIL = 254
LONGEST_DETAIL = 500
# A project without a limit by its plan still has to be read whole at its first request.
MOST_DOMAINS = 1_000


@transaction.atomic
def create_account(
    email: str,
    *,
    plan: str,
    password: str | None = None,
    is_superuser: bool = False,
    is_verified: bool = False,
    actor: Account | None = None,
) -> Account:
    """A new account. Without a password nobody can sign in to it until one is set.

    is_verified: somebody who may do so vouches that the address is its owner's, and no mail has to prove it.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput("email", "must be an e-mail address") from None
    if len(address) > LONGEST_EMAIL:
        raise BadInput("email", f"must have at most {LONGEST_EMAIL} characters")
    terms = find_plan(plan)
    try:
        # Two may ask for the same address at once: what the database says counts.
        with transaction.atomic():
            account = Account.objects.create_user(
                address, password, plan=terms, is_superuser=is_superuser, is_staff=is_superuser
            )
    except IntegrityError:
        raise EmailTaken(address) from None
    if is_verified:
        EmailAddress.objects.create(user=account, email=address, primary=True, verified=True)
    words = f"plan {plan}" + (", superuser" * is_superuser)
    record(actor, "account created", f"account {account.pk}", words, about=account)
    return account


@transaction.atomic
def set_plan(account: Account, plan: str, *, actor: Account | None = None) -> None:
    """Give an account another plan."""
    wanted = find_plan(plan)
    before = Account.objects.select_related("plan").get(pk=account.pk).plan
    account.plan = wanted
    if before != wanted:
        account.save(update_fields=["plan"])
        record(actor, "plan changed", f"account {account.pk}", f"{before} to {wanted}", about=account)


@transaction.atomic
def set_password(account: Account, password: str, *, actor: Account | None = None) -> None:
    """Give an account another password: who is signed in to it, is so no more."""
    if not password:
        raise BadInput("password", "must not be empty")
    account.set_password(password)
    account.save(update_fields=["password"])
    record(actor, "password changed", f"account {account.pk}", about=account)


@transaction.atomic
def set_active(account: Account, *, is_active: bool, actor: Account | None = None) -> None:
    """Close an account, so that nobody can sign in and its keys do nothing, or open it again."""
    was_active = Account.objects.values_list("is_active", flat=True).get(pk=account.pk)
    account.is_active = is_active
    if was_active != is_active:
        account.save(update_fields=["is_active"])
        record(actor, "account opened" if is_active else "account closed", f"account {account.pk}", about=account)


@transaction.atomic
def delete_account(account: Account, *, actor: Account | None = None) -> None:
    """Delete an account and all that belongs to it. What was done to it stays in the audit log, without its words."""
    number = account.pk
    doer = None if actor is None or actor.pk == number else actor
    AuditEntry.objects.filter(about=number).update(detail="")
    _end_sessions(account)
    account.delete()
    AuditEntry.objects.create(actor=doer, action="account deleted", subject=f"account {number}", about=number)


def _end_sessions(account: Account) -> None:
    """Delete every session that knows of an account: of somebody who is signed in, or was about to be."""
    for session in Session.objects.iterator(chunk_size=1_000):
        known = session.get_decoded()
        if known.get(SESSION_KEY) == str(account.pk) or account.email in json.dumps(known, default=str).lower():
            session.delete()


@transaction.atomic
def create_key(
    account: Account,
    kind: KeyKind,
    *,
    name: str,
    project: Project | None = None,
    beyond_plan: bool = False,
    actor: Account | None = None,
) -> tuple[Key, str]:
    """A new key, and its text: the only time that anybody sees it."""
    if project is not None and project.account_id != account.pk:
        raise BadInput("project", "is not one of this account")
    plan = _held(account).plan
    good = account.keys.filter(revoked_at=None)
    if not beyond_plan and plan.most_keys and good.count() >= plan.most_keys:
        raise BadInput("key", f"is one too many: the plan {plan} has {plan.most_keys}. Revoke one that is not used")
    text = mint(kind)
    key = Key.objects.create(
        account=account,
        project=project,
        kind=kind.value,
        name=canonical_name(name),
        prefix=beginning_of(text, kind),
        digest=digest_of(text),
    )
    record(actor, "key created", f"key {key.pk}", f"{kind.value}, {key.name}", about=account)
    return key, text


@transaction.atomic
def revoke_key(key: Key, *, actor: Account | None = None) -> None:
    """End a key. One that is revoked stays so, with its first date."""
    if Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        # An update of rows, unlike a save, tells nobody.
        announce()
        record(actor, "key revoked", f"key {key.pk}", key.name, about=key.account)
    key.refresh_from_db(fields=["revoked_at"])


@transaction.atomic
def create_project(
    account: Account,
    *,
    name: str,
    domains: Iterable[str] = (),
    beyond_plan: bool = False,
    actor: Account | None = None,
) -> Project:
    """A new project, with its domains."""
    plan = _held(account).plan
    if not beyond_plan and plan.most_projects and account.projects.count() >= plan.most_projects:
        raise BadInput("project", f"is one too many: the plan {plan} has {plan.most_projects}")
    project = Project.objects.create(account=account, name=canonical_name(name))
    record(actor, "project created", f"project {project.pk}", project.name, about=account)
    set_domains(project, domains, beyond_plan=beyond_plan, actor=actor)
    return project


@transaction.atomic
def set_domains(
    project: Project, hosts: Iterable[str], *, beyond_plan: bool = False, actor: Account | None = None
) -> None:
    """Make these the domains of a project, and no others."""
    wanted = list(dict.fromkeys(canonical_host(host) for host in hosts))
    plan = _held(project.account).plan
    before = list(project.domains.values_list("host", flat=True))
    # Those that a smaller plan would not have been given are kept: it says how many may be added.
    most = MOST_DOMAINS if beyond_plan else plan.most_domains or MOST_DOMAINS
    if len(wanted) > most and not set(wanted) <= set(before):
        raise BadInput("domains", f"are too many: a project of the plan {plan} has at most {most}")
    if sorted(before) == sorted(wanted):
        return
    project.domains.exclude(host__in=wanted).delete()
    for host in wanted:
        if host not in before:
            # One by one: rows that are made in bulk tell nobody who watches for changes.
            Domain.objects.create(project=project, host=host)
    words = f"{_listed(before)} to {_listed(wanted)}"
    record(actor, "domains changed", f"project {project.pk}", words, about=project.account)


@transaction.atomic
def change_project(
    project: Project,
    *,
    name: str | None = None,
    is_active: bool | None = None,
    requires_signature: bool | None = None,
    actor: Account | None = None,
) -> None:
    """Change what is given, and leave the rest."""
    wanted: dict[str, str | bool | None] = {"name": canonical_name(name) if name is not None else None}
    wanted |= {"is_active": is_active, "requires_signature": requires_signature}
    before = Project.objects.get(pk=project.pk)
    changed = {field: value for field, value in wanted.items() if value is not None and getattr(before, field) != value}
    for field, value in changed.items():
        setattr(project, field, value)
    if changed:
        project.save(update_fields=list(changed))
        words = ", ".join(f"{field} {getattr(before, field)} to {value}" for field, value in changed.items())
        record(actor, "project changed", f"project {project.pk}", words, about=project.account)


@transaction.atomic
def renew_signing_secret(project: Project, *, actor: Account | None = None) -> None:
    """Give a project a signing secret of its own, or another one: what was signed before is good no more."""
    project.signing_salt = secrets.token_hex(16)
    project.save(update_fields=["signing_salt"])
    record(actor, "signing secret renewed", f"project {project.pk}", project.name, about=project.account)


@transaction.atomic
def delete_project(project: Project, *, actor: Account | None = None) -> None:
    """Delete a project, its domains and the keys that are bound to it."""
    number, name, account = project.pk, project.name, project.account
    project.delete()
    record(actor, "project deleted", f"project {number}", name, about=account)


def record(actor: Account | None, action: str, subject: str, detail: str = "", *, about: Account | None = None) -> None:
    """Write one line of the audit log. about: the account that it concerns; with it the detail will be deleted."""
    AuditEntry.objects.create(
        actor=actor, action=action, subject=subject, detail=detail[:LONGEST_DETAIL], about=about.pk if about else None
    )


def _held(account: Account) -> Account:
    """The account as the database has it; whoever else asks so waits until this transaction ends."""
    # Of two that would each make the last that the plan allows, the second sees what the first made.
    return Account.objects.select_for_update(of=("self",)).select_related("plan").get(pk=account.pk)


def canonical_name(text: str) -> str:
    """A name of a key or a project, with one space between its words. Raises BadInput."""
    name = folded(text)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput("name", f"must have 1 to {LONGEST_NAME} characters")
    # A database refuses half a character or a NUL, and a terminal obeys the others.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise BadInput("name", "must hold no control characters")
    return name


def _listed(hosts: list[str]) -> str:
    return ", ".join(hosts) or "none"
