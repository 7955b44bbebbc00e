"""Pixels in memory -> Photo."""

import pyvips

from frontis.model.photo import Photo

_TILES = 32
_LIGHTEST = 0.005
"""The share of the picture that may be lighter than what counts as its brightness: a glint is not worth a veil."""
_SAMPLE_SIDE = 96
_MOST_FLAT_COLORS = 512
_LEAST_FLAT_SHARE = 0.6

# 4:4:4 at this quality shows nothing of its own in a card that is compressed again.
_JPEG = {"Q": 92, "subsample_mode": "off"}
# The layout engine reads these bytes once: speed counts more than size.
_PNG = {"compression": 2}


def develop(image: pyvips.Image) -> Photo:
    """The photo of an upright sRGB picture of 8 bits: RGB, or RGBA with straight alpha."""
    image = image.copy_memory().copy(xres=1, yres=1)
    if image.bands == 4 and image[3].min() == 255:
        image = image.extract_band(0, n=3)
    is_opaque = image.bands == 3
    is_flat = _is_flat(image)
    if is_opaque and not is_flat:
        data = image.jpegsave_buffer(keep="none", **_JPEG)
    else:
        data = image.pngsave_buffer(keep="none", filter="none" if is_flat else "sub", **_PNG)
    return Photo(data, image.width, image.height, brightness=_brightness(image), opaque=is_opaque)


def _is_flat(image: pyvips.Image) -> bool:
    """Whether it is drawn rather than photographed, so that JPEG would smear its edges and PNG is as small.

    Drawn: few colours, and most pixels are the same as their left neighbour.
    """
    width, height, bands = image.width, image.height, image.bands
    sample = image.subsample(-(-width // _SAMPLE_SIDE), -(-height // _SAMPLE_SIDE), point=True).write_to_memory()
    if len({sample[start : start + bands] for start in range(0, len(sample), bands)}) > _MOST_FLAT_COLORS:
        return False
    if width == 1:
        return True
    left, right = image.crop(0, 0, width - 1, height), image.crop(1, 0, width - 1, height)
    return bool((left == right).bandand().avg() / 255 >= _LEAST_FLAT_SHARE)


def _brightness(image: pyvips.Image) -> float:
    """The sRGB level of the grey that is as light as the lightest parts of the picture; black lies below.

    Each of 32x32 tiles counts by its mean light, and is small enough that the gaps of a pattern do not darken it.
    """
    if image.bands == 4:
        image = image.flatten(background=[0, 0, 0])
    light = image.colourspace("scrgb").resize(_TILES / image.width, vscale=_TILES / image.height, kernel="linear")
    luminances = sorted((light * [0.2126, 0.7152, 0.0722]).bandmean().linear(3, 0).numpy().ravel())
    return _level(float(luminances[int(len(luminances) * (1 - _LIGHTEST))]))


def _level(luminance: float) -> float:
    """The inverse, for a grey (IEC 61966-2-1)."""
    level = luminance * 12.92 if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return min(max(level, 0.0), 1.0)
