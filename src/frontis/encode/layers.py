"""Lays words over what stands behind them.

Words cover little of a card, and most of what they cover they cover fully: only their edges need arithmetic.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from frontis.encode import loops
from frontis.encode.pixels import Words, words
from frontis.model.bitmap import Bitmap, Layered

_OPAQUE: Final = np.uint32(0xFF000000)

Places = NDArray[np.intp]


def flat(drawn: Bitmap | Layered) -> Bitmap:
    """One bitmap of both layers."""
    if isinstance(drawn, Bitmap):
        return drawn
    backdrop = drawn.backdrop
    pixels = over(words(drawn.words).ravel(), words(backdrop).ravel())
    return Bitmap(drawn.width, drawn.height, pixels.data.cast("B"), surely_opaque=backdrop.surely_opaque)


def rows(drawn: Bitmap | Layered, start: int, stop: int) -> Words:
    """The rows of what was drawn from `start` until `stop`."""
    if isinstance(drawn, Bitmap):
        return words(drawn)[start:stop]
    front, back = (words(each)[start:stop] for each in (drawn.words, drawn.backdrop))
    return over(front.ravel(), back.ravel()).reshape(front.shape)


def over(front: Words, back: Words) -> Words:
    """Straight RGBA over straight RGBA: pixels in a row, as many of each."""
    if loops.ARE_COMPILED:
        return loops.laid(front, back)
    places, found = inked(front, back)
    result = back.copy()
    put(result, places, found)
    return result


def inked(front: Words, back: Words) -> tuple[Places, Words]:
    """Where something stands in front, and what is seen there: see `put`."""
    unit = _unit(front)
    # Looking for what is not nought is quicker in booleans, and quicker still two pixels at a time.
    places = np.flatnonzero(front.view(unit) != 0)
    found, behind = (each.view(unit)[places].view(np.uint32) for each in (front, back))
    edges = np.flatnonzero(found < _OPAQUE)
    above, below = found[edges], behind[edges]
    found[edges] = np.where(above == 0, below, _mixed(above, below))
    return places, found


def put(into: Words | NDArray[np.uint8], places: Places, found: Words | NDArray[np.uint8]) -> None:
    """Write there what `inked` found, or a number for each of its pixels. into: as many pixels as it was asked of."""
    unit = _unit(into)
    into.view(unit)[places] = found.view(unit)


def _unit(pixels: Words | NDArray[np.uint8]) -> np.dtype[np.unsignedinteger]:
    """Two pixels, or one where their number is odd."""
    return np.dtype(f"<u{pixels.itemsize * (2 - pixels.size % 2)}")


def _mixed(above: Words, below: Words) -> Words:
    """Porter and Duff's "over" for straight colours: what is below counts by its alpha times what is let through."""
    if below.size and below.min() >= _OPAQUE:
        return _mixed_on_opaque(above, below)
    front = above.view(np.uint8).reshape(-1, 4)
    back = below.view(np.uint8).reshape(-1, 4)
    share = front[:, 3:].astype(np.uint32) * 255
    rest = back[:, 3:] * (255 - front[:, 3:].astype(np.uint32))
    alpha = share + rest
    mixed = (front * share + back * rest + alpha // 2) // np.maximum(alpha, 1)
    mixed[:, 3:] = (alpha + 127) // 255
    pixels: Words = mixed.astype(np.uint8).view(np.uint32).ravel()
    return pixels


def _mixed_on_opaque(above: Words, below: Words) -> Words:
    """The same where nothing below is let through. Red and blue are far enough apart to be reckoned in one number."""
    share = above >> 24
    rest = 255 - share
    red_blue = (above & 0xFF00FF) * share + (below & 0xFF00FF) * rest + 0x800080
    green = (above >> 8 & 0xFF) * share + (below >> 8 & 0xFF) * rest + 0x80
    # A division by 255, rounded, exact for all that may stand here.
    red_blue = red_blue + (red_blue >> 8 & 0xFF00FF) >> 8 & 0xFF00FF
    green = green + (green >> 8) & 0xFF00
    pixels: Words = _OPAQUE | red_blue | green
    return pixels
