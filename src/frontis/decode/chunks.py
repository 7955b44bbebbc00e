"""A PNG without the chunks that draw nothing."""

from collections.abc import Iterator

_SIGNATURE_LENGTH = 8

# Text chunks inflate to 8 MB each, and a 7 MB file holds 900 of them; animation is not wanted either.
_WANTED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"IDAT", b"IEND"})


def bare_png(data: bytes) -> bytes:
    """The same picture with no chunk but those that say how it looks (PNG, third edition, 5.3).

    A file that breaks off stays broken off at the same place.
    """
    return data[:_SIGNATURE_LENGTH] + b"".join(_wanted_chunks(data))


def _wanted_chunks(data: bytes) -> Iterator[bytes]:
    position = _SIGNATURE_LENGTH
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8]
        end = position + 12 + length
        if name in _WANTED:
            yield data[position:end]
        if name == b"IEND":
            return
        position = end
