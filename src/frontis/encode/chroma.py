"""Tells whether the words of a card would smear if its colours were stored at half the resolution (4:2:0)."""

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
    return loops.smeared(pairs, SEEN_CHROMA) > SMEARED_SHARE * (pairs.size // 8)
