"""Notes what is to be deleted outside the database.

That is the bytes of every picture that is deleted, however that comes about: with its project, its account, alone; and
the finished pictures of every account that is.
"""

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone

from frontis.model.account import account_mark
from frontis.studio.accounts.models import Account
from frontis.studio.library.models import Image, Leftover

# Whoever was just then drawing has written its bytes by then, and no process knows the account any more.
LEFT_AFTER = timedelta(minutes=1)


def watch() -> None:
    """Note from now on what is deleted. It is written in the same transaction: both happen, or neither."""
    post_delete.connect(_notice_image, sender=Image, dispatch_uid="frontis.library.deleted")
    post_delete.connect(_notice_account, sender=Account, dispatch_uid="frontis.library.left")


def _notice_image(instance: Image, **_: Any) -> None:  # noqa: ANN401
    _leave(instance.word)


def _notice_account(instance: Account, **_: Any) -> None:  # noqa: ANN401
    _leave(account_mark(instance.pk))


def _leave(word: str) -> None:
    due_at = timezone.now() + LEFT_AFTER
    Leftover.objects.update_or_create(word=word, defaults={"account": None, "due_at": due_at})
