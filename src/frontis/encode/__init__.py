"""Encodes a bitmap as PNG, JPEG, WebP or AVIF, and a drawing as SVG, within a byte budget if there is one."""

from collections.abc import Callable, Mapping

from frontis.encode.avif import avif_ladder
from frontis.encode.budget import Ladder, best
from frontis.encode.cores import drawing, use_cores
from frontis.encode.favicon import ico, shrunk
from frontis.encode.jpeg import jpeg_ladder
from frontis.encode.png import png_ladder
from frontis.encode.svg import svg_ladder
from frontis.encode.webp import webp_ladder
from frontis.errors import EncodeFailed
from frontis.model.bitmap import Bitmap, Layered
from frontis.model.drawing import Drawing
from frontis.model.output import Format, Output, Size
from frontis.model.picture import Picture

__all__ = ["drawing", "encode", "ico", "shrunk", "use_cores"]

LADDERS: Mapping[Format, Callable[[Bitmap | Layered, int | None], Ladder]] = {
    Format.PNG: png_ladder,
    Format.JPEG: jpeg_ladder,
    Format.WEBP: webp_ladder,
    Format.AVIF: avif_ladder,
}


def encode(drawn: Bitmap | Layered | Drawing, output: Output) -> Picture:
    """What was drawn, in `output.format`, as large as it is: `output.size` is what was drawn for, and is not read.

    A drawing is for SVG alone; a bitmap in SVG is a picture in an empty document. The same bitmap or drawing and output
    give the same bytes, in every thread and run. No metadata is written; colours are sRGB.
    `output.quality` is the format's own scale of 1 to 100 (None: JPEG 85, WebP 80, AVIF 60); for PNG it trades only
    time for bytes. With `output.max_kb` the best quality up to that one which fits is found; if none fits, the picture
    is the smallest that was found, and says so: shapes have but one size. May be called from several threads at once.
    Raises EncodeFailed.
    """
    size = drawn.size if isinstance(drawn, Drawing) else Size(drawn.width, drawn.height)
    if min(size) < 1:
        raise EncodeFailed(f"A bitmap of {size.width}x{size.height} pixels cannot be written.")
    most_bytes = None if output.max_kb is None else output.max_kb * 1024
    try:
        data, is_within_budget = best(_ladder(drawn, size, output), most_bytes)
    except (OSError, ValueError, RuntimeError, SystemError, MemoryError) as error:
        drawing = f"{size.width}x{size.height} {type(drawn).__name__.lower()}"
        raise EncodeFailed(f"The {drawing} could not be written as {output.format.value}: {error}") from error
    return Picture(data, output.format, size, within_budget=is_within_budget)


def _ladder(drawn: Bitmap | Layered | Drawing, size: Size, output: Output) -> Ladder:
    if isinstance(drawn, Drawing):
        if output.format is not Format.SVG:
            raise ValueError("it is made of shapes")
        return svg_ladder(drawn)
    if output.format is Format.SVG:
        return svg_ladder(Drawing(size, "", drawn))
    return LADDERS[output.format](drawn, output.quality)
