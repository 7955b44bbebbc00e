"""From a card to its picture: out of memory, or gathered and drawn once for all who ask for it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from frontis.edge.attempts import NOBODY, Asker, Work
from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.gathering import Source, addresses_of, gather
from frontis.edge.rendering import Renderers
from frontis.edge.sharing import DrawnAlone, Sharing
from frontis.edge.slowness import SlowCards
from frontis.edge.spans import past_stages, stage
from frontis.edge.stored import NoStoredPictures, StoredPictures, page_mark, project_mark
from frontis.edge.turns import Claim
from frontis.errors import BadPicture, DrawTooSlow, FrontisError, Overloaded
from frontis.fetch.flights import Flights
from frontis.model.account import account_mark
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.model.ports import Attempts
from frontis.templates import Catalogue

Stored = StoredPictures | NoStoredPictures

RETRY_SECONDS = 2
# Cards that wait for pictures from elsewhere hold no thread, but memory for what has come.
MOST_GATHERING = 256
# What is left, when pictures are late, for the queue and the drawing.
SHARE_OF_FETCHING = 0.8
# What a card has in any case, however long its asker has waited for something else.
LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, where it came from, and how many seconds each stage took.

    source: memory, where it also was when it was being drawn for somebody else; store; shared, when another process
    drew it just then; or new.
    age_seconds: of one that lacks something.
    """

    picture: Picture
    source: str
    age_seconds: float = 0
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_cached(self) -> bool:
        """Whether it was there already."""
        return self.source != "new"


