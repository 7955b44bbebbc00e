"""Gives a bitmap fewer colours, for a PNG that must become smaller than it can be without loss."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image

from frontis.encode.palette import Indexed
from frontis.encode.pixels import image, is_opaque
from frontis.model.bitmap import Bitmap

COUNTS = (256, 128, 64, 32, 16, 8, 4, 2)


def fewer_colors(bitmap: Bitmap) -> Sequence[Callable[[], Indexed]]:
    """Ways to give the bitmap a palette, from the best looking to the smallest.

    At first 256 colours where most pixels are, dithered and then plain; then ever fewer of a coarser scale, of which
    even small parts in a colour of their own get some. Transparent bitmaps begin with the second.
    """
    coarser = [partial(_by_scale, bitmap, count) for count in COUNTS]
    if not is_opaque(bitmap):
        return coarser
    return [partial(_by_median, bitmap, dither=True), partial(_by_median, bitmap, dither=False), *coarser]


def _by_median(bitmap: Bitmap, *, dither: bool) -> Indexed:
    picture = image(bitmap).convert("RGB")
    sample = picture.resize((-(-bitmap.width // 3), -(-bitmap.height // 3)), Image.Resampling.NEAREST)
    palette = sample.quantize(COUNTS[0], Image.Quantize.MEDIANCUT)
    dithering = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
    return _indexed(picture.quantize(palette=palette, dither=dithering))


def _by_scale(bitmap: Bitmap, count: int) -> Indexed:
    """An octree of the colour cube: the only method of Pillow that minds alpha."""
    mode = "RGB" if is_opaque(bitmap) else "RGBA"
    return _indexed(image(bitmap).convert(mode).quantize(count, Image.Quantize.FASTOCTREE))


def _indexed(picture: Image.Image) -> Indexed:
    colors = np.frombuffer(picture.im.getpalette("RGBA", "RGBA"), "<u4")
    indices = np.asarray(picture)
    return Indexed(colors[: int(indices.max()) + 1], indices)
