"""Opens an account as an operator does: with a key of each kind, and with its projects, all of it or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from frontis.model.account import KeyKind
from frontis.studio.accounts.models import Account, Project
from frontis.studio.accounts.register import create_account, create_key, create_project


@dataclass(frozen=True, slots=True)
class Opened:
    """A new account. keys: the text of one of each kind, which nobody can be shown again."""

    account: Account
    keys: Mapping[KeyKind, str]
    projects: tuple[Project, ...]


@transaction.atomic
def open_account(
    email: str,
    *,
    plan: str,
    password: str | None = None,
    is_superuser: bool = False,
    projects: Mapping[str, Iterable[str]],
) -> Opened:
    """Open an account. projects: the domains of each, by its name. Raises BadInput."""
    account = create_account(email, plan=plan, password=password, is_superuser=is_superuser, is_verified=True)
    keys = {kind: create_key(account, kind, name="First key", beyond_plan=True)[1] for kind in KeyKind}
    made = [create_project(account, name=name, domains=domains, beyond_plan=True) for name, domains in projects.items()]
    return Opened(account, keys, tuple(made))
