"""What the commands account, key and project do and tell, as plain data. To be imported when the studio is prepared."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from frontis.cli.wishes import domains_by_project
from frontis.settings import Settings
from frontis.studio.accounts import register
from frontis.studio.accounts.finding import every_account, find_account, find_key, find_kind, find_project
from frontis.studio.accounts.models import Account, Key, Project
from frontis.studio.accounts.opening import open_account

Told = dict[str, Any]
"""What JSON can hold."""


def create_account(
    email: str, plan: str, password: str, projects: list[str], domains: list[str], *, is_superuser: bool
) -> Told:
    """A new account with its keys, as they are told only here."""
    opened = open_account(
        email,
        plan=plan or Settings().default_plan,
        password=password or None,
        is_superuser=is_superuser,
        projects=domains_by_project(projects, domains),
    )
    return {
        "email": opened.account.email,
        "plan": opened.account.plan.name,
        "keys": {kind.value: text for kind, text in opened.keys.items()},
        "projects": [_brief(project) for project in opened.projects],
    }


def list_accounts() -> list[Told]:
    """Every account in short."""
    return [row._asdict() | {"joined_at": _moment(row.joined_at)} for row in every_account()]


def show_account(email: str) -> Told:
    """One account with its keys and projects."""
    account = find_account(email)
    return {
        "email": account.email,
        "plan": account.plan.name,
        "is_active": account.is_active,
        "is_staff": account.is_staff,
        "is_superuser": account.is_superuser,
        "joined_at": _moment(account.joined_at),
        "last_login": _moment(account.last_login),
        "keys": _keys(account),
        "projects": _projects(account),
    }


def known(email: str) -> str:
    """The address of an account as it is kept."""
    return find_account(email).email


def change_password(email: str, password: str) -> Told:
    """Give an account another password."""
    account = find_account(email)
    register.set_password(account, password)
    return {"email": account.email}


def change_plan(email: str, plan: str) -> Told:
    """Give an account another plan."""
    account = find_account(email)
    register.set_plan(account, plan)
    return {"email": account.email, "plan": account.plan.name}


def delete_account(email: str) -> Told:
    """Delete an account and all that is its."""
    account = find_account(email)
    address = account.email
    register.delete_account(account)
    return {"email": address, "deleted": True}


def create_key(email: str, kind: str, name: str, project: str) -> Told:
    """A new key with its text, which is told only here."""
    account = find_account(email)
    bound = find_project(account, project) if project else None
    key, text = register.create_key(account, find_kind(kind), name=name, project=bound, beyond_plan=True)
    return {"email": account.email, "key": text} | _key(key)


def list_keys(email: str) -> list[Told]:
    """The keys of an account, without what would be told only once."""
    return _keys(find_account(email))


def revoke_key(text: str) -> Told:
    """End a key, by its number or how it begins."""
    key = find_key(text)
    register.revoke_key(key)
    return {"email": key.account.email} | _key(key)


def create_project(email: str, name: str, domains: Iterable[str]) -> Told:
    """A new project."""
    project = register.create_project(find_account(email), name=name, domains=domains, beyond_plan=True)
    return _brief(project)


def list_projects(email: str) -> list[Told]:
    """The projects of an account."""
    return _projects(find_account(email))


def _keys(account: Account) -> list[Told]:
    return [_key(key) for key in account.keys.select_related("project")]


def _projects(account: Account) -> list[Told]:
    return [
        _brief(project) | {"is_active": project.is_active, "requires_signature": project.requires_signature}
        for project in account.projects.prefetch_related("domains")
    ]


def _brief(project: Project) -> Told:
    hosts = [domain.host for domain in project.domains.all()]
    return {"name": project.name, "public_id": project.public_id, "domains": hosts}


def _key(key: Key) -> Told:
    return {
        "number": key.pk,
        "kind": key.kind,
        "name": key.name,
        "prefix": key.prefix,
        "project": key.project.public_id if key.project else None,
        "created_at": _moment(key.created_at),
        "last_used_at": _moment(key.last_used_at),
        "revoked_at": _moment(key.revoked_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
