"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import is_grey, words
from frontis.model.bitmap import Bitmap

MOST_COLORS = 256
MANY_SHADES = 16
SAMPLED_PIXELS = 1024
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
    sample = np.unique(_some(pixels))
    if len(sample) > MOST_COLORS:
        return None
    # A card is made of runs: what is done for each run is done thirty times less often than for each pixel.
    ends = np.concatenate(([-1], np.flatnonzero(pixels[:-1] != pixels[1:]), [len(pixels) - 1]))
    runs, lengths = pixels[ends[1:]], np.diff(ends)
    # Most colours are in the edges of letters, which are few pixels but many runs.
    known = np.unique(np.concatenate((sample, _some(runs))))
    if 4 * len(runs) > len(pixels) and len(known) > MANY_SHADES and is_grey(known):
        return None
    # PNG begins each row with a zero: with the colour of the background at 0, its runs go on from row to row.
    background = runs[lengths.argmax()]
    colors, positions = _found(runs, np.append(background, known))
    if len(colors) > MOST_COLORS:
        return None
    indices = np.repeat(positions.astype(np.uint8), lengths)
    return Indexed(colors, indices.reshape(bitmap.height, bitmap.width))


def _some(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return pixels[:: max(1, len(pixels) // SAMPLED_PIXELS)]


def _found(pixels: NDArray[np.uint32], known: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """The colours that occur, those that are known first, and for each pixel its position among them.

    A colour is found by its slot. Only those that were not known, or whose slot another has taken, need sorting.
    """
    _, first = np.unique(_slots(known), return_index=True)
    first.sort()
    colors = known[first]
    table = np.zeros(SLOTS, np.uint16)
    table[_slots(colors)] = np.arange(len(colors))
    positions = table[_slots(pixels)]
    others = np.flatnonzero(colors[positions] != pixels)
    more, places = np.unique(pixels[others], return_inverse=True)
    positions[others] = len(colors) + places
    return np.append(colors, more), positions


def _slots(pixels: NDArray[np.uint32]) -> NDArray[np.intp]:
    return (pixels * SCATTER >> np.uint32(16)).astype(np.intp)
