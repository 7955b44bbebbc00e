"""The tables of what was served."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from frontis.studio.accounts.models import Account, Key, Project


class Count(models.Model):
    """How much of a quota is given out: what was served, and what processes hold as leases.

    period: a day as "2026-11-22", or a month as "2026-11", in UTC. was_warned: whether somebody was told that the part
    of the quota is reached that is warned at.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    dialect = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    given_out = models.PositiveBigIntegerField(default=0)
    was_warned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "dialect", "period"], name="one_count_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.given_out} in {self.dialect}, {self.period}"


class Lease(models.Model):
    """Part of a quota that one process may serve without asking again, until it ends."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    dialect = models.CharField(max_length=20)
    units = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.units} in {self.dialect}"


class Usage(models.Model):
    """What was served on one day, for people to look at. No quota is decided by it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="usage")
    key = models.ForeignKey(Key, on_delete=models.SET_NULL, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="+")
    dialect = models.CharField(max_length=20)
    day = models.DateField()
    renders = models.PositiveBigIntegerField(default=0)
    hits = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "usage"
        indexes: ClassVar = [models.Index(fields=["account", "day"], name="usage_of_an_account")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.dialect} on {self.day}"


class RenderAttempt(models.Model):
    """One try to render a card. error_type: "" for a success."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    dialect = models.CharField(max_length=20)
    template = models.CharField(max_length=80)
    error_type = models.CharField(max_length=40, blank=True)
    duration_ms = models.FloatField()
    number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.template} at {self.at}"
