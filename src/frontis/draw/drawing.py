"""Draws a card's markup."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache, partial

from frontis.draw.document import BASE_CSS, layer, page
from frontis.draw.fitting import Fitting
from frontis.draw.layers import Layers, over
from frontis.draw.renderers import Engine, engine
from frontis.fonts import Family, library
from frontis.model.bitmap import Bitmap
from frontis.model.markup import Markup

_TAG = re.compile("<[^>]*>")

_layers = Layers()


def draw(markup: Markup) -> Bitmap:
    """The card as straight RGBA of exactly markup.size.

    The fonts are those of the markup's families and of the scripts of its words. Raises DrawFailed. Safe in any thread.
    """
    own = engine()
    families = library().chain(markup.words, markup.families)
    own.prepare(families)
    content = Fitting(markup, own, families).content()
    words = _paint(own, markup, families, page(markup, backdrop="", content=content, watermark=markup.watermark))
    if not markup.backdrop:
        return Bitmap(markup.size.width, markup.size.height, words)
    html = page(markup, backdrop=layer(markup.backdrop), content="")
    backdrop = _layers.get(_key(markup, html, families), partial(_paint, own, markup, families, html))
    return Bitmap(markup.size.width, markup.size.height, over(words, backdrop))


def _paint(own: Engine, markup: Markup, families: tuple[Family, ...], html: str) -> bytes:
    return own.paint(html, (BASE_CSS, markup.css), markup.size, families, _photos(markup, html))


def _photos(markup: Markup, html: str) -> Mapping[str, bytes]:
    """The pictures that may stand in the HTML: the engine reads each that it is given from end to end."""
    return {name: photo.data for name, photo in markup.photos.items() if name in html or name in markup.css}


def _key(markup: Markup, html: str, families: tuple[Family, ...]) -> str:
    """What a backdrop is made of. Few hold words: to the others, the fonts of the card's words do not matter."""
    has_words = bool(_TAG.sub("", markup.backdrop).strip())
    names = [family.name for family in families] if has_words else markup.families
    digest = hashlib.blake2b(digest_size=16)
    for part in (html, markup.css, str(markup.size), *names):
        digest.update(part.encode() + b"\0")
    for name, data in sorted(_photos(markup, html).items()):
        digest.update(name.encode() + _digest(data))
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _digest(data: bytes) -> bytes:
    """Python hashes an object once: to find here a photo that is kept from card to card, none of its bytes are read."""
    return hashlib.blake2b(data, digest_size=16).digest()
