"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import is_grey, words
from frontis.model.bitmap import Bitmap

MOST_COLORS = 256
MANY_SHADES = 16
SAMPLED_EVERY = 32
SLOTS = 1 << 16
SCATTER = np.uint32(2654435761)  # the golden ratio of 2 ** 32: neighbouring colours fall far apart


@dataclass(frozen=True, slots=True)
class Indexed:
    """A bitmap by palette.

    colors: 1 to 256 pixels as `pixels.words` gives them.
    indices: height x width positions in `colors`.
    """

    colors: NDArray[np.uint32]
    indices: NDArray[np.uint8]


def indexed(bitmap: Bitmap) -> Indexed | None:
    """The bitmap by palette, pixel for pixel the same, or None: it has more than 256 colours, or is a grey photo."""
    rows = words(bitmap)
    # Some rows tell of most gradients and photos that they have too many colours, before much is done in vain.
    _, is_taken = _slots(rows[SAMPLED_EVERY // 2 :: SAMPLED_EVERY].ravel())
    if np.count_nonzero(is_taken) > MOST_COLORS:
        return None
    pixels = rows.ravel()
    # A card is made of runs: what is done for each run is done thirty times less often than for each pixel.
    ends = np.concatenate(([-1], np.flatnonzero(pixels[:-1] != pixels[1:]), [len(pixels) - 1]))
    runs, lengths = pixels[ends[1:]], np.diff(ends)
    # PNG begins each row with a zero: with the colour of the background at 0, its runs go on from row to row.
    found = _found(runs, background=runs[lengths.argmax()])
    if found is None:
        return None
    colors, positions = found
    if 4 * len(runs) > len(pixels) and len(colors) > MANY_SHADES and is_grey(colors):
        return None
    indices = np.repeat(positions, lengths)
    return Indexed(colors, indices.reshape(bitmap.height, bitmap.width))


def _found(pixels: NDArray[np.uint32], *, background: np.uint32) -> tuple[NDArray[np.uint32], NDArray[np.uint8]] | None:
    """The colours that occur, the background first, and for each pixel its position among them; None of over 256.

    A colour is found by its slot. Only those whose slot another has taken need sorting.
    """
    slots, is_taken = _slots(pixels)
    if np.count_nonzero(is_taken) > MOST_COLORS:
        return None
    owners = np.empty(SLOTS, np.uint32)
    owners[slots] = pixels
    (first,), _ = _slots(np.array([background]))
    owners[first], is_taken[first] = background, False
    taken = np.append(first, np.flatnonzero(is_taken))
    table = np.empty(SLOTS, np.uint16)
    table[taken] = np.arange(len(taken))
    positions = table[slots]
    others = np.flatnonzero(owners[slots] != pixels)
    more, places = np.unique(pixels[others], return_inverse=True)
    colors = np.append(owners[taken], more)
    if len(colors) > MOST_COLORS:
        return None
    positions[others] = len(taken) + places
    return colors, positions.astype(np.uint8)


def _slots(pixels: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The slot of each pixel's colour, and of every slot whether it is taken: there are as many colours or more."""
    slots = (pixels * SCATTER >> np.uint32(16)).astype(np.intp)
    is_taken = np.zeros(SLOTS, np.bool_)
    is_taken[slots] = True
    return slots, is_taken
