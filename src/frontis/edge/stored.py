"""Finished pictures in the store: what was drawn once need not be drawn again, by no process and after no restart."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import structlog

from frontis.edge.counters import Metrics
from frontis.edge.edition import Editions
from frontis.edge.store import Store
from frontis.errors import StoreUnavailable
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CARDS = "cards"
MARKS = "marks"
# A card is drawn anew in less.
READ_SECONDS = 0.5
# A store that did not answer is not asked again for each card.
AWAY_SECONDS = 5.0
MOST_PENDING_BYTES = 16_000_000
WRITERS = 4
CLOSE_SECONDS = 3.0
# What is read is written again when it is this old, so that its age tells when it was used last.
RENEW_AFTER = timedelta(days=1)


def account_mark(account: int) -> str:
    """Under which the pictures of an account are found."""
    return f"account-{account}"


def project_mark(public_id: str) -> str:
    """The same, of a project. Its id has capitals, and a key of the store none."""
    return f"project-{_digest(public_id)}"


def page_mark(url: str) -> str:
    """The same, of a web page. Its address may hold somebody's secret."""
    return f"page-{_digest(url)}"


class StoredPictures:
    """Belongs to one event loop. None of its methods raises, whatever is wrong with the store.

    clock: monotonic seconds.
    """

    def __init__(
        self, store: Store, editions: Editions, metrics: Metrics, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._editions = editions
        self._metrics = metrics
        self._clock = clock
        self._away_until = 0.0
        self._pending_bytes = 0
        self._writing: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(WRITERS)

    @property
    def is_away(self) -> bool:
        """Whether the store did not answer a moment ago."""
        return self._clock() < self._away_until

    def key_of(self, card: Card) -> str:
        """Where a resolved card's picture is."""
        edition, fingerprint = self._editions.edition(card.template), card.fingerprint
        return f"{CARDS}/{edition}/{fingerprint[:2]}/{fingerprint}.{Format(card.format).value}"

    async def get(self, card: Card) -> Picture | None:
        """The card's picture, if it is there and can be had in time."""
        if self.is_away:
            return None
        key = self.key_of(card)
        try:
            async with asyncio.timeout(READ_SECONDS):
                found = await self._store.find(key)
        except (StoreUnavailable, TimeoutError) as error:
            self._is_lost(error)
            return None
        if found is None:
            return None
        if datetime.now(UTC) - found.written_at > RENEW_AFTER:
            self._write(found.data, [key])
        return Picture(found.data, Format(card.format), card.output.size)

    def put(self, card: Card, picture: Picture, marks: Iterable[str] = ()) -> None:
        """Keep a picture, soon. One that lacks something or is over its budget is not kept.

        marks: what it is to be found by when it is to be forgotten.
        """
        if picture.missing or not picture.within_budget or self.is_away:
            return
        key = self.key_of(card)
        self._write(picture.data, [key], key, [f"{MARKS}/{mark}/{card.fingerprint}" for mark in marks])

    async def close(self) -> None:
        """Write what waits, for a moment."""
        if self._writing:
            _, late = await asyncio.wait(self._writing, timeout=CLOSE_SECONDS)
            for task in late:
                task.cancel()

    def _write(self, data: bytes, keys: Iterable[str], marked: str = "", marks: Iterable[str] = ()) -> None:
        """marked: what the marks tell."""
        if self._pending_bytes + len(data) > MOST_PENDING_BYTES:
            self._metrics.stored("dropped")
            return
        self._pending_bytes += len(data)
        puts = [*((mark, marked.encode()) for mark in marks), *((key, data) for key in keys)]
        task = asyncio.create_task(self._put(puts))
        self._writing.add(task)

        def written(done: asyncio.Task[None]) -> None:
            self._pending_bytes -= len(data)
            self._writing.discard(done)

        task.add_done_callback(written)

    async def _put(self, puts: Iterable[tuple[str, bytes]]) -> None:
        async with self._turns:
            if self.is_away:
                self._metrics.stored("dropped")
                return
            try:
                for key, data in puts:
                    await self._store.put(key, data)
            except StoreUnavailable as error:
                self._is_lost(error)
            else:
                self._metrics.stored("written")

    def _is_lost(self, error: Exception) -> None:
        # What went wrong is logged by the store, once.
        self._metrics.stored("late" if isinstance(error, TimeoutError) else "failed")
        self._away_until = self._clock() + AWAY_SECONDS


class NoStoredPictures:
    """Where nothing is to be stored."""

    is_away = False

    async def get(self, card: Card) -> Picture | None:  # noqa: ARG002
        """Nothing is there."""
        return None

    def put(self, card: Card, picture: Picture, marks: Iterable[str] = ()) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is open."""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
