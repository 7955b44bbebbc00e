"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode import loops
from frontis.encode.pixels import Words, has_no_hue, words
from frontis.model.bitmap import Bitmap

MANY_SHADES = 16


@dataclass(frozen=True, slots=True)
class Indexed:
    """A bitmap by palette.

    colors: 1 to 256 pixels as `pixels.words` gives them.
    indices: height x width positions in `colors`.
    """

    colors: Words
    indices: NDArray[np.uint8]


def indexed(bitmap: Bitmap) -> Indexed | None:
    """The bitmap by palette, pixel for pixel the same, or None: it has more than 256 colours, or is a grey photo.

    PNG begins each row with a zero. The first colour is that of a corner, of the background as a rule, whose runs then
    go on from row to row.
    """
    rows = words(bitmap)
    found = loops.index(rows.ravel())
    if found is None:
        return None
    colors, places, changes = found
    if 4 * changes > rows.size and len(colors) > MANY_SHADES and has_no_hue(colors):
        return None
    return Indexed(colors, places.reshape(rows.shape))


def with_words(palette: Indexed, front: Words, back: Words) -> Indexed | None:
    """Words over the backdrop that has this palette, their new colours behind its own; None if over 256 are."""
    indices = palette.indices.copy()
    colors = loops.index_words(front.ravel(), back.ravel(), palette.colors, indices.ravel())
    return None if colors is None else Indexed(colors, indices)
