"""Draws a card's markup."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from frontis.draw.document import BASE_CSS, layer, page
from frontis.draw.fitting import Fitting
from frontis.draw.layers import Layer, Layers, over
from frontis.draw.renderers import Engine, engine
from frontis.fonts import Family, library
from frontis.model.bitmap import Bitmap
from frontis.model.markup import Markup
from frontis.model.photo import Photo

_TAG = re.compile("<[^>]*>")

_layers = Layers()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A card whose texts have their sizes and lines.

    words, backdrop: the pages of its two layers; the latter is "" where it has none.
    """

    markup: Markup
    engine: Engine
    families: tuple[Family, ...]
    words: str
    backdrop: str


def fitted(markup: Markup) -> Fitted:
    """The markup with its texts fitted, in the fonts of its families and of the scripts of its words."""
    own = engine()
    families = library().chain(markup.words, markup.families)
    own.prepare(families)
    content = Fitting(markup, own, families).content()
    words = page(markup, backdrop="", content=content, watermark=markup.watermark)
    backdrop = page(markup, backdrop=layer(markup.backdrop), content="") if markup.backdrop else ""
    return Fitted(markup, own, families, words, backdrop)


def draw(markup: Markup) -> Bitmap:
    """The card as straight RGBA of exactly markup.size.

    The fonts are those of the markup's families and of the scripts of its words. Raises DrawFailed. Safe in any thread.
    """
    return painted(fitted(markup))


def painted(card: Fitted) -> Bitmap:
    """Both layers, one over the other."""
    size = card.markup.size
    words = _paint(card, card.words)
    if not card.backdrop:
        return Bitmap(size.width, size.height, words)
    backdrop = _backdrop(card)
    both = over(words, backdrop.pixels)
    return Bitmap(size.width, size.height, both, surely_opaque=backdrop.is_opaque)


def painted_backdrop(card: Fitted) -> Bitmap:
    """The layer behind the words alone."""
    size = card.markup.size
    backdrop = _backdrop(card)
    return Bitmap(size.width, size.height, backdrop.pixels.data.cast("B"), surely_opaque=backdrop.is_opaque)


def _backdrop(card: Fitted) -> Layer:
    return _layers.get(_key(card), partial(_paint, card, card.backdrop))


def _paint(card: Fitted, html: str) -> bytes:
    markup = card.markup
    photos = {name: photo.data for name, photo in photos_of(markup, html).items()}
    return card.engine.paint(html, (BASE_CSS, markup.css), markup.size, card.families, photos)


def photos_of(markup: Markup, html: str) -> Mapping[str, Photo]:
    """The pictures that may stand in the HTML: the engine reads each that it is given from end to end."""
    return {name: photo for name, photo in markup.photos.items() if name in html or name in markup.css}


def _key(card: Fitted) -> str:
    """What a backdrop is made of. Few hold words: to the others, the fonts of the card's words do not matter."""
    markup = card.markup
    has_words = bool(_TAG.sub("", markup.backdrop).strip())
    names = [family.name for family in card.families] if has_words else markup.families
    digest = hashlib.blake2b(digest_size=16)
    for part in (card.backdrop, markup.css, str(markup.size), *names):
        digest.update(part.encode() + b"\0")
    for name, photo in sorted(photos_of(markup, card.backdrop).items()):
        digest.update(name.encode() + _digest(photo.data))
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _digest(data: bytes) -> bytes:
    """Python hashes an object once: to find here a photo that is kept from card to card, none of its bytes are read."""
    return hashlib.blake2b(data, digest_size=16).digest()
