"""What a social crawler gets in place of a refusal: a picture, which it will not remember for a week."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from frontis.edge.admission import NOBODY_COUNTED, Admission, Admitted
from frontis.edge.cards import Cards, Drawn
from frontis.edge.counters import Metrics
from frontis.edge.making import Maker
from frontis.edge.plain import PlainCards
from frontis.edge.replies import for_whom, picture_reply
from frontis.edge.tags import Tags
from frontis.errors import (
    BadTemplate,
    DrawFailed,
    DrawTooSlow,
    EncodeFailed,
    FetchFailed,
    FrontisError,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    StoreUnavailable,
    StudioUnavailable,
)
from frontis.fetch.vendors import Verifier
from frontis.model.account import Holder
from frontis.model.card import Card
from frontis.model.dialect import DEGRADED_SECONDS, Dialect, Reply, Served, Terms
from frontis.model.order import Order
from frontis.model.picture import Picture

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Of cards that are made of pages: only these are other cards at another time.
MOST_ADDRESSES = 2_000
LONGEST_ADDRESS = 2_048
# Crawlers wait for some seconds, and of these the way there and back takes a part.
PATIENCE_SECONDS = 3.0
HEADER = "X-Frontis-Fallback"
# What is wrong here and now, and no fault of the address. Whatever else is refused says that the asker may not have it,
# and is refused to crawlers too: a forged address must not become a picture.
_REASONS: dict[type[FrontisError], str] = {
    Overloaded: "overload",
    DrawTooSlow: "slow",
    RateLimited: "rate-limit",
    QuotaExceeded: "quota",
    StudioUnavailable: "accounts-unavailable",
    StoreUnavailable: "store-unavailable",
    DrawFailed: "failure",
    EncodeFailed: "failure",
    BadTemplate: "failure",
    FetchFailed: "failure",
}

Address = tuple[str, bytes]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """A picture that was asked for, and could not be had. address: path and query string, as they were written."""

    order: Order
    dialect: Dialect
    terms: Terms
    address: Address


class Fallbacks:
    """Belongs to one event loop. verifier: None where nobody's requests are limited by address."""

    def __init__(
        self,
        cards: Cards,
        maker: Maker,
        plain: PlainCards,
        admission: Admission,
        verifier: Verifier | None,
        tags: Tags,
        metrics: Metrics,
    ) -> None:
        self._cards = cards
        self._maker = maker
        self._plain = plain
        self._admission = admission
        self._verifier = verifier
        self._tags = tags
        self._metrics = metrics
        self._last_good: OrderedDict[Address, Card] = OrderedDict()
        self._left_behind: set[asyncio.Task[Any]] = set()

    def remember(self, case: Case, card: Card) -> None:
        """That address has just had a good picture, which is this card's."""
        if case.order.page is None or sum(map(len, case.address)) > LONGEST_ADDRESS:
            return
        self._last_good[case.address] = card
        self._last_good.move_to_end(case.address)
        if len(self._last_good) > MOST_ADDRESSES:
            self._last_good.popitem(last=False)

    async def eased(self, order: Order, *, user_agent: str, client: str) -> Order:
        """The order of a crawler, which passes the limit of its address where it is known to be its vendor's.

        Anybody can make a real crawler ask for what he invents, so even then only what is signed, or here already,
        passes.
        """
        if self._verifier is None or order.project or order.key or order.is_open:
            return order
        if not self._verifier.is_verified(user_agent, client):
            return order
        is_harmless = order.signed_until is not None or await self._cards.has(
            self._maker.marked(order.card, NOBODY_COUNTED)
        )
        return replace(order, passes_rate_limit=True) if is_harmless else order

    async def patiently(self, work: Coroutine[Any, Any, T]) -> T:
        """The outcome of the work, if it is there before a crawler gives up. Raises DrawTooSlow: the work goes on."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            return task.result()
        # Held, because a task that nobody holds may be collected.
        self._left_behind.add(task)
        task.add_done_callback(self._let_go)
        raise DrawTooSlow(PATIENCE_SECONDS)

    async def instead(self, case: Case, error: FrontisError) -> Reply | None:
        """The last good picture of that address, else a plain card of its words; None where the refusal stands."""
        reason = next((_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS), "")
        if not reason or case.order.tell is not None:
            return None
        holder = await self._holder(case)
        admitted = Admitted(holder)
        made = self._maker.known_before(case.order, admitted)
        card = made.card if made else self._maker.marked(case.order.card, admitted)
        picture, kind = await self._last_picture(case, card), "last-good"
        if picture is None and not isinstance(error, StudioUnavailable):
            # Without accounts nobody knows whether the address is signed as it must be, so no new words are drawn.
            drawn = await self._plain.draw(card)
            if drawn is not None:
                (card, picture), kind = drawn, "plain"
        if picture is None:
            return None
        self._metrics.fell_back(case.dialect.name, reason, kind)
        log.info("fallback", dialect=case.dialect.name, template=case.order.card.template, reason=reason, kind=kind)
        return _reply(case, card, picture, self._tags.of(card, picture), reason)

    async def close(self) -> None:
        """End what was left behind."""
        tasks = tuple(self._left_behind)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _holder(self, case: Case) -> Holder | None:
        try:
            return await self._admission.who(case.order, case.terms)
        except FrontisError:
            # Then the card has the mark of those whom nobody knows.
            return None

    async def _last_picture(self, case: Case, card: Card) -> Picture | None:
        """What that address had when it last had a good one. card: what it would have now."""
        ends = case.order.signed_until
        if ends is not None and ends < time.time():
            return None
        for each in (self._last_good.get(case.address), card):
            picture = await self._cards.recall(each) if each else None
            if picture is not None and not picture.missing:
                return picture
        return None

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._left_behind.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, FrontisError):
            log.error("a card that a crawler did not wait for failed unexpectedly", error=type(error).__name__)


def _reply(case: Case, card: Card, picture: Picture, tag: str, reason: str) -> Reply:
    served = Served(card, time.time(), is_cached=True)
    headers = {"Cache-Control": f"public, max-age={DEGRADED_SECONDS}", HEADER: reason}
    told = for_whom(headers, case.order, case.terms, method="GET")
    return picture_reply(served, Drawn(picture, "memory"), tag, told)
