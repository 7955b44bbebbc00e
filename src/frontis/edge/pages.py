"""From the address of a web page to its facts: fetched and read once for all who ask, and kept for a while.

What is known is told at once, for a day: when it is no longer fresh, the page is read anew behind the asker's back.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import partial

import structlog

from frontis.edge.attempts import NOBODY, Asker, Work
from frontis.edge.facts import Facts, Known
from frontis.edge.gathering import Source
from frontis.edge.icons import Icon, Icons
from frontis.errors import FetchFailed, Overloaded, UpstreamRefused
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
# A clock that was set back makes nothing young.
SKEW_SECONDS = 60
_GONE = frozenset({404, 410})


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


class Pages:
    """Belongs to one event loop. seconds: how long a page may take. clock: seconds, for their age.

    facts: where what they told outlives the process. now: the Unix time, for the age of that.
    """

    def __init__(
        self,
        source: Source,
        attempts: Attempts,
        *,
        seconds: float,
        facts: Facts | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._attempts = attempts
        self._seconds = seconds
        self._facts = facts
        self._clock = clock
        self._now = now
        self._kept: Keep[str, _Kept] = Keep(KEPT_BYTES, clock=clock)
        self._icons = Icons(source, seconds=seconds, clock=clock)
        self._flights: Flights[str, Reading] = Flights()
        self._recalls: Flights[str, None] = Flights()
        self._renewals: set[asyncio.Task[None]] = set()
        self._renewed: set[str] = set()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="frontis-page")

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
        icon = self._icons.fresh(kept.reading.page.icon)
        return _with_icon(kept.reading, icon) if icon else None

    def stale(self, wanted: FromPage) -> Reading | None:
        """What was known of a page within the last day."""
        kept = self._kept.get(wanted.url)
        if kept is None:
            return None
        reading = replace(kept.reading, is_degraded=True)
        if not _needs_icon(wanted, reading.page):
            return reading
        return _with_icon(reading, self._icons.known(reading.page.icon) or Icon(is_there=False))

    def known(self, wanted: FromPage) -> Reading | None:
        """What is known of a page now, though it be a day old: then it is degraded, and the page is read anew, once.

        None where nothing was read, or where the icon that is wanted has never been asked for.
        """
        found = self.fresh(wanted)
        kept = self._kept.get(wanted.url)
        if found is not None or kept is None or not kept.reading.page.is_read:
            return found
        if _needs_icon(wanted, kept.reading.page) and self._icons.known(kept.reading.page.icon) is None:
            return None
        self._renew(wanted)
        return self.stale(wanted)

    async def recall(self, wanted: FromPage) -> Reading | None:
        """What is known of a page now, or was known to a process before this one."""
        if self._facts is not None and self._kept.get(wanted.url) is None:
            with suppress(ConnectionAbortedError):
                await self._recalls.join(wanted.url, partial(self._take_from, self._facts, wanted.url))
        kept = self._kept.get(wanted.url)
        if kept and _needs_icon(wanted, kept.reading.page) and self._icons.known(kept.reading.page.icon) is None:
            # It is sooner had than the page, most often from the disk.
            await self._icons.find(kept.reading.page.icon)
        return self.known(wanted)

    async def read(self, wanted: FromPage, template: str = "", asker: Asker = NOBODY) -> Reading:
        """The facts of a page, fresh. One that cannot be had is told by what was known of it, or by its address alone.

        template, asker: for whom, in the record of attempts. Raises Overloaded.
        """
        found = self.fresh(wanted)
        return found if found is not None else await self._anew(wanted, Work(template, asker, self._attempts))

    async def close(self) -> None:
        """End all reading under way."""
        for task in self._renewals:
            task.cancel()
        await asyncio.gather(*self._renewals, return_exceptions=True)
        await self._recalls.close()
        await self._flights.close()
        await self._icons.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._kept.clear()

    def _renew(self, wanted: FromPage) -> None:
        if wanted.url in self._renewed or len(self._renewed) >= MOST_READING:
            return
        self._renewed.add(wanted.url)
        task = asyncio.create_task(self._renewing(wanted))
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)

    async def _renewing(self, wanted: FromPage) -> None:
        try:
            # It is nobody's attempt: whoever asked has his card.
            with suppress(Overloaded):
                await self._anew(wanted, None)
        finally:
            self._renewed.discard(wanted.url)

    async def _take_from(self, facts: Facts, url: str) -> None:
        known = await facts.get(url)
        age = self._now() - known.read_at if known else 0
        if known is None or not -SKEW_SECONDS <= age < KEPT_SECONDS or self._kept.get(url) is not None:
            return
        read_at = self._clock() - max(age, 0)
        kept = _Kept(Reading(known.page), read_at + FRESH_SECONDS, read_at)
        self._kept.put(url, kept, size_bytes=_size(known.page), seconds=KEPT_SECONDS - age)

    async def _anew(self, wanted: FromPage, work: Work | None) -> Reading:
        kept = self._kept.get(wanted.url)
        is_fresh = kept is not None and self._clock() < kept.fresh_until
        reading = kept.reading if kept is not None and is_fresh else await self._reading(wanted, work)
        return (
            _with_icon(reading, await self._icons.find(reading.page.icon))
            if _needs_icon(wanted, reading.page)
            else reading
        )

    async def _reading(self, wanted: FromPage, work: Work | None) -> Reading:
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

    async def _read_and_keep(self, wanted: FromPage, work: Work | None) -> Reading:
        if work is not None:
            work.begin()
        try:
            reading, seconds = Reading(await self._read(wanted)), FRESH_SECONDS
        except FetchFailed as failure:
            # The address may hold somebody's secret: only the kind of the failure is logged.
            log.info("page not read", error=type(failure).__name__)
            if isinstance(failure, UpstreamRefused) and failure.status in _GONE:
                # Its owner took it away: what it said is told no more.
                self._forget(wanted.url)
            reading, seconds = self._otherwise(wanted), UNREAD_SECONDS
        now = self._clock()
        before = self._kept.get(wanted.url)
        # What was read before does not become younger by being told again.
        read_at = before.read_at if before and reading.is_degraded else now
        kept = _Kept(reading, now + seconds, read_at)
        self._kept.put(wanted.url, kept, size_bytes=_size(reading.page), seconds=KEPT_SECONDS - (now - read_at))
        if self._facts is not None and not reading.is_degraded:
            self._facts.put(wanted.url, Known(reading.page, self._now()))
        return reading

    def _forget(self, url: str) -> None:
        self._kept.drop(url)
        if self._facts is not None:
            self._facts.drop(url)

    async def _read(self, wanted: FromPage) -> Page:
        """Raises FetchFailed."""
        fetched = await self._source.fetch(wanted.url, accept=PAGE, budget_seconds=self._seconds)
        page = await asyncio.get_running_loop().run_in_executor(
            self._readers, partial(read_page, fetched.data, url=fetched.final_url, charset=fetched.charset)
        )
        # A card is of the address that it was asked for, wherever that leads.
        return replace(page, url=wanted.url)


def _needs_icon(wanted: FromPage, page: Page) -> bool:
    return bool(page.icon) and wanted.wants_icon(page)


def _with_icon(reading: Reading, icon: Icon) -> Reading:
    page = replace(reading.page, icon=reading.page.icon if icon.is_there else "", icon_color=icon.color)
    # Only an icon that a page names is missed.
    return Reading(page, reading.is_degraded or (icon.is_away and page.is_icon_named))


def _size(page: Page) -> int:
    told = (getattr(page, field.name) for field in fields(page))
    texts = [text for each in told for text in (each if isinstance(each, tuple) else (each,)) if isinstance(text, str)]
    return ENTRY_BYTES + 4 * sum(map(len, texts))
