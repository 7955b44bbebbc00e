"""Draws a card's markup."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from frontis.draw.document import BASE_CSS, layer, page
from frontis.draw.fitting import Fitting
from frontis.draw.layers import Layers
from frontis.draw.renderers import Engine, engine
from frontis.fonts import Family, library
from frontis.model.bitmap import Bitmap, Layered
from frontis.model.markup import Markup
from frontis.model.photo import Photo

_LOOKS_BEHIND = re.compile("mix-blend-mode|backdrop-filter", re.IGNORECASE)
_TAG = re.compile("<[^>]*>")

_layers = Layers()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A card whose texts have their sizes and lines.

    content: the HTML of its words. backdrop: the page of what is behind them; "" where nothing is.
    """

    markup: Markup
    engine: Engine
    families: tuple[Family, ...]
    content: str
    backdrop: str

    def words(self, ground: str = "") -> str:
        """The page of the words, on that CSS colour or on nothing."""
        backdrop = layer(f'<div style="height:100%;background:{ground}"></div>') if ground else ""
        return page(self.markup, backdrop=backdrop, content=self.content, watermark=self.markup.watermark)


def fitted(markup: Markup) -> Fitted:
    """The markup with its texts fitted, in the fonts of its families and of the scripts of its words."""
    own = engine()
    families = library().chain(markup.words, markup.families)
    own.prepare(families)
    content = Fitting(markup, own, families).content()
    backdrop = page(markup, backdrop=layer(markup.backdrop), content="") if markup.backdrop else ""
    return Fitted(markup, own, families, content, backdrop)


def draw(markup: Markup) -> Bitmap | Layered:
    """The card as straight RGBA of exactly markup.size: in two layers, if what is behind its words is no plain colour.

    The fonts are those of the markup's families and of the scripts of its words. Raises DrawFailed. Safe in any thread.
    """
    return painted(fitted(markup))


def painted(card: Fitted) -> Bitmap | Layered:
    """The card, in its layers."""
    if not card.backdrop:
        return _bitmap(card, card.words())
    backdrop = _layers.get(_key(card), partial(painted_backdrop, card))
    if isinstance(backdrop, Bitmap):
        return Layered(_bitmap(card, card.words()), backdrop)
    if _LOOKS_BEHIND.search(card.markup.css) or _LOOKS_BEHIND.search(card.content):
        # What is mixed with a plain colour must come out as on any other backdrop.
        return Layered(_bitmap(card, card.words()), painted_backdrop(card))
    # The engine fills a canvas with a colour as soon as with nought, and nothing is left to be laid over it.
    return _bitmap(card, card.words(backdrop.color), surely_opaque=True)


def painted_backdrop(card: Fitted) -> Bitmap:
    """The layer behind the words alone."""
    return _bitmap(card, card.backdrop)


def _bitmap(card: Fitted, html: str, *, surely_opaque: bool = False) -> Bitmap:
    width, height = card.markup.size
    return Bitmap(width, height, _paint(card, html), surely_opaque)


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
