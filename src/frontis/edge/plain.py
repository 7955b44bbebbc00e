"""A plain card of a card's own words: for when the card itself cannot be had."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from frontis.edge.rendering import Draw
from frontis.errors import FrontisError
from frontis.fetch.flights import Flights
from frontis.fetch.keep import Keep
from frontis.model.card import Card, Value
from frontis.model.picture import Picture
from frontis.model.template import Kind
from frontis.templates import Catalogue

TEMPLATE = "article"
"""Ours, so that it is known to be drawn in milliseconds, and it needs nothing from elsewhere."""
MOST_AT_ONCE = 16
MOST_SECONDS = 1.0
KEPT_SECONDS = 60
KEPT_BYTES = 8_000_000
_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
# By what templates call them, the most telling first.
_BELOW = ("subtitle", "description", "note", "label", "caption", "kicker", "brand")
_SITE = ("site", "host", "brand")


def plain_card(card: Card, templates: Catalogue) -> Card | None:
    """The plain card of a resolved one, in its size and format and with its mark; None where it has no words."""
    words = _words(card, templates)
    title = words.get("title") or next(iter(words.values()), "")
    if not title:
        return None
    values: dict[str, Value] = {"title": title}
    for name, sources in (("subtitle", _BELOW), ("site", _SITE), ("author", ("author",))):
        found = next((words[each] for each in sources if words.get(each) and words[each] not in values.values()), "")
        if found:
            values[name] = found
    for name in ("accent", "theme"):
        if card.values.get(name):
            values[name] = card.values[name]
    for some in (values, {name: values[name] for name in values.keys() - {"accent", "theme"}}):
        try:
            return templates.resolve(replace(card, template=TEMPLATE, values=some))
        except FrontisError:
            # Another template's colours and themes may mean nothing to this one.
            continue
    return None


def _words(card: Card, templates: Catalogue) -> dict[str, str]:
    """The card's texts by name: those that its template must have first, then in its order."""
    variables = templates.look(card.template).template.variables
    named = sorted(variables, key=lambda name: not variables[name].required)
    texts = {name: card.values.get(name) for name in named if variables[name].kind in _TEXTS}
    return {name: text for name, text in texts.items() if isinstance(text, str) and text.strip()}


class PlainCards:
    """Draws them in a thread of its own, which no other card waits for or keeps waiting. Belongs to one event loop."""

    def __init__(self, draw: Draw, templates: Catalogue, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._draw = draw
        self._templates = templates
        self._pen = ThreadPoolExecutor(1, thread_name_prefix="frontis-plain")
        self._flights: Flights[str, Picture] = Flights()
        self._kept: Keep[str, Picture] = Keep(KEPT_BYTES, clock=clock)

    async def draw(self, card: Card) -> tuple[Card, Picture] | None:
        """The plain card and its picture; None where there are no words, or too many wait, or it takes too long."""
        plain = plain_card(card, self._templates)
        if plain is None:
            return None
        picture = self._kept.get(plain.fingerprint)
        if picture is not None:
            return plain, picture
        if not self._flights.is_under_way(plain.fingerprint) and len(self._flights) >= MOST_AT_ONCE:
            return None
        try:
            work = partial(self._draw_and_keep, plain)
            return plain, await self._flights.join(plain.fingerprint, work, most_seconds=MOST_SECONDS)
        except (FrontisError, TimeoutError, ConnectionAbortedError):
            return None

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()
        self._pen.shutdown(wait=False, cancel_futures=True)

    async def _draw_and_keep(self, plain: Card) -> Picture:
        none: Mapping[str, bytes] = {}
        picture = await asyncio.get_running_loop().run_in_executor(self._pen, self._draw, plain, none)
        self._kept.put(plain.fingerprint, picture, size_bytes=len(picture.data), seconds=KEPT_SECONDS)
        return picture
