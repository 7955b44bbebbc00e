"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import is_grey, words
from frontis.model.bitmap import Bitmap

MOST_COLORS = 256
MANY_SHADES = 16
SAMPLED_PIXELS = 4096
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
    pixels = words(bitmap).ravel()
    sample, counts = np.unique(_some(pixels), return_counts=True)
    if len(sample) > MOST_COLORS:
        return None
    # A card is made of runs: what is done for each run is done thirty times less often than for each pixel.
    starts = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
    firsts = pixels[starts]
    # Most colours are in the edges of letters, which are few pixels but many runs.
    edges = np.unique(_some(firsts))
    if len(edges) > MOST_COLORS:
        return None
    if 4 * len(starts) > len(pixels) and len(edges) > MANY_SHADES and is_grey(edges):
        return None
    colors, positions = _distinct(firsts)
    if len(colors) > MOST_COLORS:
        return None
    # PNG begins each row with a zero: with the colour of the background at 0, its runs go on from row to row.
    background = int(np.flatnonzero(colors == sample[counts.argmax()])[0])
    swap = np.arange(len(colors), dtype=np.uint8)
    swap[0], swap[background] = background, 0
    indices = np.repeat(swap[positions], np.diff(starts, append=len(pixels)))
    return Indexed(colors[swap], indices.reshape(bitmap.height, bitmap.width))


def _some(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return pixels[:: max(1, len(pixels) // SAMPLED_PIXELS)]


def _distinct(pixels: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.integer]]:
    """The colours that occur, and for each pixel its position among them; by sorting only if hashing does not do it."""
    slots = pixels * SCATTER >> np.uint32(16)
    table = np.empty(SLOTS, np.uint32)
    table[slots] = pixels
    if not np.array_equal(table[slots], pixels):  # two colours fell into one slot
        colors = np.unique(pixels)
        return colors, np.searchsorted(colors, pixels)
    is_used = np.zeros(SLOTS, np.bool_)
    is_used[slots] = True
    used = np.flatnonzero(is_used)
    positions = np.empty(SLOTS, np.uint16)
    positions[used] = np.arange(len(used))
    return table[used], positions[slots]
