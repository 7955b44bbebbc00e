"""How large a picture must be to fill a box."""

import math

from frontis.decode.limits import LARGEST_RESULT_SIDE, MOST_RESULT_PIXELS
from frontis.model.output import Size


def covering(natural: tuple[float, float], box: Size, *, may_grow: bool = False) -> Size:
    """The smallest size of the natural shape that covers the box.

    may_grow: False for pixels, which are never blown up. A shape so extreme that covering would take more than
    MOST_RESULT_PIXELS or a side over LARGEST_RESULT_SIDE is made smaller than the box.
    """
    scale = min(_covering_scale(natural, box, may_grow=may_grow), _largest_scale(natural))
    width, height = natural
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def _covering_scale(natural: tuple[float, float], box: Size, *, may_grow: bool) -> float:
    width, height = natural
    scale = max(box.width / width, box.height / height)
    return scale if may_grow else min(scale, 1.0)


def _largest_scale(natural: tuple[float, float]) -> float:
    width, height = natural
    by_side = LARGEST_RESULT_SIDE / max(width, height)
    by_area = math.sqrt(MOST_RESULT_PIXELS / (width * height))
    return min(by_side, by_area)
