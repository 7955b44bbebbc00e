"""Tells every process that something changed which the answers about keys and projects hang on."""

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from frontis.studio.accounts.models import Account, Domain, Key, Plan, PlanAllowance, Project

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CHANNEL = "frontis:accounts-changed"
REDIS_SECONDS = 0.5
QUIET_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
HEALTH_SECONDS = 10

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


async def listen(redis_url: str, forget: Callable[[], None]) -> None:
    """Call `forget` for each change that another process tells of, until it is cancelled.

    While Redis is away nothing is heard; it is tried again and again.
    """
    is_lost = False
    pause = SHORTEST_PAUSE_SECONDS
    while True:
        try:
            client = AsyncRedis.from_url(
                redis_url,
                socket_connect_timeout=HEALTH_SECONDS,
                health_check_interval=HEALTH_SECONDS,
                retry=AsyncRetry(NoBackoff(), 0),
            )
            async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
                await subscription.subscribe(CHANNEL)
                if is_lost:
                    log.info("redis is back: changes of accounts are seen at once")
                is_lost, pause = False, SHORTEST_PAUSE_SECONDS
                while True:
                    # It returns now and then without any message, so that the connection's health is looked at.
                    message = await subscription.get_message(timeout=HEALTH_SECONDS)
                    if message is not None and message["type"] == "message":
                        forget()
        except (RedisError, OSError) as error:
            if not is_lost:
                log.warning("redis is lost: changes of accounts are seen after seconds", error=type(error).__name__)
            is_lost = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _notice(sender: type[Model], update_fields: frozenset[str] | None = None, **_: Any) -> None:  # noqa: ANN401
    if not update_fields or not update_fields <= _OF_NO_ACCOUNT.get(sender, frozenset()):
        announce()


def _tell() -> None:
    changed.send(sender=None)
    redis_url: str = settings.FRONTIS.redis_url
    if redis_url:
        _voice(redis_url).publish()


class _Voice:
    """Speaks to the other processes."""

    def __init__(self, redis_url: str) -> None:
        self._client = Redis.from_url(
            redis_url,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
        self._quiet_until = 0.0

    def publish(self) -> None:
        # What changes many rows is not held up by each; others learn of it within seconds, as without Redis.
        if time.monotonic() < self._quiet_until:
            return
        try:
            self._client.publish(CHANNEL, "")
        except (RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning(
                "redis does not answer: other processes see the change after seconds", error=type(error).__name__
            )


@lru_cache(maxsize=1)
def _voice(redis_url: str) -> _Voice:
    return _Voice(redis_url)
