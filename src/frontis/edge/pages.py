"""From the address of a web page to its facts: fetched and read once for all who ask, and kept for a while."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from frontis.edge.attempts import NOBODY, Asker, Work
from frontis.edge.gathering import Source
from frontis.errors import (
    AddressForbidden,
    BadPicture,
    FetchFailed,
    Overloaded,
    UpstreamRefused,
    UpstreamTooLarge,
    UpstreamUnfit,
)
from frontis.fetch import PAGE
from frontis.fetch.flights import Flights
from frontis.fetch.keep import Keep
from frontis.fetch.page import read_page
from frontis.model.order import FromPage
from frontis.model.page import Page
from frontis.model.ports import Attempts

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FRESH_SECONDS = 600
UNREAD_SECONDS = 30
# What was read before is better than an address alone while the page cannot be had.
KEPT_SECONDS = 86_400
KEPT_BYTES = 16_000_000
ENTRY_BYTES = 1_000
READERS = 3
MOST_READING = 128
RETRY_SECONDS = 2
ICON_SECONDS = 2.5
_DECIDED = (UpstreamRefused, UpstreamTooLarge, UpstreamUnfit, AddressForbidden)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. is_degraded: it is not all that the page may well tell the next time."""

    page: Page
    is_degraded: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    reading: Reading
    fresh_until: float


_Key = tuple[str, bool]
T = TypeVar("T")


class Pages:
    """Belongs to one event loop. seconds: how long a page may take, with its icon. clock: seconds, for their age."""

    def __init__(
        self, source: Source, attempts: Attempts, *, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._attempts = attempts
        self._seconds = seconds
        self._clock = clock
        self._kept: Keep[_Key, _Kept] = Keep(KEPT_BYTES, clock=clock)
        self._flights: Flights[_Key, Reading] = Flights()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="frontis-page")

    def fresh(self, wanted: FromPage) -> Reading | None:
        """What is known of a page without asking for it anew."""
        kept = self._kept.get(_key(wanted))
        return kept.reading if kept and self._clock() < kept.fresh_until else None

    def stale(self, wanted: FromPage) -> Reading | None:
        """What was known of a page within the last day."""
        kept = self._kept.get(_key(wanted))
        return replace(kept.reading, is_degraded=True) if kept else None

    async def read(self, wanted: FromPage, template: str = "", asker: Asker = NOBODY) -> Reading:
        """The facts of a page. One that cannot be had is told by what was known of it, or by its address alone.

        template, asker: for whom, in the record of attempts. Raises Overloaded.
        """
        found = self.fresh(wanted)
        if found is not None:
            return found
        key = _key(wanted)
        if not self._flights.is_under_way(key) and len(self._flights) >= MOST_READING:
            raise Overloaded(RETRY_SECONDS)
        try:
            return await self._flights.join(
                key,
                lambda: self._read_and_keep(wanted, Work(template, asker, self._attempts)),
                most_seconds=self._seconds,
            )
        except (TimeoutError, ConnectionAbortedError):
            return self._otherwise(wanted)

    async def close(self) -> None:
        """End all reading under way."""
        await self._flights.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._kept.clear()

    def _otherwise(self, wanted: FromPage) -> Reading:
        return self.stale(wanted) or Reading(Page.of_address(wanted.url), is_degraded=True)

    async def _read_and_keep(self, wanted: FromPage, work: Work) -> Reading:
        work.begin()
        try:
            reading = await self._read(wanted)
            seconds = UNREAD_SECONDS if reading.is_degraded else FRESH_SECONDS
        except FetchFailed as failure:
            # The address may hold somebody's secret: only the kind of the failure is logged.
            log.info("page not read", error=type(failure).__name__)
            reading, seconds = self._otherwise(wanted), UNREAD_SECONDS
        kept = _Kept(reading, self._clock() + seconds)
        self._kept.put(_key(wanted), kept, size_bytes=_size(reading.page), seconds=KEPT_SECONDS)
        return reading

    async def _read(self, wanted: FromPage) -> Reading:
        fetched = await self._source.fetch(wanted.url, accept=PAGE, budget_seconds=self._seconds)
        page = await self._apart(lambda: read_page(fetched.data, url=fetched.final_url, charset=fetched.charset))
        # A card is of the address that it was asked for, wherever that leads.
        page = replace(page, url=wanted.url)
        return await self._with_icon(page) if wanted.wants_icon and page.icon else Reading(page)

    async def _with_icon(self, page: Page) -> Reading:
        """The page with its icon's colour; without its icon where that cannot be had."""
        try:
            fetched = await self._source.fetch(page.icon, budget_seconds=min(ICON_SECONDS, self._seconds))
            return Reading(replace(page, icon_color=await self._apart(lambda: _color_of(fetched.data))))
        except FetchFailed as failure:
            # Only an icon that the page names is missed while its server is away.
            is_mishap = page.is_icon_named and not isinstance(failure, _DECIDED)
            return Reading(replace(page, icon=""), is_degraded=is_mishap)
        except BadPicture:
            return Reading(replace(page, icon=""))

    async def _apart(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)


def _color_of(data: bytes) -> str:
    """Raises BadPicture."""
    # The codecs are loaded with the first icon, so that tests of the rest need none.
    from frontis.decode import dominant_color  # noqa: PLC0415

    color = dominant_color(data)
    return color.hex if color else ""


def _key(wanted: FromPage) -> _Key:
    return wanted.url, wanted.wants_icon


def _size(page: Page) -> int:
    texts = [page.url, page.title, page.description, *page.headings, *page.points]
    return ENTRY_BYTES + 4 * sum(map(len, texts))
