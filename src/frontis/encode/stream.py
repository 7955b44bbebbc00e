"""Deflates the rows of a PNG into one zlib stream: in strips, several at once while cores are idle.

Where a strip begins depends on the size alone, so the bytes are the same whatever else the machine is doing.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from isal import isal_zlib
from zlib_ng import zlib_ng

from frontis.encode import loops
from frontis.encode.cores import side_by_side
from frontis.encode.filters import Content, FilteredRows
from frontis.encode.strips import KeptStrips, Rows, Strip

STRIP_BYTES = 250_000
WHOLE_BYTES = 1_000_000  # sooner done alone than handed to another thread
QUICK_LEVEL = 4
LAST_ON_NOISE = 7  # 9 takes five times as long and takes off nothing
RAW_STREAM = -15  # no header and no trailer, a window of 2 ** 15 bytes
ADLER_BASE = 65521  # RFC 1950, 8.2

_strips = KeptStrips()


def zlib_stream(
    seen: Rows, filtered: Callable[[slice], FilteredRows], bits: int, level: int | None = None, ground: int = 0
) -> list[bytes]:
    """The rows as one zlib stream (RFC 1950), in pieces.

    seen: the pixels; or the words alone, and in `ground` the number of the backdrop that they stand on.
    filtered: gives the rows of a strip, made of its pixels and of the row above.
    bits: how many each pixel has in filtered rows.
    level: None for the quickest that serves such rows, or 1 to 9 as zlib counts, 9 being the smallest.
    """
    height, width = seen.shape
    size = height * -(-width * bits // 8)
    count = max(1, min(height, round(size / STRIP_BYTES))) if size > WHOLE_BYTES else 1
    edges = [height * index // count for index in range(count + 1)]

    parts = [slice(*edge) for edge in pairwise(edges)]
    if count == 1:
        # A picture by palette: some word is in it, so it does not come again.
        strips = [_strip(filtered(parts[0]), level, is_last=True)]
    else:
        strips = _known_or_made(seen, parts, filtered, (bits, level or 0, ground))
    adler = 1
    for each in strips:
        adler = _joined(adler, each)
    return [b"\x78\x01", *(each.deflated for each in strips), adler.to_bytes(4, "big")]


def _known_or_made(
    seen: Rows, parts: Sequence[slice], filtered: Callable[[slice], FilteredRows], manner: tuple[int, int, int]
) -> list[Strip]:
    """The strip of each part. What is kept is found by the caller alone: to hand it over would take longer."""
    _, level, ground = manner
    with_above = [seen[max(0, part.start - 1) : part.stop] for part in parts]
    told = [None if ground and loops.are_nought(rows) else rows for rows in with_above]
    last = len(parts) - 1
    # On a backdrop, the same words are other pixels elsewhere.
    where = [(index if ground else min(index, 1), index == last) for index in range(len(parts))]
    found = [_strips.find(rows, (*manner, *place)) for rows, place in zip(told, where, strict=True)]
    missing = [index for index, (_, strip) in enumerate(found) if strip is None]

    def prepare(place: int) -> tuple[int, FilteredRows]:
        return missing[place], filtered(parts[missing[place]])

    def make(prepared: tuple[int, FilteredRows]) -> Strip:
        index, rows = prepared
        return _strip(rows, level or None, is_last=index == last)

    made = dict(zip(missing, side_by_side(prepare, make, len(missing)), strict=True))
    for index, strip in made.items():
        _strips.add(found[index][0], told[index], strip)
    return [strip or made[index] for index, (_, strip) in enumerate(found)]


def _strip(rows: FilteredRows, level: int | None, *, is_last: bool) -> Strip:
    return Strip(_deflate(rows, level, is_last=is_last), zlib_ng.adler32(rows.data), rows.data.size)


def _deflate(rows: FilteredRows, level: int | None, *, is_last: bool) -> bytes:
    """A strip that is not the last ends on a byte's edge, where the next one can go on."""
    if level is None and rows.content is not Content.REPEATING:
        igzip = isal_zlib.compressobj(1, wbits=RAW_STREAM)
        return igzip.compress(rows.data) + igzip.flush(isal_zlib.Z_FINISH if is_last else isal_zlib.Z_SYNC_FLUSH)
    level = level or QUICK_LEVEL
    deflate = zlib_ng.compressobj(
        min(level, LAST_ON_NOISE) if rows.content is Content.NOISE else level, wbits=RAW_STREAM
    )
    return deflate.compress(rows.data) + deflate.flush(zlib_ng.Z_FINISH if is_last else zlib_ng.Z_SYNC_FLUSH)


def _joined(adler: int, strip: Strip) -> int:
    """The checksum of what came before and of the strip: both its sums are linear."""
    low, high = adler & 0xFFFF, adler >> 16
    low_next = (low + (strip.adler & 0xFFFF) - 1) % ADLER_BASE
    high_next = (high + (strip.adler >> 16) + strip.length * (low - 1)) % ADLER_BASE
    return high_next << 16 | low_next
