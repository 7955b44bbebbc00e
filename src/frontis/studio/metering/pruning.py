"""Deletes what nobody needs any more, a little at a time, so that nobody waits for it."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet

from frontis.studio.metering.leases import LEASE_ENDS_AFTER
from frontis.studio.metering.models import Count, Lease, RenderAttempt

BATCH = 1_000
# Thirteen months and a day or two: this month of last year can be looked at until it is over.
KEEP_COUNTS = timedelta(days=397)


def prune(now: datetime, keep_attempts: timedelta) -> None:
    """Delete old attempts, counts of periods long gone, leases whose process died, and sessions that are over."""
    _deleted(RenderAttempt.objects.filter(at__lt=now - keep_attempts))
    # A day is named "2026-11-22" and a month "2026-11", so that names are in the order of time.
    _deleted(Count.objects.filter(period__lt=f"{now - KEEP_COUNTS:%Y-%m}"))
    # Long after its end a process that was merely slow has given its lease back.
    _deleted(Lease.objects.filter(ends_at__lt=now - 20 * LEASE_ENDS_AFTER))
    _deleted(Session.objects.filter(expire_date__lt=now))


def _deleted(rows: QuerySet[Model]) -> None:
    while numbers := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=numbers).delete()  # noqa: SLF001  (Django's own name for it)
