"""ICO: the largest of the pictures inside."""

import struct
from typing import NamedTuple

from frontis.decode.limits import LARGEST_ICON_SIDE
from frontis.decode.sniff import PNG_MAGIC, Kind
from frontis.errors import DamagedPicture, PictureTooLarge

_DIRECTORY = struct.Struct("<HHH")
_ENTRY = struct.Struct("<BBBBHHII")
_MOST_ENTRIES = 256


class _Entry(NamedTuple):
    """One line of the directory. A side of 0 stands for 256."""

    width: int
    height: int
    colors: int
    reserved: int
    planes: int
    bits: int
    length: int
    offset: int

    @property
    def rank(self) -> tuple[int, int]:
        return ((self.width or 256) * (self.height or 256), self.bits)


def largest_entry(data: bytes) -> tuple[Kind, bytes]:
    """The largest picture of an icon: PNG and its bytes, or ICO and an icon of that bitmap alone.

    Of two of one size it is the one of more bits a pixel. Raises DamagedPicture or PictureTooLarge.
    """
    entry = max(_entries(data), key=lambda each: each.rank)
    picture = data[entry.offset : entry.offset + entry.length]
    if len(picture) < entry.length:
        raise DamagedPicture("The icon is broken off: its largest picture is not all there.")
    if picture.startswith(PNG_MAGIC):
        return Kind.PNG, picture
    width, height = _bitmap_size(picture)
    alone = entry._replace(width=width % 256, height=height % 256, offset=_DIRECTORY.size + _ENTRY.size)
    return Kind.ICO, _DIRECTORY.pack(0, 1, 1) + _ENTRY.pack(*alone) + picture


def _entries(data: bytes) -> list[_Entry]:
    count = int.from_bytes(data[4:6], "little")
    directory = data[_DIRECTORY.size : _DIRECTORY.size + count * _ENTRY.size]
    if not 0 < count <= _MOST_ENTRIES or len(directory) < count * _ENTRY.size:
        raise DamagedPicture("The icon's directory is broken off, empty or too long.")
    return [_Entry(*fields) for fields in _ENTRY.iter_unpack(directory)]


def _bitmap_size(picture: bytes) -> tuple[int, int]:
    """Width and height by the bitmap's own header (BITMAPINFOHEADER), whose height is that of picture and mask."""
    if len(picture) < 40 or int.from_bytes(picture[:4], "little") != 40:
        raise DamagedPicture("The icon's largest picture is neither PNG nor a bitmap.")
    width, height = struct.unpack_from("<ii", picture, 4)
    height //= 2
    if not 0 < width <= LARGEST_ICON_SIDE or not 0 < height <= LARGEST_ICON_SIDE:
        raise PictureTooLarge(f"The icon's bitmap is {width}x{height} pixels, not 1 to {LARGEST_ICON_SIDE} a side.")
    return width, height
