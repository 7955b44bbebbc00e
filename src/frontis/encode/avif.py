"""Writes AVIF by libaom."""

from functools import partial
from io import BytesIO
from typing import Literal

from PIL import AvifImagePlugin, Image

from frontis.encode.budget import Ladder
from frontis.encode.chroma import smears
from frontis.encode.layers import flat
from frontis.encode.pixels import image
from frontis.model.bitmap import Bitmap, Layered

DEFAULT_QUALITY = 60
# Up to speed 7 libaom looks for what is typical of drawn pictures: half the bytes, for twice the time of speed 8.
SPEEDS = ((1_200_000, 7), (2_500_000, 8))
FASTEST_NEEDED = 9

Sampling = Literal["4:4:4", "4:2:0"]


def avif_ladder(drawn: Bitmap | Layered, quality: int | None) -> Ladder:
    """AVIF at `quality` (60 when None), and below."""
    top = quality or DEFAULT_QUALITY
    bitmap = flat(drawn)
    picture = image(bitmap)
    if picture.mode == "RGBX":
        picture = picture.convert("RGB")
    sampling: Sampling = "4:4:4" if smears(bitmap) else "4:2:0"
    speed = next((speed for pixels, speed in SPEEDS if bitmap.width * bitmap.height <= pixels), FASTEST_NEEDED)
    return Ladder(
        [partial(_avif, picture, top, sampling, speed)],
        lambda: [partial(_avif, picture, lower, sampling, speed) for lower in range(top - 1, 0, -1)],
    )


def _avif(picture: Image.Image, quality: int, sampling: Sampling, speed: int) -> bytes:
    file = BytesIO()
    # The number of threads changes the bytes, so it may not depend on the machine.
    picture.save(
        file,
        AvifImagePlugin.AvifImageFile.format,
        quality=quality,
        subsampling=sampling,
        speed=speed,
        max_threads=1,
    )
    return file.getvalue()
