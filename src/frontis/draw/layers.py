"""Keeps the layers behind the words: painted once for each style and size."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from frontis.model.bitmap import Bitmap

_MOST_PIXELS: Final = 12_000_000
_MOST_SEEN: Final = 4_096
_COST_OF_A_COLOR: Final = 1_000
"""In pixels: what is kept must be bounded in number, too."""

_OPAQUE: Final = 0xFF000000
"""The least value of an opaque pixel: alpha is the highest byte, as all machines that we run on are little-endian."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A layer of one opaque colour. color: in CSS."""

    color: str


class Layers:
    """Painted backdrops by what they are made of, bounded in pixels (4 bytes each); safe to share between threads.

    A layer is kept when it is asked for the second time: most photos are seen once, and would only drive out the rest.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Bitmap | Plain] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._pixels = 0

    def get(self, key: str, paint: Callable[[], Bitmap]) -> Bitmap | Plain:
        """The layer of that key: the kept one, or one that `paint` gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        layer = _looked_at(paint())
        with self._lock:
            if (key in self._seen or isinstance(layer, Plain)) and key not in self._kept:
                self._keep(key, layer)
            self._seen[key] = None
            if len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)
        return layer

    def _keep(self, key: str, layer: Bitmap | Plain) -> None:
        self._kept[key] = layer
        self._pixels += _cost(layer)
        while self._pixels > _MOST_PIXELS:
            _, dropped = self._kept.popitem(last=False)
            self._pixels -= _cost(dropped)


def _cost(layer: Bitmap | Plain) -> int:
    return _COST_OF_A_COLOR if isinstance(layer, Plain) else layer.width * layer.height


def _looked_at(layer: Bitmap) -> Bitmap | Plain:
    pixels = np.frombuffer(layer.pixels, np.uint32)
    if not np.bitwise_and.reduce(pixels) >= _OPAQUE:
        return layer
    if np.all(pixels[: layer.width] == pixels[0]) and np.all(pixels == pixels[0]):
        red, green, blue, _ = pixels[:1].tobytes()
        return Plain(f"rgb({red},{green},{blue})")
    return replace(layer, surely_opaque=True)
