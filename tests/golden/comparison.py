"""Compares pictures as eyes do: by pixels, with an allowance for what differs between processors."""

from typing import NamedTuple

import numpy as np
from PIL import Image

ALLOWED_LEVELS = 24
"""How far a channel may be off before its pixel counts as different."""

ALLOWED_SHARE = 0.00005
"""The part of the pixels that may be different: less than a full stop in the smallest words."""

ALLOWED_MEAN = 0.75
"""The mean difference, in levels, that may lie over the whole picture."""


class Difference(NamedTuple):
    """share: the part of the pixels that differ. mean: how far all channels are off. picture: where, in red on grey."""

    share: float
    mean: float
    picture: Image.Image

    @property
    def is_small(self) -> bool:
        return self.share <= ALLOWED_SHARE and self.mean <= ALLOWED_MEAN


def difference(expected: Image.Image, actual: Image.Image) -> Difference:
    """Both pictures must be RGB and of one size."""
    levels = np.abs(np.asarray(expected, np.int16) - np.asarray(actual, np.int16))
    places = levels.max(axis=2) > ALLOWED_LEVELS
    shown = np.asarray(actual.convert("L").convert("RGB")) // 2 + 100
    shown[places] = (255, 0, 60)
    return Difference(float(places.mean()), float(levels.mean()), Image.fromarray(shown.astype(np.uint8)))
