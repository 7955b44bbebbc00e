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
_SUMMED_EVERY: Final = 4

Key = tuple[int, ...]
Rows = NDArray[np.uint8] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a raw deflate stream, and what zlib's trailer must know of the bytes in it."""

    deflated: bytes
    adler: int
    length: int


class KeptStrips:
    """The strips of rows that came twice, bounded in bytes. Safe in many threads.

    A checksum of some of them finds them, and a comparison of all their bytes makes sure.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[Rows | None, Strip]] = OrderedDict()
        self._seen: OrderedDict[Key, None] = OrderedDict()

    def find(self, rows: Rows | None, manner: tuple[int, ...]) -> tuple[Key, Strip | None]:
        """The key of these rows, and their strip if it is kept.

        manner: all that decides the strip besides the rows; without rows, all that decides it.
        """
        key = manner if rows is None else (*manner, _checksum(rows), rows.size)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None:
            return key, None
        known, strip = kept
        is_same = rows is None or (known is not None and np.array_equal(known, rows))
        return key, strip if is_same else None

    def add(self, key: Key, rows: Rows | None, strip: Strip) -> None:
        """Keep the strip of these rows, if they were there before."""
        with self._lock:
            if key in self._seen:
                self._keep(key, rows, strip)
            self._seen[key] = None
            if len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)

    def _keep(self, key: Key, rows: Rows | None, strip: Strip) -> None:
        if key in self._kept:
            self._bytes -= _bytes_of(*self._kept.pop(key))
        self._kept[key] = (None if rows is None else rows.copy(), strip)
        self._bytes += _bytes_of(rows, strip)
        while self._bytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _bytes_of(*dropped)


def _checksum(rows: Rows) -> int:
    """Of some of the rows: they are only to be found again, and are compared then."""
    return isal_zlib.crc32(np.ascontiguousarray(rows[::_SUMMED_EVERY]))


def _bytes_of(rows: Rows | None, strip: Strip) -> int:
    return len(strip.deflated) + (0 if rows is None else rows.nbytes)
