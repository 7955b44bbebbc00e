"""Encodes a bitmap as PNG, JPEG, WebP or AVIF, within a byte budget if there is one."""

from collections.abc import Callable, Mapping

from frontis.encode.avif import avif_ladder
from frontis.encode.budget import Ladder, best
from frontis.encode.favicon import ico, shrunk
from frontis.encode.jpeg import jpeg_ladder
from frontis.encode.png import png_ladder
from frontis.encode.webp import webp_ladder
from frontis.errors import EncodeFailed
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size
from frontis.model.picture import Picture

__all__ = ["encode", "ico", "shrunk"]

LADDERS: Mapping[Format, Callable[[Bitmap, int | None], Ladder]] = {
    Format.PNG: png_ladder,
    Format.JPEG: jpeg_ladder,
    Format.WEBP: webp_ladder,
    Format.AVIF: avif_ladder,
}


def encode(bitmap: Bitmap, output: Output) -> Picture:
    """The bitmap in `output.format`, as large as it is: `output.size` is what was drawn for, and is not read.

    The same bitmap and output give the same bytes, in every thread and run. No metadata is written; colours are sRGB.
    `output.quality` is the format's own scale of 1 to 100 (None: JPEG 85, WebP 80, AVIF 60); for PNG it trades only
    time for bytes. With `output.max_kb` the best quality up to that one which fits is found; if none fits, the picture
    is the smallest that was found, and says so. May be called from several threads at once. Raises EncodeFailed.
    """
    if bitmap.width < 1 or bitmap.height < 1:
        raise EncodeFailed(f"A bitmap of {bitmap.width}x{bitmap.height} pixels cannot be written.")
    most_bytes = None if output.max_kb is None else output.max_kb * 1024
    try:
        data, is_within_budget = best(LADDERS[output.format](bitmap, output.quality), most_bytes)
    except (OSError, ValueError, RuntimeError, SystemError, MemoryError) as error:
        size = f"{bitmap.width}x{bitmap.height}"
        raise EncodeFailed(f"The {size} bitmap could not be written as {output.format.value}: {error}") from error
    return Picture(data, output.format, Size(bitmap.width, bitmap.height), within_budget=is_within_budget)
