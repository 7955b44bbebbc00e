"""Colours of any kind -> sRGB, 8 bits a channel."""

import contextlib

import pyvips

from frontis.decode.limits import MOST_PROFILE_BYTES

PROFILE = "icc-profile-data"

_SPACES = {"cmyk": b"CMYK", "b-w": b"GRAY", "grey16": b"GRAY"}
_MOST_TAGS = 100


def to_srgb(image: pyvips.Image) -> pyvips.Image:
    """The same picture as RGB or RGBA, with its ICC profile applied. One that makes no sense is left aside."""
    if not image.hasalpha():
        return _colors_to_srgb(image)
    alpha = image[image.bands - 1]
    if alpha.format == "ushort":
        alpha = alpha >> 8
    colors = _colors_to_srgb(image.extract_band(0, n=image.bands - 1))
    return colors.bandjoin(alpha.cast("uchar")).copy(interpretation="srgb")


def _colors_to_srgb(image: pyvips.Image) -> pyvips.Image:
    has_profile = image.get_typeof(PROFILE) != 0
    if has_profile and _is_sound(image.get(PROFILE), _SPACES.get(image.interpretation, b"RGB ")):
        with contextlib.suppress(pyvips.Error):
            return _transformed(image, embedded=True).copy_memory()
    if image.interpretation == "cmyk":
        return _transformed(image, input_profile="cmyk")
    return image.colourspace("srgb").cast("uchar")


def _transformed(image: pyvips.Image, **source: object) -> pyvips.Image:
    return image.icc_transform("srgb", intent="relative", black_point_compensation=True, depth=8, **source)


def _is_sound(profile: bytes, space: bytes) -> bool:
    """Whether a profile is one of a device, for that colour space, and bounded in work for each pixel.

    ICC.1:2022, 7.2 and 7.3: the header's fields and the tag table. A D2Bx or B2Dx tag holds any number of processing
    elements, each of which would be run for each pixel.
    """
    if len(profile) > MOST_PROFILE_BYTES or profile[36:40] != b"acsp" or profile[16:20] != space:
        return False
    count = int.from_bytes(profile[128:132], "big")
    names = [profile[start : start + 3] for start in range(132, 132 + 12 * min(count, _MOST_TAGS), 12)]
    is_device = profile[12:16] in {b"mntr", b"scnr", b"prtr", b"spac"}
    return is_device and count <= _MOST_TAGS and b"D2B" not in names and b"B2D" not in names
