"""Tells whether the words of a card would smear if its colours were stored at half the resolution (4:2:0)."""

import numpy as np
from numpy.typing import NDArray

from frontis.encode import loops
from frontis.encode.pixels import channels
from frontis.model.bitmap import Bitmap

SAMPLED_EVERY = 10
SEEN_CHROMA = 48
SMEARED_SHARE = 0.0008


def smears(bitmap: Bitmap) -> bool:
    """Whether there are edges that colour draws about as much as brightness does: red type on blue, cyan on navy.

    White on indigo has none: its letters stay sharp, and only their rims turn a little paler. No photo that was tried
    has half as many as one line of small coloured type. The pixels are taken as opaque.
    """
    pairs = channels(bitmap)[::SAMPLED_EVERY, : bitmap.width // 2 * 2]
    count = sum(loops.smeared(row, SEEN_CHROMA) for row in pairs) if loops.ARE_COMPILED else _smeared(pairs)
    return count > SMEARED_SHARE * (pairs.size // 8)


def _smeared(pairs: NDArray[np.uint8]) -> int:
    """As `loops.smeared`, for all rows."""
    red, green, blue = (np.ascontiguousarray(pairs[..., channel], np.int16) for channel in range(3))
    # ITU-R BT.601, as in JPEG, in sixteenths.
    luma = (5 * red + 9 * green + 2 * blue) >> 4
    steps = [np.abs(plane[:, 1::2] - plane[:, ::2]) for plane in (luma, blue - luma, red - luma)]
    chroma = (9 * steps[1] + 11 * steps[2]) >> 4
    smeared = (chroma > SEEN_CHROMA) & (4 * chroma > 3 * steps[0])
    return int(np.count_nonzero(smeared))
