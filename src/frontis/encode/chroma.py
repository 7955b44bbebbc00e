"""Tells whether the words of a card would smear if its colours were stored at half the resolution (4:2:0)."""

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import channels
from frontis.model.bitmap import Bitmap

SAMPLED_EVERY = 8
SEEN_CHROMA = 48
SMEARED_SHARE = 0.0008


def smears(bitmap: Bitmap) -> bool:
    """Whether there are edges that colour draws more than brightness does, red type on blue being the worst.

    White on slate has none, and no photo that was tried has half as many as one line of small coloured type. The
    pixels are taken as opaque.
    """
    width = bitmap.width // 2 * 2
    rows = channels(bitmap)[::SAMPLED_EVERY, :width].astype(np.int32)
    red, green, blue = rows[..., 0], rows[..., 1], rows[..., 2]
    # ITU-R BT.601 times 256, as JPEG has it.
    luma = (77 * red + 150 * green + 29 * blue) >> 8
    steps = [np.abs(plane[:, 1::2] - plane[:, ::2]) for plane in (luma, blue - luma, red - luma)]
    chroma = (144 * steps[1] + 183 * steps[2]) >> 8
    smeared: NDArray[np.bool_] = (chroma > SEEN_CHROMA) & (2 * chroma > steps[0])
    return bool(np.count_nonzero(smeared) > SMEARED_SHARE * smeared.size)
