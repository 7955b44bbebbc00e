"""The tables of stored pictures."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils import timezone

from frontis.model.library import ImageKind
from frontis.studio.accounts.models import Account, Project

LONGEST_URL = 2_048
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 500


class Image(models.Model):
    """A picture that an account keeps. Its bytes lie in the edge's store, below its word.

    place: a digest of what there is one picture of in a project: a page and a kind, and for covers the choices too.
    files: the names, sizes and types of its files, the picture first. size_bytes: of all of them together.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="images")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="images")
    word = models.CharField(max_length=40, unique=True)
    place = models.CharField(max_length=64)
    url = models.CharField(max_length=LONGEST_URL)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ImageKind])
    template = models.CharField(max_length=64, blank=True)
    choices = models.CharField(max_length=64)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    files = models.JSONField()
    source_title = models.TextField(blank=True)
    source_description = models.TextField(blank=True)
    source_icon = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["account", "-created_at"], name="images_of_an_account")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "place"], name="one_image_a_place")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.url[:60]}"


class Leftover(models.Model):
    """A word below which there may be bytes that nobody needs from some time on; or the mark of a deleted account.

    It is written before the bytes are, and struck out with the row of the picture, so that whatever dies in between
    leaves nothing for ever. account: whose room it takes until then; none for a picture that was deleted.
    """

    word = models.CharField(max_length=40, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.word
