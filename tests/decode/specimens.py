"""Pictures whose every pixel is known, in every format."""

import base64
import io
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pyvips
from PIL import Image

from frontis.decode import decode
from frontis.decode.vector import draw_svg
from frontis.model.output import Size
from frontis.model.photo import Photo

Color = tuple[int, ...]

# The four quarters of the test picture: top left, top right, bottom left, bottom right.
QUARTERS: tuple[Color, ...] = ((220, 40, 30), (30, 160, 60), (40, 60, 200), (240, 200, 20))

AS_IT_IS = Size(1200, 630)


def quartered(width: int = 80, height: int = 40, colors: tuple[Color, ...] = QUARTERS) -> Image.Image:
    picture = Image.new("RGB", (width, height))
    for index, color in enumerate(colors):
        left, top = index % 2 * (width // 2), index // 2 * (height // 2)
        picture.paste(color, (left, top, left + width // 2, top + height // 2))
    return picture


def half_transparent() -> Image.Image:
    picture = quartered().convert("RGBA")
    picture.putalpha(128)
    return picture


def saved(picture: Image.Image, format_: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format_, **options)
    return stream.getvalue()


def in_vips(picture: Image.Image) -> pyvips.Image:
    bands = len(picture.getbands())
    image = pyvips.Image.new_from_memory(picture.tobytes(), picture.width, picture.height, bands, "uchar")
    return image.copy(interpretation="srgb" if bands >= 3 else "b-w")


def sixteen_bit(image: pyvips.Image) -> pyvips.Image:
    kind = "rgb16" if image.bands >= 3 else "grey16"
    return image.cast("ushort").linear(257, 0).cast("ushort").copy(interpretation=kind)


def display_p3(depth: int = 8) -> pyvips.Image:
    """The test picture with its colours expressed in Display P3."""
    return in_vips(quartered()).icc_transform("p3", input_profile="srgb", depth=depth)


def p3_profile() -> bytes:
    return bytes(display_p3().get("icc-profile-data"))


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


class IconEntry(NamedTuple):
    """A picture as it stands in an icon."""

    side: int
    bits: int
    data: bytes


def png_entry(picture: Image.Image) -> IconEntry:
    return IconEntry(picture.width, 32, saved(picture, "PNG"))


def bitmap_entry(picture: Image.Image) -> IconEntry:
    """24 bits a pixel, from the bottom up, and a mask of nothing; each row fills whole words of 4 bytes."""
    side = picture.width
    header = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 24, 0, 0, 0, 0, 0, 0)
    colors = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGR", -(-side * 3 // 4) * 4)
    mask = bytes(-(-side // 32) * 4 * side)
    return IconEntry(side, 24, header + colors + mask)


def icon(*entries: IconEntry) -> bytes:
    offset = 6 + 16 * len(entries)
    directory = struct.pack("<HHH", 0, 1, len(entries))
    for side, bits, data in entries:
        directory += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, bits, len(data), offset)
        offset += len(data)
    return directory + b"".join(entry.data for entry in entries)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def svg(inside: str, attributes: str = 'viewBox="0 0 100 50"') -> bytes:
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {spaces} {attributes}>{inside}</svg>".encode()


def quartered_svg(attributes: str = 'viewBox="0 0 80 40"') -> bytes:
    quarters = (
        f'<rect x="{index % 2 * 40}" y="{index // 2 * 20}" width="40" height="20" fill="rgb{color}"/>'
        for index, color in enumerate(QUARTERS)
    )
    return svg("".join(quarters), attributes)


def embedded(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def middle(data: bytes) -> Color:
    """The colour in the middle of a drawing."""
    image = draw_svg(data, Size(100, 50))
    return tuple(int(level) for level in image(image.width // 2, image.height // 2))


# One file of each format, as it is met most often.
PLAIN: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: saved(quartered(), "PNG"),
    "JPEG": lambda: saved(quartered(), "JPEG", quality=95),
    "WebP": lambda: saved(quartered(), "WEBP", quality=95),
    "GIF": lambda: saved(quartered(), "GIF"),
    "AVIF": lambda: saved(quartered(), "AVIF", quality=95),
    "SVG": quartered_svg,
    "ICO": lambda: saved(quartered(64, 64), "ICO", sizes=[(16, 16), (64, 64)]),
}


def pixels(photo: Photo) -> Image.Image:
    """What the photo's bytes hold, which must be what the photo says."""
    picture = Image.open(io.BytesIO(photo.data), formats=["PNG", "JPEG"])
    assert picture.size == (photo.width, photo.height)
    assert picture.mode == ("RGB" if photo.opaque else "RGBA")
    return picture


def quarters_of(photo: Photo) -> list[Color]:
    """The colours in the middle of each quarter."""
    picture = pixels(photo)
    width, height = picture.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [picture.getpixel(place) for place in places]  # type: ignore[misc]


def seen(data: bytes, box: Size = AS_IT_IS) -> list[Color]:
    return quarters_of(decode(data, box))


def assert_near(found: Sequence[Color], wanted: Sequence[Color], tolerance: int = 4) -> None:
    assert len(found) == len(wanted)
    for here, there in zip(found, wanted, strict=True):
        assert len(here) == len(there)
        assert all(abs(a - b) <= tolerance for a, b in zip(here, there, strict=True)), f"{found} is not {wanted}"
