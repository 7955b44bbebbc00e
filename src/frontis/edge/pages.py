"""From the address of a web page to its facts: fetched and read once for all who ask, and kept for a while."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
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
# An icon may take seconds to decode, so these are few, and have threads of their own.
ICON_READERS = 2
MOST_ICONS = 16
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
    read_at: float


@dataclass(frozen=True, slots=True)
class _Icon:
    """What is known of an icon. color: "" where it has none. is_there: it can be drawn. is_away: it may be soon."""

    color: str = ""
    is_there: bool = True
    is_away: bool = False
    fresh_until: float = 0


T = TypeVar("T")


class Pages:
    """Belongs to one event loop. seconds: how long a page may take. clock: seconds, for their age."""

    def __init__(
        self, source: Source, attempts: Attempts, *, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._attempts = attempts
        self._seconds = seconds
        self._clock = clock
        self._kept: Keep[str, _Kept] = Keep(KEPT_BYTES, clock=clock)
        self._icons: Keep[str, _Icon] = Keep(KEPT_BYTES, clock=clock)
        self._flights: Flights[str, Reading] = Flights()
        self._icon_flights: Flights[str, _Icon] = Flights()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="frontis-page")
        self._icon_readers = ThreadPoolExecutor(ICON_READERS, thread_name_prefix="frontis-icon")

    @property
    def size_bytes(self) -> int:
        """What is known takes about so much."""
        return self._kept.size_bytes + self._icons.size_bytes

    def fresh(self, wanted: FromPage) -> Reading | None:
        """What is known of a page without asking for anything anew."""
        kept = self._kept.get(wanted.url)
        if kept is None or self._clock() >= kept.fresh_until:
            return None
        if not _needs_icon(wanted, kept.reading.page):
            return kept.reading
        icon = self._icons.get(kept.reading.page.icon)
        return _with_icon(kept.reading, icon) if icon and self._clock() < icon.fresh_until else None

    def stale(self, wanted: FromPage) -> Reading | None:
        """What was known of a page within the last day."""
        kept = self._kept.get(wanted.url)
        if kept is None:
            return None
        reading = replace(kept.reading, is_degraded=True)
        if not _needs_icon(wanted, reading.page):
            return reading
        return _with_icon(reading, self._icons.get(reading.page.icon) or _Icon(is_there=False))

    async def read(self, wanted: FromPage, template: str = "", asker: Asker = NOBODY) -> Reading:
        """The facts of a page. One that cannot be had is told by what was known of it, or by its address alone.

        template, asker: for whom, in the record of attempts. Raises Overloaded.
        """
        found = self.fresh(wanted)
        if found is not None:
            return found
        kept = self._kept.get(wanted.url)
        if kept and self._clock() < kept.fresh_until:
            reading = kept.reading
        else:
            reading = await self._reading(wanted, Work(template, asker, self._attempts))
        return _with_icon(reading, await self._icon(reading.page)) if _needs_icon(wanted, reading.page) else reading

    async def close(self) -> None:
        """End all reading under way."""
        await self._flights.close()
        await self._icon_flights.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._icon_readers.shutdown(wait=False, cancel_futures=True)
        self._kept.clear()
        self._icons.clear()

    async def _reading(self, wanted: FromPage, work: Work) -> Reading:
        if not self._flights.is_under_way(wanted.url) and len(self._flights) >= MOST_READING:
            raise Overloaded(RETRY_SECONDS)
        depart = partial(self._read_and_keep, wanted, work)
        try:
            return await self._flights.join(wanted.url, depart, most_seconds=self._seconds)
        except (TimeoutError, ConnectionAbortedError):
            return self._otherwise(wanted)

    def _otherwise(self, wanted: FromPage) -> Reading:
        kept = self._kept.get(wanted.url)
        page = kept.reading.page if kept else Page.of_address(wanted.url)
        return Reading(page, is_degraded=True)

    async def _read_and_keep(self, wanted: FromPage, work: Work) -> Reading:
        work.begin()
        try:
            reading, seconds = Reading(await self._read(wanted)), FRESH_SECONDS
        except FetchFailed as failure:
            # The address may hold somebody's secret: only the kind of the failure is logged.
            log.info("page not read", error=type(failure).__name__)
            reading, seconds = self._otherwise(wanted), UNREAD_SECONDS
        now = self._clock()
        before = self._kept.get(wanted.url)
        # What was read before does not become younger by being told again.
        read_at = before.read_at if before and reading.is_degraded else now
        kept = _Kept(reading, now + seconds, read_at)
        self._kept.put(wanted.url, kept, size_bytes=_size(reading.page), seconds=KEPT_SECONDS - (now - read_at))
        return reading

    async def _read(self, wanted: FromPage) -> Page:
        """Raises FetchFailed."""
        fetched = await self._source.fetch(wanted.url, accept=PAGE, budget_seconds=self._seconds)
        page = await self._apart(
            self._readers, partial(read_page, fetched.data, url=fetched.final_url, charset=fetched.charset)
        )
        # A card is of the address that it was asked for, wherever that leads.
        return replace(page, url=wanted.url)

    async def _icon(self, page: Page) -> _Icon:
        known = self._icons.get(page.icon)
        if known is not None and self._clock() < known.fresh_until:
            return known
        if not self._icon_flights.is_under_way(page.icon) and len(self._icon_flights) >= MOST_ICONS:
            return known or _Icon(is_there=False, is_away=True)
        depart = partial(self._fetch_icon, page.icon)
        try:
            return await self._icon_flights.join(page.icon, depart, most_seconds=ICON_SECONDS)
        except (TimeoutError, ConnectionAbortedError):
            return known or _Icon(is_there=False, is_away=True)

    async def _fetch_icon(self, url: str) -> _Icon:
        try:
            fetched = await self._source.fetch(url, budget_seconds=self._seconds)
            icon = _Icon(await self._apart(self._icon_readers, partial(_color_of, fetched.data)))
        except FetchFailed as failure:
            known = self._icons.get(url) or _Icon(is_there=False)
            is_gone = isinstance(failure, _DECIDED)
            icon = _Icon(is_there=False) if is_gone else replace(known, is_away=True)
        except BadPicture:
            icon = _Icon(is_there=False)
        seconds = UNREAD_SECONDS if icon.is_away else FRESH_SECONDS
        icon = replace(icon, fresh_until=self._clock() + seconds)
        self._icons.put(url, icon, size_bytes=len(url) + ENTRY_BYTES, seconds=KEPT_SECONDS)
        return icon

    async def _apart(self, readers: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(readers, work)


def _needs_icon(wanted: FromPage, page: Page) -> bool:
    return bool(page.icon) and wanted.wants_icon(page)


def _with_icon(reading: Reading, icon: _Icon) -> Reading:
    page = replace(reading.page, icon=reading.page.icon if icon.is_there else "", icon_color=icon.color)
    # Only an icon that a page names is missed.
    return Reading(page, reading.is_degraded or (icon.is_away and page.is_icon_named))


def _color_of(data: bytes) -> str:
    """Raises BadPicture."""
    # The codecs are loaded with the first icon, so that tests of the rest need none.
    from frontis.decode import dominant_color  # noqa: PLC0415

    color = dominant_color(data)
    return color.hex if color else ""


def _size(page: Page) -> int:
    told = (getattr(page, field.name) for field in fields(page))
    texts = [text for each in told for text in (each if isinstance(each, tuple) else (each,)) if isinstance(text, str)]
    return ENTRY_BYTES + 4 * sum(map(len, texts))
