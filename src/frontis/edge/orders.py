"""From an order to the reply with its picture: admitted, counted, drawn, written down."""

import time
from dataclasses import dataclass, replace

from frontis.edge.admission import NOBODY_COUNTED, Admission, Admitted
from frontis.edge.attempts import Asker
from frontis.edge.cards import Cards, Drawn
from frontis.edge.replies import picture_reply
from frontis.errors import FrontisError, QuotaExceeded
from frontis.model.card import Card
from frontis.model.dialect import Dialect, Metering, Reply, Served, Terms
from frontis.model.order import Order
from frontis.model.ports import Meter
from frontis.model.query import Query
from frontis.model.usage import Usage


@dataclass(frozen=True, slots=True)
class Filled:
    """The reply to an order, and how its picture came about.

    card: as it was drawn. is_constant: whoever asks for the same address without a key is told the same.
    """

    reply: Reply
    card: Card
    drawn: Drawn
    is_constant: bool


class Orders:
    """Belongs to one event loop. watermark: put on the cards of those whose plan does not spare them it."""

    def __init__(self, cards: Cards, admission: Admission, meter: Meter, *, watermark: str = "") -> None:
        self._cards = cards
        self._admission = admission
        self._meter = meter
        self._watermark = watermark

    async def fill(self, order: Order, dialect: Dialect, terms: Terms, query: Query, *, client: str) -> Filled:
        """The reply. Raises FrontisError."""
        admitted = await self._admission.admit(order, dialect, terms, query, client=client)
        card = self._marked(order.card, admitted)
        drawn, usage = await self._draw_and_count(card, admitted, dialect, terms)
        if admitted.holder:
            self._meter.note(admitted.holder, dialect.name, is_hit=drawn.is_cached)
        served = Served(card, drawn.picture, time.time(), drawn.is_cached, usage, admitted.rate)
        if order.tell is not None:
            return Filled(order.tell(served), card, drawn, is_constant=False)
        reply = picture_reply(card, drawn, dialect.headers(order, served))
        is_constant = admitted == NOBODY_COUNTED and not (order.key or order.is_open or order.signed_until is not None)
        return Filled(reply, card, drawn, is_constant and not drawn.picture.missing)

    def _marked(self, card: Card, admitted: Admitted) -> Card:
        is_spared = admitted.holder is not None and not admitted.holder.plan.is_watermarked
        is_marked = card.watermark or not self._watermark
        return card if is_spared or is_marked else replace(card, watermark=self._watermark)

    async def _draw_and_count(
        self, card: Card, admitted: Admitted, dialect: Dialect, terms: Terms
    ) -> tuple[Drawn, Usage | None]:
        """The card, and the account's usage where it was counted. Raises FrontisError."""
        holder = admitted.holder
        asker = Asker(dialect.name, holder.account if holder else None)
        if holder is None or terms.metering is not Metering.DRAWINGS or self._cards.has(card):
            return await self._cards.draw(card, asker), admitted.usage
        try:
            usage = await self._meter.take(holder, dialect.name)
        except QuotaExceeded:
            # While it was asked, somebody else may have begun the same card.
            if not self._cards.has(card):
                raise
            return await self._cards.draw(card, asker), None
        try:
            drawn = await self._cards.draw(card, asker)
        except FrontisError:
            self._meter.give_back(holder, dialect.name)
            raise
        if drawn.is_cached:
            self._meter.give_back(holder, dialect.name)
        return drawn, usage
