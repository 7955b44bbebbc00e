"""Finished pictures in memory, by the fingerprint of their card."""

from collections import OrderedDict

from frontis.model.picture import Picture

# What an entry takes besides the picture's bytes, roughly.
ENTRY_BYTES = 1_000


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


def _size(picture: Picture) -> int:
    return len(picture.data) + ENTRY_BYTES
