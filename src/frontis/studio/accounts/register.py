"""What can be done to accounts, keys and projects: by their owners' pages, by the admin and by commands alike.

Each function writes one line of the audit log with what it changes, in one transaction. actor: who does it, or None for
a command. Each raises BadInput for what cannot be.
"""

import re
import secrets
from collections.abc import Iterable

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from frontis.errors import BadInput, nearest
from frontis.model.account import KeyKind
from frontis.studio.accounts.changes import announce
from frontis.studio.accounts.keys import beginning_of, digest_of, mint
from frontis.studio.accounts.models import Account, AuditEntry, Domain, Key, Plan, Project

LONGEST_NAME = 100
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_ADDRESS = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_PORT = re.compile(r":([0-9]{1,5})$")


def find_plan(name: str) -> Plan:
    """The plan of that name."""
    plan = Plan.objects.filter(name=name).first()
    if plan is None:
        names = list(Plan.objects.values_list("name", flat=True))
        raise BadInput("plan", f"must be one of {', '.join(names)}", suggestion=nearest(name, names))
    return plan


@transaction.atomic
def create_account(
    email: str, *, plan: str, password: str | None = None, is_superuser: bool = False, actor: Account | None = None
) -> Account:
    """A new account. Without a password nobody can sign in to it until one is set."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput("email", "must be an e-mail address") from None
    if Account.objects.filter(email__iexact=address).exists():
        raise BadInput("email", "has an account already")
    account = Account.objects.create_user(
        address, password, plan=find_plan(plan), is_superuser=is_superuser, is_staff=is_superuser
    )
    record(actor, "account created", f"account {account.pk}", f"plan {plan}" + (", superuser" * is_superuser))
    return account


@transaction.atomic
def set_plan(account: Account, plan: str, *, actor: Account | None = None) -> None:
    """Give an account another plan."""
    before = account.plan.name
    account.plan = find_plan(plan)
    account.save(update_fields=["plan"])
    record(actor, "plan changed", f"account {account.pk}", f"{before} to {plan}")


@transaction.atomic
def delete_account(account: Account, *, actor: Account | None = None) -> None:
    """Delete an account and all that belongs to it."""
    number = account.pk
    account.delete()
    record(None if actor == account else actor, "account deleted", f"account {number}")


@transaction.atomic
def create_key(
    account: Account, kind: KeyKind, *, name: str, project: Project | None = None, actor: Account | None = None
) -> tuple[Key, str]:
    """A new key, and its text: the only time that anybody sees it."""
    if project is not None and project.account_id != account.pk:
        raise BadInput("project", "is not one of this account")
    plan = account.plan
    if plan.most_keys and account.keys.filter(revoked_at=None).count() >= plan.most_keys:
        raise BadInput("key", f"is one too many: the plan {plan} has {plan.most_keys}. Revoke one that is not used")
    text = mint(kind)
    key = Key.objects.create(
        account=account,
        project=project,
        kind=kind.value,
        name=_name(name),
        prefix=beginning_of(text, kind),
        digest=digest_of(text),
    )
    record(actor, "key created", f"key {key.pk}", f"{kind.value}, {key.name}")
    return key, text


@transaction.atomic
def revoke_key(key: Key, *, actor: Account | None = None) -> None:
    """End a key. One that is revoked stays so, with its first date."""
    if Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        # An update of rows, unlike a save, tells nobody.
        announce()
        record(actor, "key revoked", f"key {key.pk}", key.name)
    key.refresh_from_db(fields=["revoked_at"])


@transaction.atomic
def create_project(
    account: Account, *, name: str, domains: Iterable[str] = (), actor: Account | None = None
) -> Project:
    """A new project, with its domains."""
    most = account.plan.most_projects
    if most and account.projects.count() >= most:
        raise BadInput("project", f"is one too many: the plan {account.plan} has {most}")
    project = Project.objects.create(account=account, name=_name(name))
    record(actor, "project created", f"project {project.pk}", project.name)
    set_domains(project, domains, actor=actor)
    return project


@transaction.atomic
def set_domains(project: Project, hosts: Iterable[str], *, actor: Account | None = None) -> None:
    """Make these the domains of a project, and no others."""
    wanted = list(dict.fromkeys(canonical_host(host) for host in hosts))
    most = project.account.plan.most_domains
    if most and len(wanted) > most:
        raise BadInput("domains", f"are too many: the plan {project.account.plan} has {most} for each project")
    before = list(project.domains.values_list("host", flat=True))
    if sorted(before) == sorted(wanted):
        return
    project.domains.exclude(host__in=wanted).delete()
    for host in wanted:
        Domain.objects.get_or_create(project=project, host=host)
    record(actor, "domains changed", f"project {project.pk}", f"{_listed(before)} to {_listed(wanted)}")


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
    wanted = {"name": _name(name) if name is not None else None, "is_active": is_active}
    wanted["requires_signature"] = requires_signature
    changed = [field for field, value in wanted.items() if value is not None and getattr(project, field) != value]
    for field in changed:
        setattr(project, field, wanted[field])
    if changed:
        project.save(update_fields=changed)
        said = ", ".join(f"{field} {getattr(project, field)}" for field in changed)
        record(actor, "project changed", f"project {project.pk}", said)


@transaction.atomic
def renew_signing_secret(project: Project, *, actor: Account | None = None) -> None:
    """Give a project a signing secret of its own, or another one: what was signed before is good no more."""
    project.signing_salt = secrets.token_hex(16)
    project.save(update_fields=["signing_salt"])
    record(actor, "signing secret renewed", f"project {project.pk}", project.name)


@transaction.atomic
def delete_project(project: Project, *, actor: Account | None = None) -> None:
    """Delete a project, its domains and the keys that are bound to it."""
    number, name = project.pk, project.name
    project.delete()
    record(actor, "project deleted", f"project {number}", name)


def canonical_host(text: str) -> str:
    """A host name in lower case and ASCII, with its port if it has one; also IP literals, which development needs."""
    host = text.strip().lower()
    port = _PORT.search(host)
    bare = host[: port.start()] if port else host
    if _ADDRESS.fullmatch(bare):
        return host
    try:
        bare = idna.encode(bare.rstrip("."), uts46=True).decode() if not bare.isascii() else bare.rstrip(".")
    except idna.IDNAError:
        bare = ""
    if not _HOST.fullmatch(bare) or (port and not 0 < int(port[1]) < 65536):
        raise BadInput("domain", f"must be a host name such as www.example.com, not {text.strip()[:60]!r}")
    return bare + (port[0] if port else "")


def record(actor: Account | None, action: str, subject: str, detail: str = "") -> None:
    """Write one line of the audit log."""
    AuditEntry.objects.create(actor=actor, action=action, subject=subject, detail=detail[:500])


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput("name", f"must have 1 to {LONGEST_NAME} characters")
    return name


def _listed(hosts: list[str]) -> str:
    return ", ".join(hosts) or "none"
