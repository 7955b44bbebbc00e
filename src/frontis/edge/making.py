"""From an order to its card: of a page where it is to be of one, and with the mark that its plan asks for."""

from dataclasses import dataclass, replace

from frontis.edge.admission import Admitted
from frontis.edge.attempts import Asker
from frontis.edge.pages import Pages, Reading
from frontis.edge.spans import stage
from frontis.model.card import Card
from frontis.model.order import Order


@dataclass(frozen=True, slots=True)
class Made:
    """A card, and what was read for it, if it is of a page."""

    card: Card
    reading: Reading | None = None


class Maker:
    """Belongs to one event loop. watermark: put on the cards of those whose plan does not spare them it."""

    def __init__(self, pages: Pages, *, watermark: str = "") -> None:
        self._pages = pages
        self._watermark = watermark

    def known(self, order: Order, admitted: Admitted) -> Made | None:
        """The card, where that takes no waiting for a page."""
        if order.page is None:
            return Made(self.marked(order.card, admitted))
        return self._of(order, self._pages.known(order.page), admitted)

    def known_before(self, order: Order, admitted: Admitted) -> Made | None:
        """The card as it was when its page was last read, within a day."""
        return self._of(order, self._pages.stale(order.page), admitted) if order.page else None

    async def make(self, order: Order, admitted: Admitted, asker: Asker) -> Made:
        """The card. A page that cannot be read is told by its address. Raises Overloaded."""
        if order.page is None:
            return Made(self.marked(order.card, admitted))
        with stage("page"):
            reading = await self._pages.recall(order.page)
            if reading is None:
                reading = await self._pages.read(order.page, order.card.template, asker)
        return Made(self.marked(order.page.compose(reading.page), admitted), reading)

    def _of(self, order: Order, reading: Reading | None, admitted: Admitted) -> Made | None:
        if order.page is None or reading is None:
            return None
        return Made(self.marked(order.page.compose(reading.page), admitted), reading)

    def mark_for(self, admitted: Admitted) -> str:
        """What the plan of whoever asks puts in the corner, or ""."""
        is_spared = admitted.holder is not None and not admitted.holder.plan.is_watermarked
        return "" if is_spared else self._watermark

    def marked(self, card: Card, admitted: Admitted) -> Card:
        """The card with that; one that has a mark of its own keeps it."""
        mark = self.mark_for(admitted)
        return replace(card, watermark=mark) if mark and not card.watermark else card
