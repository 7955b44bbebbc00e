"""Bodies that a server packed although it was asked not to."""

import zlib
from typing import Protocol


class Unpacker(Protocol):
    """Turns the pieces of a body, as they were sent, into pieces of what was meant."""

    def unpack(self, piece: bytes, most_bytes: int) -> bytes:
        """Return at most `most_bytes` (1 or more); what would come after them is lost. Raises zlib.error: damaged."""
        ...

    def finish(self) -> None:
        """Raise zlib.error when the end is missing."""
        ...


def unpacker_for(content_encoding: str) -> Unpacker:
    """Choose by the Content-Encoding header. Raises zlib.error: neither gzip, deflate nor none."""
    coding = content_encoding.strip().lower()
    if coding in {"", "identity"}:
        return _Plain()
    # SVG pictures that are stored packed (.svgz) are rightly sent so.
    if coding in {"gzip", "x-gzip", "deflate"}:
        return _Zipped()
    raise zlib.error(f"the coding {coding[:40]!r} was not asked for")


class _Plain:
    def unpack(self, piece: bytes, most_bytes: int) -> bytes:
        return piece[:most_bytes]

    def finish(self) -> None:
        pass


class _Zipped:
    def __init__(self) -> None:
        # 32: gzip or zlib, whichever the first bytes say.
        self._stream = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)

    def unpack(self, piece: bytes, most_bytes: int) -> bytes:
        # After the end zlib would only gather what follows. A second member is no use of any picture, but of a bomb.
        return b"" if self._stream.eof else self._stream.decompress(piece, most_bytes)

    def finish(self) -> None:
        if not self._stream.eof:
            raise zlib.error("the packed body has no end")
