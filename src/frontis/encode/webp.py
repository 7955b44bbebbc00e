"""Writes WebP by libwebp: without loss where there are few colours, for that is then smaller and quicker as well."""

from functools import partial
from io import BytesIO

from PIL import Image, WebPImagePlugin

from frontis.encode.budget import Ladder
from frontis.encode.grounds import few_colors
from frontis.encode.layers import flat
from frontis.encode.pixels import image
from frontis.model.bitmap import Bitmap, Layered

DEFAULT_QUALITY = 80


def webp_ladder(drawn: Bitmap | Layered, quality: int | None) -> Ladder:
    """WebP at `quality` (80 when None); then with more effort, at it and below."""
    top = quality or DEFAULT_QUALITY
    picture = image(flat(drawn))
    if few_colors(drawn) is None:
        return Ladder(
            [partial(_lossy, picture, top, method=0)],
            lambda: [partial(_lossy, picture, lower, method=2) for lower in range(top, 0, -1)],
        )
    return Ladder(
        [partial(_lossless, picture, effort=0, method=1), partial(_lossless, picture, effort=75, method=2)],
        lambda: [partial(_lossy, picture, lower, method=2) for lower in range(min(top, 60), 0, -1)],
    )


def _lossy(picture: Image.Image, quality: int, *, method: int) -> bytes:
    file = BytesIO()
    picture.save(file, WebPImagePlugin.WebPImageFile.format, quality=quality, method=method)
    return file.getvalue()


def _lossless(picture: Image.Image, *, effort: int, method: int) -> bytes:
    file = BytesIO()
    picture.save(file, WebPImagePlugin.WebPImageFile.format, lossless=True, exact=True, quality=effort, method=method)
    return file.getvalue()
