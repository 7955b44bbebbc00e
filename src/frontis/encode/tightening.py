"""Writes a PNG once more, with all the effort that nobody has to wait for."""

from dataclasses import replace
from io import BytesIO

from PIL import Image

from frontis.encode.png import SMALLEST, png
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format
from frontis.model.picture import Picture

# A smaller gain is not worth another version in every cache between here and the reader.
LEAST_GAIN = 0.03


def tightened(picture: Picture) -> Picture | None:
    """The same pixels in fewer bytes; None where the picture is no PNG, or there is little to gain. Takes its time."""
    if picture.format is not Format.PNG:
        return None
    with Image.open(BytesIO(picture.data)) as image:
        pixels = image.convert("RGBA")
    data = png(Bitmap(pixels.width, pixels.height, memoryview(pixels.tobytes())), SMALLEST)
    return replace(picture, data=data) if len(data) < (1 - LEAST_GAIN) * len(picture.data) else None
