"""Finished pictures in memory, by the fingerprint of their card."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from frontis.fetch.keep import Keep
from frontis.model.picture import Picture

# What an entry takes besides the picture's bytes, roughly.
ENTRY_BYTES = 1_000
ESTABLISHED_SHARE = 0.8
DEGRADED_KEPT_SECONDS = 30
MOST_DEGRADED_BYTES = 8_000_000


class PictureCache:
    """At most so many bytes of pictures. Belongs to one event loop.

    It is a segmented LRU: a picture is on trial until it is asked for again, then it is established; what is on trial
    leaves first. So a flood of cards that are asked for once drives out no card that is asked for often. What is
    established has at most four fifths of the room; the least recently used of it goes back on trial.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._trial = _Segment()
        self._established = _Segment()

    def __len__(self) -> int:
        return len(self._trial.pictures) + len(self._established.pictures)

    @property
    def size_bytes(self) -> int:
        """How much is held."""
        return self._trial.size_bytes + self._established.size_bytes

    def has(self, fingerprint: str) -> bool:
        """Whether the card's picture is here. It is not used by being asked for."""
        return fingerprint in self._established.pictures or fingerprint in self._trial.pictures

    def get(self, fingerprint: str) -> Picture | None:
        """The card's picture, if it is here."""
        picture = self._established.pictures.get(fingerprint)
        if picture is not None:
            self._established.pictures.move_to_end(fingerprint)
            return picture
        picture = self._trial.pop(fingerprint)
        if picture is not None:
            self._established.add(fingerprint, picture)
            while self._established.size_bytes > self._most_bytes * ESTABLISHED_SHARE:
                self._trial.add(*self._established.pop_oldest())
        return picture

    def put(self, fingerprint: str, picture: Picture) -> None:
        """Keep a picture, unless it is larger than all the room, or lacks something that it should have."""
        if picture.missing or _size(picture) > self._most_bytes:
            return
        segment = self._established if fingerprint in self._established.pictures else self._trial
        segment.pop(fingerprint)
        segment.add(fingerprint, _at_home(picture))
        while self.size_bytes > self._most_bytes:
            # Never what has just come, which is the last of its segment.
            on_trial = len(self._trial.pictures) > (segment is self._trial)
            (self._trial if on_trial else self._established).pop_oldest()

    def forget(self, fingerprints: Iterable[str] | None) -> None:
        """Drop the pictures of these cards; of all for None."""
        for segment in (self._trial, self._established):
            for fingerprint in tuple(segment.pictures) if fingerprints is None else fingerprints:
                segment.pop(fingerprint)


def _at_home(picture: Picture) -> Picture:
    """A copy in the memory of the event loop's thread, for the C library gives each thread a part of its own.

    What stays must not come to lie between the large buffers of a thread that draws: its part would grow by each that
    finds no room any more.
    """
    return replace(picture, data=bytes(memoryview(picture.data)))


class _Segment:
    """Pictures in the order in which they were used last, and how much they take."""

    def __init__(self) -> None:
        self.pictures: OrderedDict[str, Picture] = OrderedDict()
        self.size_bytes = 0

    def add(self, fingerprint: str, picture: Picture) -> None:
        self.pictures[fingerprint] = picture
        self.size_bytes += _size(picture)

    def pop(self, fingerprint: str) -> Picture | None:
        picture = self.pictures.pop(fingerprint, None)
        if picture is not None:
            self.size_bytes -= _size(picture)
        return picture

    def pop_oldest(self) -> tuple[str, Picture]:
        fingerprint, picture = self.pictures.popitem(last=False)
        self.size_bytes -= _size(picture)
        return fingerprint, picture


class DegradedPictures:
    """Pictures that lack something, for 30 s: many who ask for one, one after the other, cost one attempt to do better.

    clock: seconds, for their age. Belongs to one event loop.
    """

    def __init__(self, most_bytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: Keep[str, tuple[Picture, float]] = Keep(min(most_bytes, MOST_DEGRADED_BYTES), clock=clock)

    @property
    def size_bytes(self) -> int:
        """How much is held."""
        return self._kept.size_bytes

    def get(self, fingerprint: str) -> tuple[Picture, float] | None:
        """The card's picture, if it is here, and its age in seconds."""
        kept = self._kept.get(fingerprint)
        return (kept[0], self._clock() - kept[1]) if kept else None

    def put(self, fingerprint: str, picture: Picture) -> None:
        """Keep a picture from now on."""
        entry = (picture, self._clock())
        self._kept.put(fingerprint, entry, size_bytes=_size(picture), seconds=DEGRADED_KEPT_SECONDS)

    def clear(self) -> None:
        """Drop them all."""
        self._kept.clear()


def _size(picture: Picture) -> int:
    return len(picture.data) + ENTRY_BYTES
