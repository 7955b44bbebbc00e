"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import is_grey, words
from frontis.model.bitmap import Bitmap

MOST_COLOURS = 256
MANY_SHADES = 16
SAMPLED_PIXELS = 4096
SLOTS = 1 << 16
SCATTER = np.uint32(2654435761)  # the golden ratio of 2 ** 32: neighbouring colours fall far apart


@dataclass(frozen=True, slots=True)
class Indexed:
    """A bitmap by palette.

    colours: 1 to 256 pixels as `pixels.words` gives them.
    indices: height x width positions in `colours`.
    """

    colours: NDArray[np.uint32]
    indices: NDArray[np.uint8]


def indexed(bitmap: Bitmap) -> Indexed | None:
    """The bitmap by palette, pixel for pixel the same, or None: it has more than 256 colours, or is a grey photo."""
    pixels = words(bitmap).ravel()
    if len(_sampled_colours(pixels)) > MOST_COLOURS:
        return None
    # A card is made of runs: what is done for each run is done thirty times less often than for each pixel.
    starts = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
    firsts = pixels[starts]
    # Most colours are in the edges of letters, which are few pixels but many runs.
    sample = _sampled_colours(firsts)
    if len(sample) > MOST_COLOURS:
        return None
    if 4 * len(starts) > len(pixels) and len(sample) > MANY_SHADES and is_grey(sample):
        return None
    colours, positions = _distinct(firsts)
    if len(colours) > MOST_COLOURS:
        return None
    lengths = np.diff(starts, append=len(pixels))
    # PNG begins each row with a zero: with the colour of the background at 0, its runs go on from row to row.
    background = int(np.bincount(positions, weights=lengths).argmax())
    swap = np.arange(len(colours), dtype=np.uint8)
    swap[0], swap[background] = background, 0
    indices = np.repeat(swap[positions], lengths).reshape(bitmap.height, bitmap.width)
    return Indexed(colours[swap], indices)


def _sampled_colours(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.unique(pixels[:: max(1, len(pixels) // SAMPLED_PIXELS)])


def _distinct(pixels: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """The colours that occur, and for each pixel its position among them; by sorting only if hashing does not do it."""
    slots = pixels * SCATTER >> np.uint32(16)
    table = np.zeros(SLOTS, np.uint32)
    table[slots] = pixels
    if not np.array_equal(table[slots], pixels):  # two colours fell into one slot
        colours = np.unique(pixels)
        return colours, np.searchsorted(colours, pixels)
    is_used = np.zeros(SLOTS, np.bool_)
    is_used[slots] = True
    used = np.flatnonzero(is_used)
    ranks = np.zeros(SLOTS, np.intp)
    ranks[used] = np.arange(len(used))
    return table[used], ranks[slots]
