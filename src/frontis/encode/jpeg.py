"""Writes JPEG by libjpeg-turbo, with full colour resolution where words would smear without it."""

import os
from collections.abc import Mapping
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from PIL import Image, JpegImagePlugin

from frontis.encode.budget import Ladder, Rung
from frontis.encode.chroma import smears
from frontis.encode.layers import flat
from frontis.encode.pixels import flattened, image
from frontis.model.bitmap import Bitmap, Layered

DEFAULT_QUALITY = 85

# ITU-T T.81, tables K.1 and K.2.
LUMA = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMA = (
    *(17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99),
    *(24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99),
    *(99,) * 32,
)
# Four times as many colour samples bear a coarser scale: the eye sees no difference, and it saves 5 % of the bytes.
DENSE_CHROMA = tuple(round(step * 1.25) for step in CHROMA)
FULL_COLOR: Mapping[str, Any] = {"subsampling": "4:4:4", "qtables": [LUMA, DENSE_CHROMA]}
HALF_COLOR: Mapping[str, Any] = {"subsampling": "4:2:0"}


def jpeg_ladder(drawn: Bitmap | Layered, quality: int | None) -> Ladder:
    """JPEG at `quality` (85 when None) on white; then progressive, which is smaller and slower, at it and below."""
    top = quality or DEFAULT_QUALITY
    solid = flattened(flat(drawn))
    picture = image(solid)
    options = FULL_COLOR if smears(solid) else HALF_COLOR
    plain = partial(_jpeg, picture, top, options)

    def below() -> list[Rung]:
        # Pillow keeps a progressive picture in a buffer of one byte a pixel; noise can be larger than that.
        has_room = len(plain()) < 0.8 * solid.width * solid.height
        smaller = {**options, "progressive": True} if has_room else options
        return [partial(_jpeg, picture, lower, smaller) for lower in range(top, 0, -1)]

    return Ladder([plain], below)


def _jpeg(picture: Image.Image, quality: int, options: Mapping[str, Any]) -> bytes:
    with _file() as file:
        picture.save(file, JpegImagePlugin.JpegImageFile.format, quality=quality, **options)
        file.seek(0)
        return file.read()


def _file() -> IO[bytes]:
    """A file in memory. Pillow lets other threads run only while it writes to a file that the system knows."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("frontis-jpeg"), "w+b", buffering=0)  # noqa: PTH123
    return TemporaryFile()
