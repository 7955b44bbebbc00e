"""What time it is: one noun, so that a proof can bring its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of one process.

    unix: seconds since 1970, which may jump. monotonic: seconds that never go back. sleep: waits that many seconds.
    """

    unix: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def day(self) -> int:
        """The number of today since 1970, in UTC."""
        return int(self.unix() // SECONDS_A_DAY)

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.fromtimestamp(self.unix(), UTC)
