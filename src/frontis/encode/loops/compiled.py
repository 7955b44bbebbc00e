"""The loops in C: see loops.c."""

import ctypes
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from frontis.encode.pixels import Words

MOST_COLORS: Final = 256
MOST_SHORT: Final = 100_000

_POINTER, _SIZE, _INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
_FUNCTIONS: Final[dict[str, tuple[Any, Sequence[Any]]]] = {
    "frontis_are_nought": (_INT, (_POINTER, _SIZE)),
    "frontis_repeats": (None, (_POINTER, _SIZE, _SIZE, _SIZE, ctypes.POINTER(_SIZE), ctypes.POINTER(_SIZE))),
    "frontis_pack": (None, (_POINTER, _SIZE, _SIZE, _SIZE, _INT, _POINTER)),
    "frontis_smeared": (_SIZE, (_POINTER, _SIZE, _INT)),
    "frontis_lay": (None, (_POINTER, _POINTER, _SIZE, _POINTER)),
    "frontis_index": (_INT, (_POINTER, _SIZE, _POINTER, _POINTER, ctypes.POINTER(_SIZE))),
    "frontis_index_words": (_INT, (_POINTER, _POINTER, _SIZE, _POINTER, _INT, _POINTER)),
}


def _loaded(kind: type[ctypes.CDLL]) -> ctypes.CDLL | None:
    if sys.byteorder != "little":
        return None
    with suppress(OSError, AttributeError):
        library = kind(str(Path(__file__).with_name("libloops.so")))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        return library
    return None


# To let go of Python's lock and to get it back takes as long as some rows do: only what takes longer lets go.
_long: Any = _loaded(ctypes.CDLL)
_short: Any = _loaded(ctypes.PyDLL)
IS_THERE: Final = _long is not None


def are_nought(array: Words | NDArray[np.uint8]) -> bool:
    """Whether all of it is nought."""
    return bool(_short.frontis_are_nought(_address(array), array.nbytes))


def smeared(pairs: NDArray[np.uint8], least: int) -> int:
    """How many pairs of neighbours in a row hold an edge that colour draws, and more so than brightness.

    pairs: height x an even width x 4 channels. least: how far apart the colours of such an edge are.
    """
    return sum(_short.frontis_smeared(_address(row), len(row) // 2, least) for row in pairs)


def laid(words: Words, backdrop: Words) -> Words:
    """The words over the backdrop, as many pixels of each."""
    _must_be_as_many(words, backdrop)
    both = np.empty_like(backdrop)
    library = _short if words.size <= MOST_SHORT else _long
    library.frontis_lay(_address(words), _address(backdrop), words.size, _address(both))
    return both


def index(pixels: Words) -> tuple[Words, NDArray[np.uint8], int] | None:
    """The colours of at least one pixel as they come, each pixel's place among them, and how often a run begins anew.

    None if over 256 are.
    """
    if not pixels.size:
        raise ValueError("no pixels have no colours")
    room, indices, runs = np.empty(MOST_COLORS, np.uint32), np.empty(pixels.size, np.uint8), _SIZE()
    count = _long.frontis_index(_address(pixels), pixels.size, _address(room), _address(indices), ctypes.byref(runs))
    return (room[:count], indices, runs.value) if count else None


def index_words(words: Words, backdrop: Words, colors: Words, indices: NDArray[np.uint8]) -> Words | None:
    """Write the places in a palette of the words over the backdrop into `indices`, which hold the backdrop's already.

    colors: 1 to 256, none of them twice. Those that come to them are behind them in the result; None if over 256 are.
    """
    _must_be_as_many(words, backdrop, indices)
    if not 1 <= len(colors) <= MOST_COLORS:
        raise ValueError(f"{len(colors)} colours make no palette")
    room = np.empty(MOST_COLORS, np.uint32)
    room[: len(colors)] = colors
    count = _long.frontis_index_words(
        _address(words), _address(backdrop), words.size, _address(room), len(colors), _address(indices)
    )
    return room[:count] if count else None


def repeats(pixels: Words, every: int) -> tuple[int, int]:
    """How many pixels of every so many rows, from the second one on, are as their left neighbour, and as the upper one.

    pixels: height x width.
    """
    across, down = _SIZE(), _SIZE()
    _short.frontis_repeats(_address(pixels), *pixels.shape, every, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


def packed(pixels: Words, channels: int, *, up: bool) -> NDArray[np.uint8]:
    """The first 1, 3 or 4 channels of height x width pixels as the rows of a PNG, height x (1 + bytes of a row).

    up: whether each row but the first is filtered by the one above.
    """
    if channels not in (1, 3, 4):
        raise ValueError(f"no PNG has {channels} channels of colour")
    height, width = pixels.shape
    row_bytes = 1 + width * channels
    room = np.empty(height * row_bytes + 3, np.uint8)
    _short.frontis_pack(_address(pixels), height, width, channels, up, _address(room))
    return room[:-3].reshape(height, row_bytes)


def _must_be_as_many(*arrays: Words | NDArray[np.uint8]) -> None:
    sizes = [array.size for array in arrays]
    if len(set(sizes)) > 1:
        raise ValueError(f"layers of {sizes} pixels do not lie over each other")


def _address(array: Words | NDArray[np.uint8]) -> int:
    if not array.flags.c_contiguous:
        raise ValueError("the pixels do not lie one behind the other")
    address: int = array.__array_interface__["data"][0]
    return address
