"""A bitmap as numpy and Pillow see it, without copying its pixels."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from frontis.model.bitmap import Bitmap

Words = NDArray[np.uint32]


def words(bitmap: Bitmap) -> Words:
    """One number a pixel, height x width: red in its lowest byte, alpha in its highest."""
    return np.frombuffer(bitmap.pixels, "<u4").reshape(bitmap.height, bitmap.width)


def channels(bitmap: Bitmap) -> NDArray[np.uint8]:
    """Red, green, blue and alpha, height x width x 4."""
    return np.frombuffer(bitmap.pixels, np.uint8).reshape(bitmap.height, bitmap.width, 4)


def is_opaque(bitmap: Bitmap) -> bool:
    """Whether every alpha is 255."""
    return bitmap.surely_opaque or int(np.bitwise_and.reduce(words(bitmap), axis=None)) >> 24 == 255


def has_no_hue(pixels: Words) -> bool:
    """Whether every one of these pixels has as much red as green as blue."""
    return not np.any((pixels ^ pixels >> np.uint32(8)) & np.uint32(0xFFFF))


def image(bitmap: Bitmap) -> Image.Image:
    """The bitmap for Pillow: mode RGBX if it is opaque, else RGBA."""
    mode = "RGBX" if is_opaque(bitmap) else "RGBA"
    size = (bitmap.width, bitmap.height)
    return Image.frombuffer(mode, size, bitmap.pixels, "raw", mode, 0, 1)  # type: ignore[arg-type]  # any buffer will do


def flattened(bitmap: Bitmap) -> Bitmap:
    """The bitmap on white, for a format without alpha; with its own pixels if it is opaque."""
    if is_opaque(bitmap):
        return replace(bitmap, surely_opaque=True)
    white = Image.new("RGBA", (bitmap.width, bitmap.height), "white")
    on_white = Image.alpha_composite(white, image(bitmap)).tobytes()
    return Bitmap(bitmap.width, bitmap.height, on_white, surely_opaque=True)
