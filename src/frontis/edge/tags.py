"""ETags of pictures. They tell what was drawn as well as its bytes, so that whoever has a card is told so without them.

`"<what decides the picture>-<its bytes>"`. A stored picture that was written tighter is another by its bytes, and the
same by what decides it. One that remote pictures had a part in has its bytes alone: elsewhere these may be others.
"""

import hashlib
import re

from frontis.edge.edition import Editions
from frontis.edge.gathering import addresses_of
from frontis.model.card import Card
from frontis.model.picture import Picture
from frontis.templates import Catalogue

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_LENGTH = 16


class Tags:
    """Of what is drawn today, with these templates in these editions."""

    def __init__(self, templates: Catalogue, editions: Editions) -> None:
        self._templates = templates
        self._editions = editions

    def of(self, card: Card, picture: Picture) -> str:
        """The strong ETag (RFC 9110, 8.8.3) of a resolved card's picture, in its quotes."""
        beginning = self._beginning(card)
        return f'{beginning}{picture.etag[1 : 1 + _LENGTH]}"' if beginning else picture.etag

    def held(self, card: Card, if_none_match: str) -> str:
        """Which of the tags of an If-None-Match is one of that card's picture, by weak comparison; or ""."""
        beginning = self._beginning(card) if if_none_match else ""
        return next((tag for tag in _named(if_none_match) if beginning and tag.startswith(beginning)), "")

    def _beginning(self, card: Card) -> str:
        """The first half, or "" where the card does not decide its picture alone."""
        if addresses_of(card, self._templates.look(card.template).template):
            return ""
        decides = f"{self._editions.edition(card.template)}/{card.fingerprint}"
        return f'"{hashlib.sha256(decides.encode()).hexdigest()[:_LENGTH]}-'


def holds(tag: str, if_none_match: str) -> bool:
    """Whether an If-None-Match (RFC 9110, 13.1.2) names that version, by weak comparison."""
    return if_none_match.strip() == "*" or tag in _named(if_none_match)


def _named(if_none_match: str) -> list[str]:
    return _TAG.findall(if_none_match)
