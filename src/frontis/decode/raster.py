"""Pictures of pixels, read no larger than they are drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyvips

from frontis.decode.fit import covering
from frontis.decode.libvips import settle
from frontis.decode.limits import refuse_too_many_pixels
from frontis.decode.pillow import load_with_pillow
from frontis.decode.sniff import Kind
from frontis.model.output import Size

settle()

_LOADERS = {
    Kind.PNG: pyvips.Image.pngload_buffer,
    Kind.JPEG: pyvips.Image.jpegload_buffer,
    Kind.WEBP: pyvips.Image.webpload_buffer,
    Kind.GIF: pyvips.Image.gifload_buffer,
}

# How much larger than the target the codec leaves it.
_HEADROOM = 1.5


def open_raster(kind: Kind, data: bytes, **options: object) -> pyvips.Image:
    """The picture with its header read; PNG, JPEG, WebP and GIF with no pixel decoded.

    kind: any but SVG. options: what libvips' loader of that kind takes. Raises PictureTooLarge or DamagedPicture.
    """
    if kind not in _LOADERS:
        return load_with_pillow(kind, data)
    with damage_named(kind):
        image = _LOADERS[kind](data, access="sequential", fail_on="truncated", **options)
    refuse_too_many_pixels(image.width, image.height)
    return image


def shrink(kind: Kind, data: bytes, box: Size) -> pyvips.Image:
    """The picture in memory, upright, in its own colours, just large enough to cover the box.

    kind: any but SVG. Raises PictureTooLarge or DamagedPicture.
    """
    image = open_raster(kind, data)
    target = covering((image.width, image.height), _turned(box, image))
    if options := _shrink_on_load(kind, image, target):
        image = open_raster(kind, data, **options)
    with damage_named(kind):
        return _resized(image, target).autorot()


@contextmanager
def damage_named(kind: Kind) -> Iterator[None]:
    """Makes libvips' errors DamagedPicture, in words that hold nothing of the foreign bytes."""
    try:
        yield
    except (pyvips.Error, UnicodeDecodeError) as error:
        # libvips keeps the text of all errors until it is read, and pyvips cannot read what is no UTF-8.
        pyvips.vips_lib.vips_error_clear()
        raise kind.damaged() from error


def _turned(box: Size, image: pyvips.Image) -> Size:
    """The box as the stored pixels see it: EXIF orientations 5 to 8 lie on their side."""
    lies = image.get_typeof("orientation") != 0 and 5 <= image.get("orientation") <= 8
    return Size(box.height, box.width) if lies else box


def _shrink_on_load(kind: Kind, natural: pyvips.Image, target: Size) -> dict[str, float]:
    """The loader's options; none when it must read all pixels. The codec shrinks roughly: the better filter ends it."""
    spare = min(natural.width / target.width, natural.height / target.height) / _HEADROOM
    if kind is Kind.JPEG and spare >= 2:
        return {"shrink": max(factor for factor in (2, 4, 8) if factor <= spare)}
    # libwebp shrinks lossy colours without regard to alpha, so that hidden ones would bleed.
    if kind is Kind.WEBP and spare > 1 and not natural.hasalpha():
        return {"scale": 1 / spare}
    return {}


def _resized(image: pyvips.Image, target: Size) -> pyvips.Image:
    """The picture in memory, at that size, its edges free of the colours that lie hidden under transparent parts."""
    if (image.width, image.height) == target:
        return image.copy_memory()
    has_alpha, format_ = image.hasalpha(), image.format
    if has_alpha:
        # Back to whole numbers at once, for which libvips is several times as fast.
        image = image.premultiply().cast(format_)
    image = image.resize(target.width / image.width, vscale=target.height / image.height)
    if has_alpha:
        image = image.unpremultiply().rint().cast(format_)
    return image.copy_memory()
