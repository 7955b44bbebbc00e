"""From an order to the reply with its picture: admitted, counted, drawn, written down."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from frontis.edge.admission import NOBODY_COUNTED, Admission, Admitted
from frontis.edge.attempts import Asker
from frontis.edge.cards import Cards, Drawn
from frontis.edge.drawings import Drawings
from frontis.edge.making import Made, Maker
from frontis.edge.replies import for_whom, held_reply, picture_reply
from frontis.edge.spans import stage
from frontis.edge.tags import Tags
from frontis.errors import Overloaded, QuotaExceeded, RateLimited
from frontis.model.card import Card
from frontis.model.dialect import Dialect, Metering, Reply, Served, Terms
from frontis.model.order import Order
from frontis.model.ports import Meter
from frontis.model.query import Query
from frontis.model.usage import Usage


@dataclass(frozen=True, slots=True)
class Filled:
    """The reply to an order, and how its picture came about.

    card: as it was drawn. drawn: None for whoever has the picture already. is_constant: whoever asks for the same
    address without a key is told the same. is_good: it lacks nothing.
    """

    reply: Reply
    card: Card
    drawn: Drawn | None
    is_constant: bool
    is_good: bool


class Orders:
    """Belongs to one event loop."""

    def __init__(
        self, cards: Cards, maker: Maker, drawings: Drawings, admission: Admission, meter: Meter, tags: Tags
    ) -> None:
        self._cards = cards
        self._maker = maker
        self._drawings = drawings
        self._admission = admission
        self._meter = meter
        self._tags = tags

    async def fill(self, order: Order, dialect: Dialect, terms: Terms, query: Query, *, client: str) -> Filled:
        """The reply. Raises FrontisError."""
        with stage("admission"):
            admitted = await self._admission.admit(order, dialect, terms, query, client=client)
        held = self._held(order, admitted, dialect, terms, query)
        if held is not None:
            return held
        asker = _asker(order, admitted, dialect, client)
        made, drawn, usage = await self._drawn(order, admitted, dialect, terms, asker)
        if admitted.holder:
            self._meter.note(admitted.holder, dialect.name, is_hit=drawn.is_cached)
        served = Served(
            made.card,
            time.time(),
            drawn.is_cached,
            usage,
            admitted.rate,
            page=made.reading.page if made.reading else None,
            is_degraded=bool(drawn.picture.missing or (made.reading and made.reading.is_degraded)),
        )
        if order.tell is not None:
            told = order.tell(served, drawn.picture)
            return Filled(told, made.card, drawn, is_constant=False, is_good=False)
        headers = for_whom(dialect.headers(order, served), order, terms, method=query.method)
        reply = picture_reply(served, drawn, self._tags.of(made.card, drawn.picture), headers)
        is_alike = admitted == NOBODY_COUNTED and order.page is None
        is_constant = is_alike and not (order.key or order.is_open or order.signed_until is not None)
        # Who passes no limit is counted each time.
        is_constant = is_constant and not order.passes_rate_limit
        is_good = not served.is_degraded
        return Filled(reply, made.card, drawn, is_constant and is_good, is_good)

    def _held(self, order: Order, admitted: Admitted, dialect: Dialect, terms: Terms, query: Query) -> Filled | None:
        """The reply to whoever has the picture already, as its tag tells without it, wherever that picture is now."""
        if order.page is not None or order.tell is not None or query.method == "POST":
            return None
        card = self._maker.marked(order.card, admitted)
        tag = self._tags.held(card, query.headers.get("if-none-match", ""))
        if not tag:
            return None
        if admitted.holder:
            self._meter.note(admitted.holder, dialect.name, is_hit=True)
        served = Served(card, time.time(), is_cached=True, usage=admitted.usage, rate=admitted.rate)
        headers = for_whom(dialect.headers(order, served), order, terms, method=query.method)
        return Filled(held_reply(tag, headers), card, None, is_constant=False, is_good=True)

    async def _drawn(
        self, order: Order, admitted: Admitted, dialect: Dialect, terms: Terms, asker: Asker
    ) -> tuple[Made, Drawn, Usage | None]:
        """What was drawn, its picture, and the account's usage where it was counted. Raises FrontisError.

        Of a project, so much is drawn anew and no more; a picture that is here goes out in any case.
        """
        began = time.monotonic()
        project = admitted.holder.project if admitted.holder and order.project else None

        async def draw(made: Made) -> tuple[Made, Drawn, Usage | None]:
            spent_seconds = time.monotonic() - began
            work = partial(self._cards.draw, made.card, asker, spent_seconds=spent_seconds)
            drawn, usage = await self._draw_and_count(made.card, work, admitted, dialect, terms)
            if order.page is not None:
                drawn = replace(drawn, seconds={"page": spent_seconds, **drawn.seconds})
            return made, drawn, usage

        made = self._maker.known(order, admitted)
        if project is None or (made and await self._cards.has(made.card)):
            return await draw(made or await self._maker.make(order, admitted, asker))
        try:
            async with self._drawings.enter(project, dialect.name, is_crawler=order.passes_rate_limit):
                return await draw(made or await self._maker.make(order, admitted, asker))
        except (RateLimited, Overloaded):
            # What the page told a while ago may have been drawn.
            made = self._maker.known_before(order, admitted)
            if made is None or not await self._cards.has(made.card):
                raise
            return await draw(made)

    async def _draw_and_count(
        self, card: Card, draw: Callable[[], Awaitable[Drawn]], admitted: Admitted, dialect: Dialect, terms: Terms
    ) -> tuple[Drawn, Usage | None]:
        """The card, and the account's usage where it was counted. Raises FrontisError."""
        holder = admitted.holder
        if holder is None or terms.metering is not Metering.DRAWINGS or await self._cards.has(card):
            return await draw(), admitted.usage
        try:
            usage = await self._meter.take(holder, dialect.name)
        except QuotaExceeded:
            # While it was asked, somebody else may have begun the same card.
            if not await self._cards.has(card):
                raise
            return await draw(), None
        try:
            drawn = await draw()
        except BaseException:
            # Whoever goes away before it is drawn has had nothing.
            self._meter.give_back(holder, dialect.name)
            raise
        if drawn.is_cached:
            self._meter.give_back(holder, dialect.name)
        return drawn, usage


def _asker(order: Order, admitted: Admitted, dialect: Dialect, client: str) -> Asker:
    holder = admitted.holder
    project = holder.project if holder else None
    return Asker(
        dialect.name,
        holder.account if holder else None,
        project.public_id if project else "",
        order.page.url if order.page else "",
        client,
    )
