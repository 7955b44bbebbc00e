"""What `compose` hands to `draw`: HTML, CSS, and the texts that are still to be fitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from frontis.model.output import Size
from frontis.model.photo import Photo
from frontis.model.template import Fit

# Unicode noncharacters: no text may hold them, so they can mark a place in the HTML that nobody can forge.
SLOT_OPEN = "\ufdd0"
SLOT_CLOSE = "\ufdd1"


@dataclass(frozen=True, slots=True)
class FittedText:
    """A text whose size and lines `draw` finds. In the HTML its place is SLOT_OPEN, its number, SLOT_CLOSE."""

    text: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Markup:
    """A card, composed.

    backdrop: HTML of the layer behind the words, or "": it is drawn once for each style and size, and kept.
    content: HTML of all that stands before it. css: of the template.
    families: font families in order of preference. language: BCP 47 tag or "". rtl: the card reads right to left.
    words: every text that is drawn, for the choice of fonts.
    photos: by the name that stands in `src` and `url()`. watermark: its HTML, or ""; it has a strip of its own below
    the content.
    """

    size: Size
    backdrop: str
    content: str
    css: str
    families: tuple[str, ...]
    words: str
    texts: tuple[FittedText, ...] = ()
    language: str = ""
    rtl: bool = False
    photos: Mapping[str, Photo] = field(default_factory=dict)
    watermark: str = ""
