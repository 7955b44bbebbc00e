"""From the address of a page's icon to what a card needs of it: fetched once for all who ask, and kept for a while."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from frontis.edge.gathering import Source
from frontis.errors import (
    AddressForbidden,
    BadPicture,
    FetchFailed,
    UpstreamRefused,
    UpstreamTooLarge,
    UpstreamUnfit,
)
from frontis.fetch.flights import Flights
from frontis.fetch.keep import Keep

FRESH_SECONDS = 600
UNREAD_SECONDS = 30
KEPT_SECONDS = 86_400
KEPT_BYTES = 16_000_000
ENTRY_BYTES = 1_000
# An icon may take seconds to decode, so these are few, and have threads of their own.
READERS = 2
MOST_READING = 16
PATIENCE_SECONDS = 2.5
_DECIDED = (UpstreamRefused, UpstreamTooLarge, UpstreamUnfit, AddressForbidden)


@dataclass(frozen=True, slots=True)
class Icon:
    """What is known of an icon. color: "" where it has none. is_there: it can be drawn. is_away: it may be soon."""

    color: str = ""
    is_there: bool = True
    is_away: bool = False
    fresh_until: float = 0


class Icons:
    """Belongs to one event loop. seconds: how long an icon may take. clock: seconds, for their age."""

    def __init__(self, source: Source, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._seconds = seconds
        self._clock = clock
        self._kept: Keep[str, Icon] = Keep(KEPT_BYTES, clock=clock)
        self._flights: Flights[str, Icon] = Flights()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="frontis-icon")

    @property
    def size_bytes(self) -> int:
        """What they take in memory."""
        return self._kept.size_bytes

    def known(self, url: str) -> Icon | None:
        """What was known of an icon within the last day."""
        return self._kept.get(url)

    def fresh(self, url: str) -> Icon | None:
        """What is known of an icon without asking for it anew."""
        known = self._kept.get(url)
        return known if known is not None and self._clock() < known.fresh_until else None

    async def find(self, url: str) -> Icon:
        """The icon. One that cannot be had soon is told by what was known of it."""
        known = self._kept.get(url)
        if known is not None and self._clock() < known.fresh_until:
            return known
        if not self._flights.is_under_way(url) and len(self._flights) >= MOST_READING:
            return known or Icon(is_there=False, is_away=True)
        try:
            return await self._flights.join(url, partial(self._fetch, url), most_seconds=PATIENCE_SECONDS)
        except (TimeoutError, ConnectionAbortedError):
            return known or Icon(is_there=False, is_away=True)

    async def close(self) -> None:
        """End all fetching under way."""
        await self._flights.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._kept.clear()

    async def _fetch(self, url: str) -> Icon:
        try:
            fetched = await self._source.fetch(url, budget_seconds=self._seconds)
            reading = asyncio.get_running_loop().run_in_executor(self._readers, _color_of, fetched.data)
            icon = Icon(await reading)
        except FetchFailed as failure:
            known = self._kept.get(url) or Icon(is_there=False)
            is_gone = isinstance(failure, _DECIDED)
            icon = Icon(is_there=False) if is_gone else replace(known, is_away=True)
        except BadPicture:
            icon = Icon(is_there=False)
        seconds = UNREAD_SECONDS if icon.is_away else FRESH_SECONDS
        icon = replace(icon, fresh_until=self._clock() + seconds)
        self._kept.put(url, icon, size_bytes=len(url) + ENTRY_BYTES, seconds=KEPT_SECONDS)
        return icon


def _color_of(data: bytes) -> str:
    """Raises BadPicture."""
    # The codecs are loaded with the first icon, so that tests of the rest need none.
    from frontis.decode import dominant_color  # noqa: PLC0415

    color = dominant_color(data)
    return color.hex if color else ""
