"""Redis may go away: then each process goes on alone, says so once, and finds out now and then whether it is back."""

from collections.abc import Callable

import structlog

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# How long Redis may take.
REDIS_SECONDS = 0.25
RETRY_SECONDS = 3.0


class RedisOutage:
    """Whether Redis is away, for one of its uses. Belongs to one event loop.

    lost, back: what the log says at its beginning and at its end. clock: seconds; it may be set back.
    """

    def __init__(self, lost: str, back: str, *, clock: Callable[[], float]) -> None:
        self._lost = lost
        self._back = back
        self._clock = clock
        self._is_on = False
        self._ask_again_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._is_on

    def spares(self) -> bool:
        """Whether to do without Redis now. In an outage all do but one in a while, for whom the others do not wait."""
        if not self._is_on:
            return False
        now = self._clock()
        if 0 < self._ask_again_at - now <= RETRY_SECONDS:
            return True
        self._ask_again_at = now + RETRY_SECONDS
        return False

    def begin(self, error: OSError) -> None:
        """Redis has not answered."""
        self._ask_again_at = self._clock() + RETRY_SECONDS
        if not self._is_on:
            log.warning(self._lost, error=type(error).__name__)
        self._is_on = True

    def end(self) -> None:
        """Redis has answered."""
        if self._is_on:
            log.info(self._back)
        self._is_on = False
