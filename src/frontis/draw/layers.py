"""Keeps the layers behind the words: painted once for each style and size, then only copied."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
"""One RGBA pixel an element, row by row, its bytes in the order of a Bitmap's."""

_MOST_PIXELS: Final = 12_000_000
_MOST_SEEN: Final = 4_096
_OPAQUE: Final = np.uint32(0xFF000000)
"""The least value of an opaque pixel: alpha is the highest byte, as all machines that we run on are little-endian."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A painted backdrop. is_opaque: whether every alpha is 255."""

    pixels: Pixels
    is_opaque: bool


class Layers:
    """Painted backdrops by what they are made of, bounded in pixels (4 bytes each); safe to share between threads.

    A layer is kept when it is asked for the second time: most photos are seen once, and would only drive out the rest.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Layer] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._pixels = 0

    def get(self, key: str, paint: Callable[[], bytes]) -> Layer:
        """The layer of that key: the kept one, or one that `paint` gives as RGBA. It must not be written to."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        pixels = np.frombuffer(paint(), np.uint32)
        layer = Layer(pixels, is_opaque=bool(np.bitwise_and.reduce(pixels) >= _OPAQUE))
        with self._lock:
            if key in self._seen and key not in self._kept:
                self._keep(key, layer)
            self._seen[key] = None
            if len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)
        return layer

    def _keep(self, key: str, layer: Layer) -> None:
        self._kept[key] = layer
        self._pixels += layer.pixels.size
        while self._pixels > _MOST_PIXELS:
            _, dropped = self._kept.popitem(last=False)
            self._pixels -= dropped.pixels.size


def over(words: bytes, backdrop: Pixels) -> memoryview:
    """Straight RGBA laid over a backdrop of the same size, both as they come from the engine.

    Words cover little of a card, and most of what they cover they cover fully: only their edges need arithmetic.
    """
    front = np.frombuffer(words, np.uint32)
    # Looking for what is not nought is four times quicker in booleans.
    places = np.flatnonzero(front != 0)
    found = front[places]
    edges = np.flatnonzero(found < _OPAQUE)
    found[edges] = _mixed(found[edges], backdrop[places[edges]])
    result = backdrop.copy()
    result[places] = found
    return result.data.cast("B")


def _mixed(above: Pixels, below: Pixels) -> Pixels:
    """Porter and Duff's "over" for straight colours: what is below counts by its alpha times what is let through."""
    if below.size and below.min() >= _OPAQUE:
        return _mixed_on_opaque(above, below)
    front = above.view(np.uint8).reshape(-1, 4)
    back = below.view(np.uint8).reshape(-1, 4)
    share = front[:, 3:].astype(np.uint32) * 255
    rest = back[:, 3:] * (255 - front[:, 3:].astype(np.uint32))
    alpha = share + rest
    mixed = (front * share + back * rest + alpha // 2) // alpha
    mixed[:, 3:] = (alpha + 127) // 255
    pixels: Pixels = mixed.astype(np.uint8).view(np.uint32).ravel()
    return pixels


def _mixed_on_opaque(above: Pixels, below: Pixels) -> Pixels:
    """The same where nothing below is let through. Red and blue are far enough apart to be reckoned in one number."""
    share = above >> 24
    rest = 255 - share
    red_blue = (above & 0xFF00FF) * share + (below & 0xFF00FF) * rest + 0x800080
    green = (above >> 8 & 0xFF) * share + (below >> 8 & 0xFF) * rest + 0x80
    # A division by 255, rounded, exact for all that may stand here.
    red_blue = red_blue + (red_blue >> 8 & 0xFF00FF) >> 8 & 0xFF00FF
    green = green + (green >> 8) & 0xFF00
    pixels: Pixels = _OPAQUE | red_blue | green
    return pixels
