"""From a card to its picture: out of memory, or gathered and drawn once for all who ask for it."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from frontis.edge.attempts import NOBODY, Asker, Work
from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.gathering import Source, addresses_of, gather
from frontis.edge.rendering import Renderers
from frontis.edge.slowness import SlowCards
from frontis.edge.spans import past_stages, stage
from frontis.errors import BadPicture, DrawTooSlow, FrontisError, Overloaded
from frontis.fetch.flights import Flights
from frontis.model.card import Card
from frontis.model.picture import Picture
from frontis.model.ports import Attempts
from frontis.templates import Catalogue

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

    is_cached: it was there already, or was being drawn for somebody else. age_seconds: of one that lacks something.
    """

    picture: Picture
    is_cached: bool
    age_seconds: float = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


class Cards:
    """Belongs to one event loop.

    attempts: where each attempt to draw is written down. fetch_seconds: how long a card waits for its pictures.
    request_seconds: after which an asker has an answer. slow: explains those that take long.
    """

    def __init__(
        self,
        source: Source,
        renderers: Renderers,
        cache: PictureCache,
        degraded: DegradedPictures,
        templates: Catalogue,
        attempts: Attempts,
        *,
        fetch_seconds: float,
        request_seconds: float,
        slow: SlowCards | None = None,
    ) -> None:
        self._source = source
        self._renderers = renderers
        self._cache = cache
        self._degraded = degraded
        self._templates = templates
        self._attempts = attempts
        self._fetch_seconds = min(fetch_seconds, SHARE_OF_FETCHING * request_seconds)
        self._request_seconds = request_seconds
        self._flights: Flights[str, Drawn] = Flights()
        self._gathering = 0
        self._slow = slow or SlowCards(0)

    def has(self, card: Card) -> bool:
        """Whether the card's picture is here, or is being drawn."""
        fingerprint = card.fingerprint
        is_kept = self._cache.has(fingerprint) or self._degraded.get(fingerprint) is not None
        return is_kept or self._flights.is_under_way(fingerprint)

    async def draw(self, card: Card, asker: Asker = NOBODY, *, spent_seconds: float = 0) -> Drawn:
        """The picture of a resolved card, in time. spent_seconds: what its asker has waited already.

        Raises Overloaded when it was not begun in time, and what `render` raises. The work of one who ran out of time
        goes on, so that the next one finds it done; that of one who is cancelled ends, if nobody else waits for it.
        """
        picture = self._cache.get(card.fingerprint)
        if picture is not None:
            return Drawn(picture, is_cached=True)
        if (found := self._degraded.get(card.fingerprint)) is not None:
            return Drawn(found[0], is_cached=True, age_seconds=found[1])
        left_seconds = max(self._request_seconds - spent_seconds, LEAST_SECONDS)
        work = partial(self._attempt, card, asker, min(self._fetch_seconds, SHARE_OF_FETCHING * left_seconds))
        is_shared = self._flights.is_under_way(card.fingerprint)
        try:
            drawn = await self._flights.join(card.fingerprint, work, most_seconds=left_seconds)
            return replace(drawn, is_cached=True) if is_shared else drawn
        except TimeoutError:
            if self._renderers.is_drawing(card):
                raise DrawTooSlow(self._request_seconds) from None
            raise Overloaded(RETRY_SECONDS) from None
        except ConnectionAbortedError:
            raise Overloaded(RETRY_SECONDS) from None

    async def close(self) -> None:
        """End all work under way."""
        await self._flights.close()

    async def _gather(self, addresses: Iterable[str], seconds: float) -> dict[str, bytes]:
        if self._gathering >= MOST_GATHERING:
            raise Overloaded(RETRY_SECONDS)
        self._gathering += 1
        try:
            with stage("fetch"):
                return await gather(self._source, addresses, seconds=seconds)
        finally:
            self._gathering -= 1

    async def _attempt(self, card: Card, asker: Asker, fetch_seconds: float) -> Drawn:
        work = Work(card.template, asker, self._attempts)
        work.begin()
        began = time.monotonic()
        try:
            drawn = await self._gather_and_draw(card, work, fetch_seconds)
        except Overloaded:
            raise
        except FrontisError as error:
            work.failed(type(error), time.monotonic() - began)
            raise
        work.succeeded(time.monotonic() - began)
        return drawn

    async def _gather_and_draw(self, card: Card, work: Work, fetch_seconds: float) -> Drawn:
        self._renderers.check_room()
        began = time.monotonic()
        addresses = addresses_of(card, self._templates.look(card.template).template)
        pictures = await self._gather(addresses, fetch_seconds) if addresses else {}
        fetched = time.monotonic() - began
        rendered = await self._renderers.render(card, pictures)
        if any(address in pictures for address in rendered.picture.missing):
            # It came, and was no picture.
            work.failed(BadPicture, time.monotonic() - began)
        kept = self._degraded if rendered.picture.missing else self._cache
        kept.put(card.fingerprint, rendered.picture)
        stages = {"queue": rendered.wait_seconds, "render": rendered.draw_seconds, **rendered.laps}
        stages = {"fetch": fetched, **stages} if addresses else stages
        past_stages(stages)
        self._slow.notice(card, stages, pictures=len(addresses), missing=len(rendered.picture.missing))
        return Drawn(rendered.picture, is_cached=False, seconds=stages)
