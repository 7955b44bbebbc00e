"""What limits attempts to sign in, when several processes count together."""

import time
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

PAUSE_SECONDS = 10


class SharedCache(RedisCache):
    """Redis; while it does not answer, this process's own memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("frontis-pages", {})
        self._again_at = 0.0

    def add(self, key: str, value: object, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:  # noqa: ANN401  (Django's signature)
        """Whether the value was written; one that is there stays."""
        return bool(self._tried("add", key, value, timeout, version))

    def get(self, key: str, default: object = None, version: int | None = None) -> Any:  # noqa: ANN401
        """The value."""
        return self._tried("get", key, default, version)

    def set(self, key: str, value: object, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:  # noqa: ANN401
        """Write the value."""
        self._tried("set", key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Whether there was one."""
        return bool(self._tried("delete", key, version))

    def _tried(self, name: str, *values: object) -> object:
        if time.monotonic() >= self._again_at:
            try:
                return getattr(super(), name)(*values)
            except RedisError as error:
                self._again_at = time.monotonic() + PAUSE_SECONDS
                log.warning("attempts to sign in are counted in this process alone", error=type(error).__name__)
        return getattr(self._memory, name)(*values)
