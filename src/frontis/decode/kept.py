"""Photos decoded before, so that the next card with the same logo decodes nothing."""

import hashlib
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import Final

from frontis.decode.decoding import decode
from frontis.model.output import Size
from frontis.model.photo import Photo

_MOST_BYTES: Final = 24_000_000
_MOST_AT_HAND: Final = 500_000


class KeptPhotos:
    """The last photos by their original bytes and the box they were made for, bounded in bytes. Thread-safe."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._photos: OrderedDict[tuple[bytes, Size], Photo] = OrderedDict()
        self._lock = threading.Lock()

    def decode(self, data: bytes, box: Size) -> Photo:
        """As `decode`, at once where it was done before. A refusal is not remembered."""
        # Python hashes an object once: of a logo that is kept from card to card, none of its bytes are read.
        key = (_kept_digest(data) if len(data) <= _MOST_AT_HAND else _digest(data), box)
        with self._lock:
            if key in self._photos:
                self._photos.move_to_end(key)
                return self._photos[key]
        photo = decode(data, box)
        with self._lock:
            if key not in self._photos:
                self._photos[key] = photo
                self._bytes += len(photo.data)
            while self._bytes > self._most_bytes:
                _, dropped = self._photos.popitem(last=False)
                self._bytes -= len(dropped.data)
        return photo


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_kept_digest = lru_cache(maxsize=8)(_digest)
