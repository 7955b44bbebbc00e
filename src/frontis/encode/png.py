"""Writes PNG (W3C, third edition): by palette where there are few colours, else grey, RGB or RGBA."""

import struct
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from isal import isal_zlib

from frontis.encode.budget import Ladder
from frontis.encode.filters import FilteredRows, by_channel, by_index
from frontis.encode.grounds import channels_of, few_colors, ground
from frontis.encode.layers import flat, rows
from frontis.encode.palette import Indexed
from frontis.encode.pixels import words
from frontis.encode.quantize import fewer_colors
from frontis.encode.stream import zlib_stream
from frontis.model.bitmap import Bitmap, Layered

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BY_PALETTE = 3
COLOR_TYPES = {1: 0, 3: 2, 4: 6}  # by the number of channels
# Up to level 4 zlib is neither quicker nor smaller than what is chosen by content.
FIRST_SLOWER_LEVEL = 5
SMALLEST = 9


def png_ladder(drawn: Bitmap | Layered, quality: int | None) -> Ladder:
    """PNG without loss at the effort that `quality` asks; then with all effort; then with ever fewer colours.

    The quality of a PNG is OSIG's: it trades time for bytes, 100 being the quickest, and never changes a pixel.
    """
    level = round((100 - (quality or 100)) * 9 / 100)
    return Ladder(
        [
            partial(png, drawn, level if level >= FIRST_SLOWER_LEVEL else None),
            partial(png, drawn, SMALLEST),
        ],
        lambda: [partial(_png_of, fewer) for fewer in fewer_colors(flat(drawn))],
    )


def png(drawn: Bitmap | Layered, level: int | None = None) -> bytes:
    """What was drawn, pixel for pixel.

    level: None for the quickest that serves this content, or 1 to 9 as zlib counts, 9 being the smallest.
    """
    few = few_colors(drawn)
    if few is not None:
        return png_by_palette(few, level)
    channels = channels_of(drawn)

    def filtered(strip: slice) -> FilteredRows:
        above = min(1, strip.start)
        return by_channel(rows(drawn, strip.start - above, strip.stop), above, channels)

    # The rows of one backdrop are the same again where the words are.
    seen, number = (drawn, 0) if isinstance(drawn, Bitmap) else (drawn.words, ground(drawn.backdrop).number)
    stream = zlib_stream(words(seen), filtered, 8 * channels, level, number)
    return _file(drawn.width, drawn.height, 8, COLOR_TYPES[channels], [_chunk(b"IDAT", stream)])


def _png_of(fewer: Callable[[], Indexed]) -> bytes:
    return png_by_palette(fewer(), SMALLEST)


def png_by_palette(picture: Indexed, level: int | None = None) -> bytes:
    """A bitmap by palette, at the fewest bits a pixel that tell its colours apart. level: as for `png`."""
    height, width = picture.indices.shape
    depth = next(bits for bits in (1, 2, 4, 8) if len(picture.colors) <= 1 << bits)
    stream = zlib_stream(picture.indices, lambda strip: by_index(picture.indices[strip], depth), depth, level)
    colors = picture.colors.astype("<u4").view(np.uint8).reshape(-1, 4)
    chunks = [_chunk(b"PLTE", [colors[:, :3].tobytes()]), _chunk(b"IDAT", stream)]
    if colors[:, 3].min() < 255:
        chunks.insert(1, _chunk(b"tRNS", [colors[:, 3].tobytes().rstrip(b"\xff")]))
    return _file(width, height, depth, BY_PALETTE, chunks)


def _file(width: int, height: int, depth: int, color_type: int, chunks: Iterable[bytes]) -> bytes:
    header = _chunk(b"IHDR", [struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)])
    return b"".join([SIGNATURE, header, *chunks, _chunk(b"IEND", [])])


def _chunk(kind: bytes, pieces: list[bytes]) -> bytes:
    checksum = isal_zlib.crc32(kind)
    for piece in pieces:
        checksum = isal_zlib.crc32(piece, checksum)
    length = sum(map(len, pieces))
    return b"".join([struct.pack(">I", length), kind, *pieces, struct.pack(">I", checksum)])
