"""The loops in numpy, each in several passes: what `compiled` does, and as its functions say it.

Words cover little of a card, and most of what they cover they cover fully: only their edges need arithmetic.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import Words

MOST_COLORS: Final = 256
SAMPLED: Final = (1024, 32)
"""Of a sample: the pixels of a stretch, and of how many stretches one is taken."""

SLOTS: Final = 1 << 16
SCATTER: Final = np.uint32(2654435761)
"""The golden ratio of 2 ** 32: neighbouring colours fall far apart."""

UP: Final = 2
"""PNG, 9.2."""

_OPAQUE: Final = np.uint32(0xFF000000)

Places = NDArray[np.intp]


def are_nought(array: Words | NDArray[np.uint8]) -> bool:
    """As `compiled.are_nought`."""
    return not array.any()


def smeared(pairs: NDArray[np.uint8], least: int) -> int:
    """As `compiled.smeared`."""
    red, green, blue = (np.ascontiguousarray(pairs[..., channel], np.int16) for channel in range(3))
    # ITU-R BT.601, as in JPEG, in sixteenths.
    luma = (5 * red + 9 * green + 2 * blue) >> 4
    steps = [np.abs(plane[:, 1::2] - plane[:, ::2]) for plane in (luma, blue - luma, red - luma)]
    chroma = (9 * steps[1] + 11 * steps[2]) >> 4
    return int(np.count_nonzero((chroma > least) & (4 * chroma > 3 * steps[0])))


def laid(words: Words, backdrop: Words) -> Words:
    """As `compiled.laid`."""
    places, found = _inked(words, backdrop)
    both = backdrop.copy()
    _put(both, places, found)
    return both


def index(pixels: Words) -> tuple[Words, NDArray[np.uint8], int] | None:
    """As `compiled.index`."""
    # A part tells of most gradients and photos that they have too many colours, before much is done in vain.
    length, every = SAMPLED
    sample, _ = _runs(pixels[: pixels.size // length * length].reshape(-1, length)[every // 2 :: every].ravel())
    if np.count_nonzero(_slots(sample)[1]) > MOST_COLORS:
        return None
    runs, lengths = _runs(pixels)
    found = _found(runs, pixels[:1])
    return found and (found[0], np.repeat(found[1], lengths), len(runs) - 1)


def index_words(words: Words, backdrop: Words, colors: Words, indices: NDArray[np.uint8]) -> Words | None:
    """As `compiled.index_words`."""
    places, seen = _inked(words, backdrop)
    runs, lengths = _runs(seen)
    found = _found(runs, colors)
    if found is None:
        return None
    _put(indices, places, np.repeat(found[1], lengths))
    return found[0]


def repeats(pixels: Words, every: int) -> tuple[int, int]:
    """As `compiled.repeats`."""
    rows, rows_above = pixels[1::every], pixels[:-1:every]
    return int((rows[:, 1:] == rows[:, :-1]).sum()), int((rows == rows_above).sum())


def packed(pixels: Words, channels: int, *, up: bool) -> NDArray[np.uint8]:
    """As `compiled.packed`."""
    height, width = pixels.shape
    row_bytes = 1 + width * channels
    room = np.empty(height * row_bytes + 4, np.uint8)
    # Each pixel is written with all its four bytes, and the next one covers those that do not count.
    np.ndarray((height, width), "<u4", room, 1, (row_bytes, channels))[...] = pixels
    data = room[: height * row_bytes].reshape(height, row_bytes)
    data[:, 0] = 0
    if up:
        data[1:] -= data[:-1].copy()
        data[1:, 0] = UP
    return data


def _inked(front: Words, back: Words) -> tuple[Places, Words]:
    """Where something stands in front, and what is seen there: see `_put`."""
    unit = _unit(front)
    # Looking for what is not nought is quicker in booleans, and quicker still two pixels at a time.
    places = np.flatnonzero(front.view(unit) != 0)
    found, behind = (each.view(unit)[places].view(np.uint32) for each in (front, back))
    edges = np.flatnonzero(found < _OPAQUE)
    above, below = found[edges], behind[edges]
    found[edges] = np.where(above == 0, below, _mixed(above, below))
    return places, found


def _put(into: Words | NDArray[np.uint8], places: Places, found: Words | NDArray[np.uint8]) -> None:
    """Write there what `_inked` found, or a number for each of its pixels. into: as many pixels as it was asked of."""
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


def _runs(pixels: Words) -> tuple[Words, NDArray[np.intp]]:
    """The colour and the length of each run: a card is made of runs, thirty times as few as pixels."""
    if not pixels.size:
        return pixels, np.empty(0, np.intp)
    ends = np.concatenate(([-1], np.flatnonzero(pixels[:-1] != pixels[1:]), [len(pixels) - 1]))
    return pixels[ends[1:]], np.diff(ends)


def _found(pixels: Words, first: Words) -> tuple[Words, NDArray[np.uint8]] | None:
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


def _as_they_come(colors: Words, places: NDArray[np.uint8], known: int) -> tuple[Words, NDArray[np.uint8]]:
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
