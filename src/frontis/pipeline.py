"""render(card): the way from a card to its picture."""

import math
from collections.abc import Mapping
from dataclasses import replace

from frontis.compose import compose
from frontis.decode import KeptPhotos
from frontis.draw import draw, trace
from frontis.encode import drawing, encode
from frontis.errors import BadPicture
from frontis.model.card import Card
from frontis.model.laps import end_lap
from frontis.model.output import Format, Size
from frontis.model.photo import Photo
from frontis.model.picture import Picture
from frontis.model.template import Kind, Template
from frontis.templates import Catalogue, catalogue

_kept = KeptPhotos()


def render(card: Card, pictures: Mapping[str, bytes] | None = None, *, templates: Catalogue | None = None) -> Picture:
    """The card's picture: always one of exactly card.size. Values that its template has no variable for change nothing.

    pictures: the bytes of remote pictures (PNG, JPEG, WebP, GIF, AVIF, SVG or ICO) by the address that the card's
    values give. One that is not there, or cannot be decoded, is left out of the card, and its address is in
    Picture.missing.
    templates: the catalogue to draw from; None for the process's own.
    Raises BadInput (UnknownTemplate among it) for what the card asks, BadTemplate, DrawFailed and EncodeFailed for the
    rest. No network, no clock: the same card and pictures give the same bytes. Safe to call from many threads at once.
    """
    looks = templates or catalogue()
    card, look = looks.resolve(card), looks.look(card.template)
    photos, missing = _photos(card, look.template, pictures or {})
    end_lap("decode")
    with drawing():
        markup = compose(card, look, photos)
        end_lap("compose")
        drawn = trace(markup) if card.output.format is Format.SVG else draw(markup)
        end_lap("draw")
        picture = encode(drawn, card.output)
        end_lap("encode")
    return replace(picture, missing=missing)


def _photos(card: Card, template: Template, pictures: Mapping[str, bytes]) -> tuple[dict[str, Photo], tuple[str, ...]]:
    """Those of the card's pictures that can be drawn, by address, and the addresses of the rest."""
    boxes: dict[str, Size] = {}
    for variable in template.variables.values():
        address = str(card.values[variable.name]) if variable.kind is Kind.IMAGE else ""
        if address:
            # One picture may stand in two places: it is kept as large as the larger of them needs it.
            width, height = (math.ceil(side * share) for side, share in zip(card.size, variable.share, strict=True))
            before = boxes.get(address, Size(1, 1))
            boxes[address] = Size(max(width, before.width), max(height, before.height))
    photos: dict[str, Photo] = {}
    missing = []
    for address, box in boxes.items():
        try:
            photos[address] = _kept.decode(pictures[address], box)
        except (KeyError, BadPicture):
            missing.append(address)
    return photos, tuple(missing)
