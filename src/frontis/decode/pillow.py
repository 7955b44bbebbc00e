"""The formats that Pillow reads better than libvips: AVIF, by a stricter and faster decoder, and Windows bitmaps."""

from io import BytesIO
from typing import Final

import pyvips
from PIL import Image
from PIL.ExifTags import Base

from frontis.decode.limits import refuse_too_many_pixels, too_many_pixels
from frontis.decode.sniff import Kind
from frontis.decode.srgb import PROFILE

_EIGHT_BIT: Final = {"L": "b-w", "LA": "b-w", "RGB": "srgb", "RGBA": "srgb"}


def load_with_pillow(kind: Kind, data: bytes) -> pyvips.Image:
    """The first frame in full size and its own colours, with its orientation and profile beside it.

    kind: AVIF or ICO. Raises PictureTooLarge or DamagedPicture.
    """
    picture = _opened(kind, data)
    refuse_too_many_pixels(*picture.size)
    orientation, profile = _pixels_loaded(kind, picture)
    if picture.mode not in _EIGHT_BIT:
        picture = picture.convert("RGBA")
    bands = len(picture.getbands())
    image = pyvips.Image.new_from_memory(picture.tobytes(), picture.width, picture.height, bands, "uchar")
    image = image.copy(interpretation=_EIGHT_BIT[picture.mode])
    if orientation in range(1, 9):
        image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    if profile:
        image.set_type(pyvips.GValue.blob_type, PROFILE, profile)
    return image


def _opened(kind: Kind, data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=[kind.value])
    except Image.DecompressionBombError as error:
        raise too_many_pixels(f"The {kind} picture is far too large") from error
    except Exception as error:
        raise kind.damaged() from error


def _pixels_loaded(kind: Kind, picture: Image.Image) -> tuple[object, bytes]:
    try:
        picture.load()
        return picture.getexif().get(Base.Orientation), picture.info.get("icc_profile", b"")
    except Exception as error:
        raise kind.damaged() from error
