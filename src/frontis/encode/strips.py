"""Strips of pictures that come again: the rows of a backdrop that no word touches are filtered and deflated once."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

_MOST_BYTES: Final = 24_000_000
_MOST_SEEN: Final = 20_000

Key = tuple[int, ...]
Rows = NDArray[np.uint8] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a raw deflate stream, and what zlib's trailer must know of the bytes in it."""

    deflated: bytes
    adler: int
    length: int


class KeptStrips:
    """The strips of rows that came twice, bounded in bytes of the rows. Safe in many threads.

    A checksum finds them, and a comparison of all their bytes makes sure.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[Rows, Strip]] = OrderedDict()
        self._seen: OrderedDict[Key, None] = OrderedDict()

    def find(self, rows: Rows, manner: tuple[int, ...]) -> tuple[Key, Strip | None]:
        """The key of these rows, and their strip if it is kept. manner: all besides the rows that decides the strip."""
        key = (isal_zlib.crc32(rows), rows.size, *manner)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        return key, kept[1] if kept is not None and np.array_equal(kept[0], rows) else None

    def add(self, key: Key, rows: Rows, strip: Strip) -> None:
        """Keep the strip of these rows, if they were there before."""
        with self._lock:
            if key in self._seen and key not in self._kept:
                self._keep(key, rows, strip)
            self._seen[key] = None
            if len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)

    def _keep(self, key: Key, rows: Rows, strip: Strip) -> None:
        self._kept[key] = (rows.copy(), strip)
        self._bytes += rows.nbytes
        while self._bytes > self._most_bytes:
            _, (dropped, _) = self._kept.popitem(last=False)
            self._bytes -= dropped.nbytes
