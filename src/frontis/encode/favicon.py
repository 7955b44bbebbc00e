"""The files that a site's icon consists of, out of one picture."""

import struct
from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageFilter

from frontis.errors import EncodeFailed

# What is drawn as small as this loses its edges to the averaging.
LARGEST_SHARPENED = 48
_SHARPEN = ImageFilter.UnsharpMask(radius=0.6, percent=35, threshold=0)
# ICONDIR and ICONDIRENTRY of the format: a PNG may stand where a bitmap did since Windows Vista.
_HEADER = struct.Struct("<HHH")
_ENTRY = struct.Struct("<BBBBHHII")
_IS_ICON, _PLANES, _BITS = 1, 1, 32


def shrunk(png: bytes, side: int) -> bytes:
    """A square PNG of ours at a smaller side, as PNG, with its transparency. Raises EncodeFailed."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as opened:
            # Premultiplied, so that what is transparent lends no colour to its neighbours.
            small = opened.convert("RGBA").convert("RGBa").resize((side, side), Image.Resampling.LANCZOS)
    except (OSError, ValueError) as error:
        raise EncodeFailed("The icon could not be made smaller.") from error
    picture = small.convert("RGBA")
    if side <= LARGEST_SHARPENED:
        transparency = picture.getchannel("A")
        picture = picture.filter(_SHARPEN)
        picture.putalpha(transparency)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def ico(pictures: Iterable[tuple[int, bytes]]) -> bytes:
    """An ICO file of square PNGs, each with its side, at most 256."""
    entries = list(pictures)
    offset = _HEADER.size + _ENTRY.size * len(entries)
    table = [_HEADER.pack(0, _IS_ICON, len(entries))]
    for side, png in entries:
        # A side of 256 is written as 0.
        table.append(_ENTRY.pack(side % 256, side % 256, 0, 0, _PLANES, _BITS, len(png), offset))
        offset += len(png)
    return b"".join([*table, *(png for _, png in entries)])
