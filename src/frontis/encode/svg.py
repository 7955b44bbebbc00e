"""Writes SVG (W3C, version 1.1, and `href` without a namespace as version 2 has it)."""

from base64 import b64encode
from collections.abc import Callable
from functools import partial

from frontis.encode.budget import Ladder, Rung
from frontis.encode.grounds import channels_of, few_colors
from frontis.encode.jpeg import jpeg_ladder
from frontis.encode.png import png_ladder
from frontis.model.bitmap import Bitmap, Layered
from frontis.model.drawing import Drawing

GROUND_QUALITY = 90


def svg_ladder(drawing: Drawing) -> Ladder:
    """The drawing as a document; shapes lose nothing and cannot be made smaller, so only a ground of pixels can.

    Viewers of SVG must know PNG and JPEG and no other pictures: a ground is PNG if it has few colours or lets something
    show through, else JPEG.
    """
    ground = drawing.ground
    if ground is None:
        return Ladder([partial(_document, drawing)])
    kind, ladder = _ground_ladder(ground)

    def over(rung: Rung) -> Rung:
        return partial(_over, drawing, kind, rung)

    return Ladder([over(rung) for rung in ladder.first], lambda: [over(rung) for rung in ladder.rest()])


def _ground_ladder(ground: Bitmap | Layered) -> tuple[str, Ladder]:
    if few_colors(ground) is not None or channels_of(ground) == 4:
        return "png", png_ladder(ground, None)
    return "jpeg", jpeg_ladder(ground, GROUND_QUALITY)


def _over(drawing: Drawing, kind: str, rung: Callable[[], bytes]) -> bytes:
    data = b64encode(rung()).decode()
    width, height = drawing.size
    return _document(drawing, f'<image width="{width}" height="{height}" href="data:image/{kind};base64,{data}"/>')


def _document(drawing: Drawing, ground: str = "") -> bytes:
    width, height = drawing.size
    root = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return f"{root}{ground}{drawing.shapes}</svg>\n".encode("ascii")
