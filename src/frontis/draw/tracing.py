"""Draws a card's markup as shapes, for SVG."""

import re
from typing import Final

from frontis.draw.document import BASE_CSS
from frontis.draw.drawing import Fitted, fitted, painted, painted_backdrop, photos_of
from frontis.draw.mending import NotInShapes
from frontis.draw.pictures import address_of, data_address, is_vector, stand_in
from frontis.draw.shapes import shapes
from frontis.model.drawing import Drawing
from frontis.model.markup import Markup

MOST_CHARACTERS: Final = 8_000_000
"""Of a drawing's shapes, photos counted."""

# What the engine paints, and leaves out or alters in an SVG.
_ONLY_PAINTED = re.compile("background-blend-mode", re.IGNORECASE)


def trace(markup: Markup) -> Drawing:
    """The card as `draw` gives it, in shapes: letters are outlines, and photos are embedded as they were decoded.

    What cannot be told in shapes is painted: the layer behind the words, or the whole card. Nothing in a drawing refers
    to anything outside it, and it holds no text. Raises DrawFailed. Safe in any thread.
    """
    card = fitted(markup)
    try:
        words = _traced(card, card.words(), "w")
    except NotInShapes:
        return Drawing(markup.size, "", painted(card))
    if not card.backdrop:
        return Drawing(markup.size, words)
    try:
        backdrop = _traced(card, card.backdrop, "b")
    except NotInShapes:
        return Drawing(markup.size, words, painted_backdrop(card))
    return Drawing(markup.size, backdrop + words)


def _traced(card: Fitted, html: str, prefix: str) -> str:
    """A layer's page as a group of shapes, whose ids begin with the prefix. Raises NotInShapes and DrawFailed."""
    markup = card.markup
    if _ONLY_PAINTED.search(html) or _ONLY_PAINTED.search(markup.css):
        raise NotInShapes("a style that is only painted")
    photos = photos_of(markup, html)
    given = {
        name: photo.data if is_vector(photo) else stand_in(photo, number)
        for number, (name, photo) in enumerate(photos.items())
    }
    svg = card.engine.trace(html, (BASE_CSS, markup.css), markup.size, card.families, given)
    pictures = {address_of(given[name]): data_address(photo) for name, photo in photos.items() if not is_vector(photo)}
    group = shapes(svg, markup.size, pictures, prefix=prefix, is_ground=prefix == "b")
    if len(group) > MOST_CHARACTERS:
        raise NotInShapes("too large")
    return group
