"""The way of foreign bytes to a Photo."""

from frontis.decode.apart import decode_apart
from frontis.decode.chunks import bare_png
from frontis.decode.here import decode_here
from frontis.decode.icon import largest_entry
from frontis.decode.limits import MOST_BYTES, MOST_LAYERED_PIXELS_HERE, MOST_PIXELS_HERE
from frontis.decode.raster import open_raster
from frontis.decode.sniff import Kind, sniff
from frontis.errors import PictureTooLarge
from frontis.model.output import Size
from frontis.model.photo import Photo


def decode(data: bytes, box: Size) -> Photo:
    """A foreign picture, made safe to draw: upright, sRGB, its first frame only, without metadata.

    box: the largest width and height in pixels at which it will be drawn. The photo covers the box when it is cropped
    to it, and is no larger than that takes; pixels are never blown up, drawings (SVG) are.

    Thread-safe, and the same bytes in the same box give the same photo. Raises BadPicture and nothing else:
    UnknownFormat, PictureTooLarge or DamagedPicture, and BadPicture itself when a process that it needs cannot start.
    """
    if len(data) > MOST_BYTES:
        raise PictureTooLarge(f"The picture has {len(data):,} bytes. At most {MOST_BYTES:,} are accepted.")
    kind = sniff(data)
    if kind is Kind.ICO:
        kind, data = largest_entry(data)
    if kind is Kind.PNG:
        data = bare_png(data)
    return (decode_apart if _could_be_endless(kind, data) else decode_here)(kind, data, box)


def _could_be_endless(kind: Kind, data: bytes) -> bool:
    """Whether its cost in time and memory cannot be told from its header, or is large.

    A short SVG can ask for hours of dashes, an AVIF for hours of frames that are never shown.
    """
    if kind in {Kind.SVG, Kind.AVIF}:
        return True
    if kind is Kind.ICO:
        return False
    header = open_raster(kind, data)
    most = MOST_LAYERED_PIXELS_HERE if header.get_typeof("interlaced") else MOST_PIXELS_HERE
    return bool(header.width * header.height > most)
