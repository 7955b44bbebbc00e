"""Notes the bytes of every picture that is deleted, however that comes about: with its project, its account, alone."""

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone

from frontis.studio.library.models import Image, Leftover

# Whoever was just then drawing the picture anew has written its bytes by then.
LEFT_AFTER = timedelta(minutes=1)


def watch() -> None:
    """Note from now on what is deleted. It is written in the same transaction: both happen, or neither."""
    post_delete.connect(_notice, sender=Image, dispatch_uid="frontis.library.deleted")


def _notice(instance: Image, **_: Any) -> None:  # noqa: ANN401
    due_at = timezone.now() + LEFT_AFTER
    Leftover.objects.update_or_create(word=instance.word, defaults={"account": None, "due_at": due_at})
