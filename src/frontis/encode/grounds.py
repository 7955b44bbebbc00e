"""What is known about a backdrop, so that a card on it needs its words alone to be looked at."""

import threading
from dataclasses import dataclass
from itertools import count
from weakref import WeakKeyDictionary

from frontis.encode.palette import Indexed, indexed, with_words
from frontis.encode.pixels import has_no_hue, is_opaque, words
from frontis.model.bitmap import Bitmap, Layered


@dataclass(frozen=True, slots=True)
class Ground:
    """A backdrop, as whoever writes a PNG sees it.

    number: no other backdrop has it, or had it.
    palette: None if it has too many colours for one.
    channels: how many tell all of it: 1 (grey), 3 (RGB) or 4 (RGBA).
    """

    number: int
    palette: Indexed | None
    channels: int


_lock = threading.Lock()
_numbers = count(1)
_known: WeakKeyDictionary[Bitmap, Ground] = WeakKeyDictionary()


def ground(backdrop: Bitmap) -> Ground:
    """What is known about that very bitmap, or is found out now."""
    with _lock:
        known = _known.get(backdrop)
    if known is None:
        known = Ground(next(_numbers), indexed(backdrop), channels_of(backdrop))
        with _lock:
            known = _known.setdefault(backdrop, known)
    return known


def few_colors(drawn: Bitmap | Layered) -> Indexed | None:
    """What was drawn, by palette, pixel for pixel the same; None if it has too many colours, or is a grey photo.

    Which colours of a backdrop are hidden by words is not asked: as long as it has few, they stay in the palette.
    """
    if isinstance(drawn, Bitmap):
        return indexed(drawn)
    palette = ground(drawn.backdrop).palette
    return palette and with_words(palette, words(drawn.words), words(drawn.backdrop))


def channels_of(drawn: Bitmap | Layered) -> int:
    """How many channels tell all of it: 1 (grey), 3 (RGB) or 4 (RGBA)."""
    if isinstance(drawn, Layered):
        channels = ground(drawn.backdrop).channels
        return 3 if channels == 1 and not has_no_hue(words(drawn.words)) else channels
    if not is_opaque(drawn):
        return 4
    pixels = words(drawn)
    return 1 if has_no_hue(pixels[:1]) and has_no_hue(pixels) else 3
