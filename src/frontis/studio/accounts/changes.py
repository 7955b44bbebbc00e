"""Tells every process that something changed which the answers about keys and projects hang on."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

from frontis.studio.accounts.models import Account, Domain, Key, Plan, PlanAllowance, Project

if TYPE_CHECKING:
    from frontis.studio.accounts.broadcasting import Voice

changed = Signal()
"""Sent in this process for each change, by the thread that made it, after it is committed."""

# Saved at each sign-in and each use; no answer hangs on them.
_OF_NO_ACCOUNT: dict[type[Model], frozenset[str]] = {
    Key: frozenset({"last_used_at", "name"}),
    Account: frozenset({"last_login", "password"}),
}


def watch() -> None:
    """Announce from now on what is saved and deleted, wherever that is done. What `update` changes is not noticed."""
    for table in (Account, Domain, Key, Plan, PlanAllowance, Project):
        post_save.connect(_notice, sender=table, dispatch_uid="frontis.changes.saved")
        post_delete.connect(_notice, sender=table, dispatch_uid="frontis.changes.deleted")


def announce() -> None:
    """Tell this process and, through Redis, all others, as soon as the transaction is committed. Never raises."""
    transaction.on_commit(_tell)


def _notice(sender: type[Model], update_fields: frozenset[str] | None = None, **_: Any) -> None:  # noqa: ANN401
    if not update_fields or not update_fields <= _OF_NO_ACCOUNT.get(sender, frozenset()):
        announce()


def _tell() -> None:
    changed.send(sender=None)
    redis_url: str = settings.FRONTIS.redis_url
    if redis_url:
        _voice(redis_url).publish()


@lru_cache(maxsize=1)
def _voice(redis_url: str) -> "Voice":
    # Who has no Redis is spared its client.
    from frontis.studio.accounts.broadcasting import Voice  # noqa: PLC0415

    return Voice(redis_url)
