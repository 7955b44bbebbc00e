"""Finished pictures in memory, by the fingerprint of their card."""

import time
from collections import OrderedDict
from collections.abc import Callable

from frontis.fetch.keep import Keep
from frontis.model.picture import Picture

# What an entry takes besides the picture's bytes, roughly.
ENTRY_BYTES = 1_000
DEGRADED_KEPT_SECONDS = 30
MOST_DEGRADED_BYTES = 8_000_000


class PictureCache:
    """At most so many bytes of pictures; the least recently used leave first. Belongs to one event loop."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def size_bytes(self) -> int:
        """How much is held."""
        return self._bytes

    def has(self, fingerprint: str) -> bool:
        """Whether the card's picture is here. It is not used by being asked for."""
        return fingerprint in self._pictures

    def get(self, fingerprint: str) -> Picture | None:
        """The card's picture, if it is here."""
        picture = self._pictures.get(fingerprint)
        if picture is not None:
            self._pictures.move_to_end(fingerprint)
        return picture

    def put(self, fingerprint: str, picture: Picture) -> None:
        """Keep a picture, unless it is larger than all the room, or lacks something that it should have."""
        if picture.missing or _size(picture) > self._most_bytes:
            return
        before = self._pictures.pop(fingerprint, None)
        self._bytes += _size(picture) - (_size(before) if before else 0)
        self._pictures[fingerprint] = picture
        while self._bytes > self._most_bytes:
            _, oldest = self._pictures.popitem(last=False)
            self._bytes -= _size(oldest)


class DegradedPictures:
    """Pictures that lack something, for 30 s: many who ask for one, one after the other, cost one attempt to do better.

    clock: seconds, for their age. Belongs to one event loop.
    """

    def __init__(self, most_bytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: Keep[str, tuple[Picture, float]] = Keep(min(most_bytes, MOST_DEGRADED_BYTES), clock=clock)

    def get(self, fingerprint: str) -> tuple[Picture, float] | None:
        """The card's picture, if it is here, and its age in seconds."""
        kept = self._kept.get(fingerprint)
        return (kept[0], self._clock() - kept[1]) if kept else None

    def put(self, fingerprint: str, picture: Picture) -> None:
        """Keep a picture from now on."""
        entry = (picture, self._clock())
        self._kept.put(fingerprint, entry, size_bytes=_size(picture), seconds=DEGRADED_KEPT_SECONDS)


def _size(picture: Picture) -> int:
    return len(picture.data) + ENTRY_BYTES
