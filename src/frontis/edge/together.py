"""What all processes share, in Redis: counters of a minute, and turns to draw a card."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from limits.aio.storage import RedisStorage
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

# Redis drops a minute's counters when no clock among ours can still be in it.
KEPT_SECONDS = 120
MOST_CONNECTIONS = 64
# What a key begins with: a turn that is held ("!" where others wait for it), or the picture that came of it.
_HELD, _DONE = b".", b"="
# Takes the turn, or tells that the one who has it is waited for.
_ASK = """
local state = redis.call('GETRANGE', KEYS[1], 0, 0)
if state == '' then
    redis.call('SET', KEYS[1], '.' .. ARGV[1], 'PX', ARGV[2])
    return '.'
end
if state == '.' then
    redis.call('SETRANGE', KEYS[1], 0, '!')
end
return state == '=' and redis.call('GET', KEYS[1]) or '!'
"""
# Gives it back, unless somebody waits for what came of it: then that is to be left there. Who is too late has none.
_END = """
local held = redis.call('GETRANGE', KEYS[1], 0, #ARGV[1])
if string.sub(held, 2) ~= ARGV[1] then
    return 0
end
if ARGV[2] == 'made' and string.sub(held, 1, 1) == '!' then
    return 1
end
redis.call('DEL', KEYS[1])
return 0
"""


class SharedCounters:
    """The counters of each minute. seconds: how long Redis may take.

    Every method raises OSError when Redis does not answer, or takes too long.
    """

    def __init__(self, redis_url: str, seconds: float) -> None:
        self._seconds = seconds
        self._pool = _pool(redis_url, seconds)
        # The address is the pool's; here it only tells the kind of server.
        options: dict[str, Any] = {"connection_pool": self._pool}
        self._storage = RedisStorage(
            "redis://", wrap_exceptions=True, implementation="redispy", key_prefix="frontis:rate", **options
        )

    async def add(self, scope: str, minute: int) -> int:
        """Count one more, and tell how many there are."""
        async with _in_our_terms(self._seconds):
            return await self._storage.incr(f"{scope}/{minute}", KEPT_SECONDS)

    async def count(self, scope: str, minute: int) -> int:
        """How many there are."""
        async with _in_our_terms(self._seconds):
            return await self._storage.get(f"{scope}/{minute}")

    async def close(self) -> None:
        """Let go of Redis."""
        await self._pool.aclose()


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of it. picture: the bytes that somebody else has made."""

    is_ours: bool
    picture: bytes | None


class SharedTurns:
    """Turns to do a thing, by key, each with a token of its holder. seconds: how long Redis may take.

    Every method raises OSError when Redis does not answer, or takes too long.
    """

    def __init__(self, redis_url: str, seconds: float) -> None:
        self._seconds = seconds
        self._pool = _pool(redis_url, seconds)
        self._redis = Redis(connection_pool=self._pool)
        self._ask = self._redis.register_script(_ASK)
        self._end = self._redis.register_script(_END)

    async def ask(self, key: str, token: str, *, seconds: float) -> Asked:
        """Take the turn, for these seconds at most; else tell its holder that somebody waits."""
        async with _in_our_terms(self._seconds):
            answer: bytes = await self._ask(keys=[_name(key)], args=[token, max(1, int(seconds * 1000))])
        return Asked(answer == _HELD, answer[1:] if answer.startswith(_DONE) else None)

    async def end(self, key: str, token: str, picture: bytes | None, *, seconds: float) -> None:
        """Give the turn back, and leave the picture that came of it, for these seconds, where somebody waits for it."""
        async with _in_our_terms(self._seconds):
            is_wanted = await self._end(keys=[_name(key)], args=[token, "made" if picture is not None else ""])
            if is_wanted and picture is not None:
                await self._redis.set(_name(key), _DONE + picture, px=int(seconds * 1000))

    async def close(self) -> None:
        """Let go of Redis."""
        await self._pool.aclose()


def _name(key: str) -> str:
    return f"frontis:turn/{key}"


def _pool(redis_url: str, seconds: float) -> BlockingConnectionPool:
    return BlockingConnectionPool.from_url(
        redis_url,
        max_connections=MOST_CONNECTIONS,
        timeout=seconds,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        # Once more, for a connection that Redis has closed since it was last used.
        retry=Retry(NoBackoff(), 1),
    )


@asynccontextmanager
async def _in_our_terms(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except (StorageError, RedisError) as error:
        raise ConnectionError(str(error)) from error
