"""Finds out cheaply whether a bitmap has so few colours that each pixel can be an index into a palette."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontis.encode import loops
from frontis.encode.layers import inked, put
from frontis.encode.pixels import Words, has_no_hue, words
from frontis.model.bitmap import Bitmap

MOST_COLORS = 256
MANY_SHADES = 16
SAMPLED_EVERY = 32
SLOTS = 1 << 16
SCATTER = np.uint32(2654435761)  # the golden ratio of 2 ** 32: neighbouring colours fall far apart


Colors = Words


@dataclass(frozen=True, slots=True)
class Indexed:
    """A bitmap by palette.

    colors: 1 to 256 pixels as `pixels.words` gives them.
    indices: height x width positions in `colors`.
    """

    colors: Colors
    indices: NDArray[np.uint8]


def indexed(bitmap: Bitmap) -> Indexed | None:
    """The bitmap by palette, pixel for pixel the same, or None: it has more than 256 colours, or is a grey photo.

    PNG begins each row with a zero. The first colour is that of a corner, of the background as a rule, whose runs then
    go on from row to row.
    """
    rows = words(bitmap)
    found = loops.index(rows.ravel()) if loops.ARE_COMPILED else _index(rows)
    if found is None:
        return None
    colors, places, changes = found
    if 4 * changes > rows.size and len(colors) > MANY_SHADES and has_no_hue(colors):
        return None
    return Indexed(colors, places.reshape(rows.shape))


def with_words(palette: Indexed, front: Words, back: Words) -> Indexed | None:
    """Words over the backdrop that has this palette, their new colours behind its own; None if over 256 are."""
    indices = palette.indices.copy()
    index = loops.index_words if loops.ARE_COMPILED else _index_words
    colors = index(front.ravel(), back.ravel(), palette.colors, indices.ravel())
    return None if colors is None else Indexed(colors, indices)


def _index(rows: Words) -> tuple[Colors, NDArray[np.uint8], int] | None:
    """As `loops.index`."""
    # Some rows tell of most gradients and photos that they have too many colours, before much is done in vain.
    sample, _ = _runs(rows[SAMPLED_EVERY // 2 :: SAMPLED_EVERY].ravel())
    if np.count_nonzero(_slots(sample)[1]) > MOST_COLORS:
        return None
    runs, lengths = _runs(rows.ravel())
    found = _found(runs, rows[0, :1])
    return found and (found[0], np.repeat(found[1], lengths), len(runs) - 1)


def _index_words(front: Words, back: Words, colors: Colors, indices: NDArray[np.uint8]) -> Colors | None:
    """As `loops.index_words`."""
    places, seen = inked(front, back)
    runs, lengths = _runs(seen)
    found = _found(runs, colors)
    if found is None:
        return None
    put(indices, places, np.repeat(found[1], lengths))
    return found[0]


def _runs(pixels: Words) -> tuple[Words, NDArray[np.intp]]:
    """The colour and the length of each run: a card is made of runs, thirty times as few as pixels."""
    if not pixels.size:
        return pixels, np.empty(0, np.intp)
    ends = np.concatenate(([-1], np.flatnonzero(pixels[:-1] != pixels[1:]), [len(pixels) - 1]))
    return pixels[ends[1:]], np.diff(ends)


def _found(pixels: Words, first: Colors) -> tuple[Colors, NDArray[np.uint8]] | None:
    """The colours of `first`, behind them the others as they come, and each pixel's place; None if over 256 are.

    A colour is found by its slot. Only those whose slot another has taken need sorting.
    """
    slots, is_taken = _slots(pixels)
    if np.count_nonzero(is_taken) > MOST_COLORS:
        return None
    owners = np.empty(SLOTS, np.uint32)
    owners[slots] = pixels
    own, _ = _slots(first)
    owners[own], is_taken[own] = first, False
    taken = np.flatnonzero(is_taken)
    table = np.empty(SLOTS, np.uint16)
    table[taken] = np.arange(len(first), len(first) + len(taken))
    table[own] = np.arange(len(first))
    places = table[slots]
    others = np.flatnonzero(owners[slots] != pixels)
    crowded, which = np.unique(pixels[others], return_inverse=True)
    colors = np.concatenate((first, owners[taken], crowded[np.isin(crowded, first, invert=True)]))
    if len(colors) > MOST_COLORS:
        return None
    if len(crowded):
        # Of two colours of `first` in one slot, the table has the last.
        places[others] = np.array([np.flatnonzero(colors == color)[0] for color in crowded])[which]
    return _as_they_come(colors, places.astype(np.uint8), len(first))


def _as_they_come(colors: Colors, places: NDArray[np.uint8], known: int) -> tuple[Colors, NDArray[np.uint8]]:
    """The same palette with its colours, but for those known, in the order in which they are needed."""
    needed = np.zeros(len(colors), np.intp)
    needed[places[::-1]] = np.arange(len(places))[::-1]
    order = np.concatenate((np.arange(known), known + np.argsort(needed[known:])))
    return colors[order], np.argsort(order).astype(np.uint8)[places]


def _slots(pixels: Words) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The slot of each pixel's colour, and of every slot whether it is taken: there are as many colours or more."""
    slots = (pixels * SCATTER >> np.uint32(16)).astype(np.intp)
    is_taken = np.zeros(SLOTS, np.bool_)
    is_taken[slots] = True
    return slots, is_taken
