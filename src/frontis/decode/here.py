"""Decoding in the process that calls."""

from frontis.decode.develop import develop
from frontis.decode.raster import damage_named, shrink
from frontis.decode.sniff import Kind
from frontis.decode.srgb import to_srgb
from frontis.decode.vector import draw_svg
from frontis.model.output import Size
from frontis.model.photo import Photo


def decode_here(kind: Kind, data: bytes, box: Size) -> Photo:
    """As `decode`, for bytes whose kind is known. Raises PictureTooLarge or DamagedPicture."""
    with damage_named(kind):
        return develop(draw_svg(data, box) if kind is Kind.SVG else to_srgb(shrink(kind, data, box)))
