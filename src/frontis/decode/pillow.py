"""The formats that Pillow reads better than libvips: AVIF, by a stricter and faster decoder, and Windows bitmaps."""

from io import BytesIO
from typing import Final

import pyvips
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.ExifTags import Base
from PIL.IcoImagePlugin import IcoImageFile
from PIL.ImageFile import ImageFile

from frontis.decode.limits import refuse_too_many_pixels
from frontis.decode.sniff import Kind
from frontis.decode.srgb import PROFILE

_READERS: Final[dict[Kind, type[ImageFile]]] = {Kind.AVIF: AvifImageFile, Kind.ICO: IcoImageFile}


def load_with_pillow(kind: Kind, data: bytes) -> pyvips.Image:
    """The first frame in full size and its own colours, with its orientation and profile beside it.

    kind: AVIF or ICO. Raises PictureTooLarge or DamagedPicture.
    """
    picture = _opened(kind, data)
    refuse_too_many_pixels(*picture.size)
    orientation, profile = _loaded(kind, picture)
    pixels: Image.Image = picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGBA")
    bands = len(pixels.getbands())
    image = pyvips.Image.new_from_memory(pixels.tobytes(), pixels.width, pixels.height, bands, "uchar")
    image = image.copy(interpretation="srgb")
    if orientation in range(1, 9):
        image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    if profile:
        image.set_type(pyvips.GValue.blob_type, PROFILE, profile)
    return image


def _opened(kind: Kind, data: bytes) -> ImageFile:
    try:
        return _READERS[kind](BytesIO(data))
    except Exception as error:
        # Pillow's readers raise whatever their own slips raise.
        raise kind.damaged() from error


def _loaded(kind: Kind, picture: ImageFile) -> tuple[object, bytes]:
    """Decodes the pixels. Gives the EXIF orientation and the ICC profile."""
    try:
        picture.load()
        return picture.getexif().get(Base.Orientation), picture.info.get("icc_profile", b"")
    except Exception as error:
        raise kind.damaged() from error
