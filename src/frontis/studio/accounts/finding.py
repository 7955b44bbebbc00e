"""Finds what somebody names: accounts, keys, projects and plans. Each raises BadInput for what is not there."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from frontis.errors import BadInput, nearest
from frontis.model.account import KeyKind
from frontis.studio.accounts.keys import digest_of
from frontis.studio.accounts.models import Account, Key, Plan, Project

# Comparing words takes a while: a slip of the fingers is looked for among so many.
MOST_COMPARED = 2_000


class AccountRow(NamedTuple):
    """An account in a list. keys: how many are good."""

    email: str
    plan: str
    is_active: bool
    is_superuser: bool
    joined_at: datetime
    keys: int
    projects: int


def every_account() -> Iterator[AccountRow]:
    """All accounts, by their addresses."""
    good_keys = Count("keys", filter=Q(keys__revoked_at=None), distinct=True)
    counted = Account.objects.annotate(good_keys=good_keys, sites=Count("projects", distinct=True)).order_by("email")
    fields = ("email", "plan__name", "is_active", "is_superuser", "joined_at", "good_keys", "sites")
    return (AccountRow(*row) for row in counted.values_list(*fields).iterator())


def find_plan(name: str) -> Plan:
    """The plan of that name."""
    plan = Plan.objects.filter(name=name).first()
    if plan is None:
        names = list(Plan.objects.values_list("name", flat=True))
        raise BadInput("plan", f"must be one of {', '.join(names)}", suggestion=nearest(name, names))
    return plan


def find_account(email: str) -> Account:
    """The account of an e-mail address, in whatever case."""
    address = email.strip().lower()
    account = Account.objects.select_related("plan").filter(email__iexact=address).first()
    if account is None:
        name, _, host = address.partition("@")
        alike = Account.objects.filter(Q(email__startswith=f"{name}@") | Q(email__endswith=f"@{host}"))
        known = alike.values_list("email", flat=True)[:MOST_COMPARED]
        raise BadInput("email", f"there is no account {address[:254]!r}", suggestion=nearest(address, known))
    return account


def find_project(account: Account, public_id: str) -> Project:
    """The project of an account that has that public id."""
    project = account.projects.filter(public_id=public_id.strip().lower()).first()
    if project is None:
        known = list(account.projects.values_list("public_id", flat=True))
        raise BadInput("project", f"{account} has no project {public_id[:40]!r}", suggestion=nearest(public_id, known))
    return project


def find_key(text: str) -> Key:
    """The key of that number, else the one with that text, else the only good one that begins so."""
    wanted = text.strip().removesuffix("…")
    keys = Key.objects.select_related("account")
    numbered = keys.filter(pk=int(wanted)) if re.fullmatch("[0-9]{1,18}", wanted) else keys.none()
    whole = keys.filter(digest=digest_of(wanted))
    found = list(numbered) or list(whole) or list(keys.filter(prefix=wanted, revoked_at=None)[:10])
    if not found:
        # What was asked for is not told again: it may be a whole key.
        raise BadInput("key", "none has that number, and no good one begins so")
    if len(found) > 1:
        numbers = ", ".join(f"{key.pk} ({key.account})" for key in found)
        raise BadInput("key", f"several begin so. Say the number of one: {numbers}")
    return found[0]


def find_kind(text: str) -> KeyKind:
    """The kind of keys of that name."""
    try:
        return KeyKind(text.strip().lower())
    except ValueError:
        kinds = [kind.value for kind in KeyKind]
        raise BadInput("kind", f"must be one of {', '.join(kinds)}", suggestion=nearest(text, kinds)) from None
