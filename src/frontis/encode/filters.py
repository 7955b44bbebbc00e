"""Turns rows of pixels into the rows of a PNG: each behind its filter byte, filtered as its content asks."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from frontis.encode import loops
from frontis.encode.pixels import Words

Bytes = NDArray[np.uint8]

NONE = 0  # PNG, 9.2; the other is Up: on photos Sub, Average and Paeth came out larger or but 3 % smaller
SAMPLED_EVERY = 16
SAMPLED_ROWS = 5
# The share that igzip leaves of a sample: lines of type on a gradient leave up to a fifth, photos a third and more.
DENSE = 0.11
NOISE = 0.2


class Content(Enum):
    """What rows are like, for whoever deflates them.

    REPEATING: a longer search for repeated stretches is quick, and makes them much smaller.
    DENSE: the same search is slow: lines of type on a gradient, indices into a palette.
    NOISE: differences of a photo's neighbours, where there is next to nothing to be found.
    """

    REPEATING = auto()
    DENSE = auto()
    NOISE = auto()


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """Rows that are ready to be deflated: height x (1 + bytes of a row)."""

    data: Bytes
    content: Content


def by_channel(pixels: Words, above: int, channels: int) -> FilteredRows:
    """The first 1 (grey), 3 (RGB) or 4 (RGBA) channels of rows, filtered or not.

    above: how many of the rows, 0 or 1, are only there to be compared with.
    What was drawn (type, gradients, patterns) repeats itself, and a filter would hide that from deflate, unless it is
    rows that repeat the one above. A photo does not repeat itself; its differences deflate to half of its values.
    """
    across, down = _repeats(pixels[above:])
    is_columns = 1 - down < (1 - across) / 4
    if max(across, down) > 0.5 and not is_columns:
        plain = loops.packed(pixels[above:], channels, up=False)
        density = _density(plain)
        if density < NOISE:
            return FilteredRows(plain, Content.REPEATING if density < DENSE else Content.DENSE)
    differences = loops.packed(pixels, channels, up=True)
    return FilteredRows(differences[above:], Content.REPEATING if is_columns else Content.NOISE)


def by_index(indices: Bytes, depth: int) -> FilteredRows:
    """Rows of palette indices, 8 / depth of them in a byte, the leftmost in the highest bits (PNG, 7.2)."""
    height, width = indices.shape
    if depth == 8:
        data = np.empty((height, 1 + width), np.uint8)
        data[:, 0], data[:, 1:] = NONE, indices
        return FilteredRows(data, Content.DENSE)
    places = 8 // depth
    data = np.zeros((height, 1 + -(-width // places)), np.uint8)
    for place in range(places):
        column = indices[:, place::places]
        data[:, 1 : 1 + column.shape[1]] |= column << (8 - depth * (place + 1))
    return FilteredRows(data, Content.DENSE)


def _repeats(pixels: Words) -> tuple[float, float]:
    """The shares of a sample of the pixels that are as their left neighbour is, and as the one above is."""
    height, width = pixels.shape
    if height < 2 or width < 2:
        return 1.0, 1.0
    across, down = loops.repeats(pixels, SAMPLED_EVERY)
    rows = len(range(1, height, SAMPLED_EVERY))
    return across / (rows * (width - 1)), down / (rows * width)


def _density(plain: Bytes) -> float:
    quarter = len(plain) // 4
    sample = np.concatenate([plain[place : place + SAMPLED_ROWS] for place in (quarter, 3 * quarter)])
    return len(isal_zlib.compress(sample, 1)) / sample.size