class Cards:
    """Belongs to one event loop.

    attempts: where each attempt to draw is written down. on_stored: told of each card whose picture was new.
    fetch_seconds: how long a card waits for its pictures. request_seconds: after which an asker has an answer.
    sharing: whose turn it is to draw a card. slow: told of cards that take long.
    """

    def __init__(
        self,
        source: Source,
        renderers: Renderers,
        cache: PictureCache,
        degraded: DegradedPictures,
        stored: Stored,
        templates: Catalogue,
        attempts: Attempts,
        *,
        fetch_seconds: float,
        request_seconds: float,
        sharing: Sharing | None = None,
        slow: SlowCards | None = None,
        on_stored: Callable[[Card], None] | None = None,
    ) -> None:
        self._source = source
        self._renderers = renderers
        self._cache = cache
        self._degraded = degraded
        self._stored = stored
        self._templates = templates
        self._attempts = attempts
        self._fetch_seconds = min(fetch_seconds, SHARE_OF_FETCHING * request_seconds)
        self._request_seconds = request_seconds
        self._flights: Flights[str, Drawn] = Flights()
        self._gathering = 0
        self._sharing = sharing or DrawnAlone()
        self._slow = slow or SlowCards(0)
        self._on_stored = on_stored

    async def has(self, card: Card) -> bool:
        """Whether the card's picture is here, or is being drawn."""
        fingerprint = card.fingerprint
        is_kept = self._cache.has(fingerprint) or self._degraded.get(fingerprint) is not None
        return is_kept or self._flights.is_under_way(fingerprint) or await self._find_stored(card) is not None

    async def recall(self, card: Card) -> Picture | None:
        """The card's picture, if it is here."""
        picture = self._cache.get(card.fingerprint)
        if picture is not None:
            return picture
        degraded = self._degraded.get(card.fingerprint)
        return degraded[0] if degraded else await self._find_stored(card)

    def forget(self, fingerprints: Iterable[str] | None) -> None:
        """Drop what is in memory of these cards; of all for None. Of those that lack something, all: they are few."""
        self._cache.forget(None if fingerprints is None else tuple(fingerprints))
        self._degraded.clear()

    async def draw(self, card: Card, asker: Asker = NOBODY, *, spent_seconds: float = 0) -> Drawn:
        """The picture of a resolved card, in time. spent_seconds: what its asker has waited already.

        Raises Overloaded when it was not begun in time, and what `render` raises. The work of one who ran out of time
        goes on, so that the next one finds it done; that of one who is cancelled ends, if nobody else waits for it.
        """
        picture = self._cache.get(card.fingerprint)
        if picture is not None:
            return Drawn(picture, "memory")
        if (found := self._degraded.get(card.fingerprint)) is not None:
            return Drawn(found[0], "memory", age_seconds=found[1])
        left_seconds = max(self._request_seconds - spent_seconds, LEAST_SECONDS)
        # Who joins later finds it under the claim of who asked first.
        claim = Claim(asker.lane, time.monotonic() + left_seconds)
        fetch_seconds = min(self._fetch_seconds, SHARE_OF_FETCHING * left_seconds)
        work = partial(self._find_or_draw, card, asker, claim, fetch_seconds)
        is_shared = self._flights.is_under_way(card.fingerprint)
        try:
            drawn = await self._flights.join(card.fingerprint, work, most_seconds=left_seconds)
            return replace(drawn, source="memory") if is_shared else drawn
        except TimeoutError:
            if self._renderers.is_drawing(card):
                raise DrawTooSlow(self._request_seconds) from None
            raise Overloaded(RETRY_SECONDS) from None
        except ConnectionAbortedError:
            raise Overloaded(RETRY_SECONDS) from None

    async def close(self) -> None:
        """End all work under way."""
        await self._flights.close()

    async def _find_stored(self, card: Card) -> Picture | None:
        picture = await self._stored.get(card)
        if picture is not None:
            self._cache.put(card.fingerprint, picture)
        return picture

    async def _find_or_draw(self, card: Card, asker: Asker, claim: Claim, fetch_seconds: float) -> Drawn:
        began = time.monotonic()
        picture = await self._find_stored(card)
        if picture is not None:
            return Drawn(picture, "store", seconds={"store": time.monotonic() - began})
        async with self._sharing.turn(card, seconds=claim.deadline - began) as turn:
            if turn.found is not None:
                picture = Picture(turn.found, Format(card.format), card.output.size)
                self._cache.put(card.fingerprint, picture)
                return Drawn(picture, "shared", seconds={"shared": time.monotonic() - began})
            drawn = await self._attempt(card, asker, claim, fetch_seconds)
            turn.pass_on(drawn.picture)
        self._stored.put(card, drawn.picture, _marks_of(asker))
        if self._on_stored is not None and not drawn.picture.missing:
            self._on_stored(card)
        return drawn

    async def _gather(self, addresses: Iterable[str], seconds: float) -> dict[str, bytes]:
        if self._gathering >= MOST_GATHERING:
            raise Overloaded(RETRY_SECONDS)
        self._gathering += 1
        try:
            with stage("fetch"):
                return await gather(self._source, addresses, seconds=seconds)
        finally:
            self._gathering -= 1

    async def _attempt(self, card: Card, asker: Asker, claim: Claim, fetch_seconds: float) -> Drawn:
        work = Work(card.template, asker, self._attempts)
        work.begin()
        began = time.monotonic()
        try:
            drawn = await self._gather_and_draw(card, work, claim, fetch_seconds)
        except Overloaded:
            raise
        except FrontisError as error:
            work.failed(type(error), time.monotonic() - began)
            raise
        work.succeeded(time.monotonic() - began)
        return drawn

    async def _gather_and_draw(self, card: Card, work: Work, claim: Claim, fetch_seconds: float) -> Drawn:
        self._renderers.check_room(claim)
        began = time.monotonic()
        addresses = addresses_of(card, self._templates.look(card.template).template)
        pictures = await self._gather(addresses, fetch_seconds) if addresses else {}
        fetched = time.monotonic() - began
        rendered = await self._renderers.render(card, pictures, claim)
        if any(address in pictures for address in rendered.picture.missing):
            # It came, and was no picture.
            work.failed(BadPicture, time.monotonic() - began)
        kept = self._degraded if rendered.picture.missing else self._cache
        kept.put(card.fingerprint, rendered.picture)
        stages = {"queue": rendered.wait_seconds, "render": rendered.draw_seconds, **rendered.laps}
        stages = {"fetch": fetched, **stages} if addresses else stages
        past_stages(stages)
        self._slow.notice(card, stages, pictures=len(addresses), missing=len(rendered.picture.missing))
        return Drawn(rendered.picture, "new", seconds=stages)


def _marks_of(asker: Asker) -> Iterator[str]:
    if asker.account is not None:
        yield account_mark(asker.account)
    if asker.project:
        yield project_mark(asker.project)
    if asker.page:
        yield page_mark(asker.page)
