"""What other processes are told, and tell, of changes of accounts: through Redis."""

import asyncio
import time
from collections.abc import Callable

import structlog
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CHANNEL = "frontis:accounts-changed"
REDIS_SECONDS = 0.5
QUIET_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
HEALTH_SECONDS = 10


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


class Voice:
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
        """Say that something has changed. Never raises."""
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
