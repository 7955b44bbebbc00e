"""Lays words over what stands behind them."""

from frontis.encode import loops
from frontis.encode.pixels import Words, words
from frontis.model.bitmap import Bitmap, Layered


def flat(drawn: Bitmap | Layered) -> Bitmap:
    """One bitmap of both layers."""
    if isinstance(drawn, Bitmap):
        return drawn
    backdrop = drawn.backdrop
    pixels = loops.laid(words(drawn.words).ravel(), words(backdrop).ravel())
    return Bitmap(drawn.width, drawn.height, pixels.data.cast("B"), surely_opaque=backdrop.surely_opaque)


def rows(drawn: Bitmap | Layered, start: int, stop: int) -> Words:
    """The rows of what was drawn from `start` until `stop`."""
    if isinstance(drawn, Bitmap):
        return words(drawn)[start:stop]
    front, back = (words(each)[start:stop] for each in (drawn.words, drawn.backdrop))
    return loops.laid(front.ravel(), back.ravel()).reshape(front.shape)
