from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from specimens import (
    AS_IT_IS,
    PLAIN,
    QUARTERS,
    IconEntry,
    assert_near,
    bitmap_entry,
    display_p3,
    half_transparent,
    icon,
    in_vips,
    oriented,
    p3_profile,
    pixels,
    png_entry,
    quartered,
    quarters_of,
    saved,
    seen,
    sixteen_bit,
)

from frontis.decode import decode
from frontis.errors import UnknownFormat
from frontis.model.output import Size

GREYS = [(level, level, level) for level in (30, 90, 160, 220)]
GREY_PICTURE = quartered(colors=tuple(GREYS)).convert("L")


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_picture_keeps_its_colors(kind: str) -> None:
    assert_near(seen(PLAIN[kind]()), QUARTERS)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_picture_made_small_keeps_its_colors(kind: str) -> None:
    photo = decode(PLAIN[kind](), Size(20, 10))
    assert photo.width == 20
    assert_near(quarters_of(photo), QUARTERS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(quartered().quantize(8), "PNG"), id="palette"),
        pytest.param(in_vips(quartered()).pngsave_buffer(interlace=True), id="interlaced"),
        pytest.param(sixteen_bit(in_vips(quartered())).pngsave_buffer(bitdepth=16), id="16 bit"),
        pytest.param(saved(quartered(), "JPEG", quality=95, progressive=True), id="progressive"),
        pytest.param(saved(quartered(), "JPEG", quality=95, subsampling=0), id="4:4:4"),
        pytest.param(saved(quartered(), "JPEG", quality=95, keep_rgb=True), id="RGB in JPEG"),
        pytest.param(saved(quartered(), "WEBP", lossless=True), id="lossless WebP"),
        pytest.param(saved(quartered(), "AVIF", quality=95, subsampling="4:4:4"), id="AVIF 4:4:4"),
        pytest.param(icon(bitmap_entry(quartered(48, 48))), id="bitmap in ICO"),
    ],
)
@pytest.mark.parametrize("box", [AS_IT_IS, Size(32, 16)], ids=["as it is", "small"])
def test_every_way_to_store_color_comes_out_right(data: bytes, box: Size) -> None:
    assert_near(seen(data, box), QUARTERS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(GREY_PICTURE, "PNG"), id="PNG"),
        pytest.param(saved(GREY_PICTURE.convert("LA"), "PNG"), id="PNG with an opaque alpha"),
        pytest.param(sixteen_bit(in_vips(GREY_PICTURE)).pngsave_buffer(bitdepth=16), id="PNG of 16 bit"),
        pytest.param(saved(GREY_PICTURE, "JPEG", quality=95), id="JPEG"),
        pytest.param(saved(GREY_PICTURE, "WEBP", quality=95), id="WebP"),
        pytest.param(saved(GREY_PICTURE, "AVIF", quality=95), id="AVIF"),
        pytest.param(saved(GREY_PICTURE, "GIF"), id="GIF"),
    ],
)
def test_grey_stays_grey(data: bytes) -> None:
    assert_near(seen(data), GREYS)


@pytest.mark.parametrize("keep", ["all", "none"], ids=["with its profile", "without a profile"])
def test_cmyk_becomes_what_was_meant(keep: str) -> None:
    # Inside what ink can show: the rest is pressed into it on the way to CMYK, before we see it.
    inks = ((200, 70, 60), (70, 140, 90), (80, 90, 150), (220, 190, 80))
    cmyk = in_vips(quartered(colors=inks)).icc_transform("cmyk", input_profile="srgb", intent="relative")
    assert_near(seen(cmyk.jpegsave_buffer(Q=98, subsample_mode="off", keep=keep)), inks, tolerance=12)


def test_cmyk_as_adobe_writes_it_is_not_a_negative() -> None:
    # Adobe stores CMYK inverted, and says so in a marker, as this writer does.
    black_and_white = quartered(colors=((0, 0, 0), (255, 255, 255), (255, 255, 255), (0, 0, 0))).convert("CMYK")
    first, second, third, fourth = seen(saved(black_and_white, "JPEG", quality=95))
    assert max(first + fourth) < 80
    assert min(second + third) > 240


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(display_p3().jpegsave_buffer(Q=98, subsample_mode="off"), id="JPEG"),
        pytest.param(display_p3().pngsave_buffer(), id="PNG"),
        pytest.param(display_p3(depth=16).pngsave_buffer(bitdepth=16), id="PNG of 16 bit"),
        pytest.param(display_p3().webpsave_buffer(lossless=True), id="WebP"),
        pytest.param(
            saved(
                Image.frombytes("RGB", (80, 40), display_p3().write_to_memory()),
                "AVIF",
                quality=98,
                subsampling="4:4:4",
                icc_profile=p3_profile(),
            ),
            id="AVIF",
        ),
    ],
)
def test_display_p3_becomes_srgb(data: bytes) -> None:
    raw = display_p3()
    assert abs(raw(20, 10)[0] - QUARTERS[0][0]) > 10
    assert_near(seen(data), QUARTERS, tolerance=10)


def test_a_profile_also_holds_under_transparency() -> None:
    data = display_p3().bandjoin(128).copy(interpretation="srgb").pngsave_buffer()
    assert_near(seen(data), [(*color, 128) for color in QUARTERS], tolerance=6)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"no profile at all", id="nonsense"),
        pytest.param(lambda profile: profile[:150], id="broken off"),
        pytest.param(lambda profile: profile[:16] + b"CMYK" + profile[20:], id="for another kind of picture"),
        pytest.param(lambda profile: profile[:12] + b"link" + profile[16:], id="not of a device"),
        pytest.param(lambda profile: profile[:132] + b"D2B0" + profile[136:], id="with steps without end"),
        pytest.param(lambda profile: profile[:128] + b"\xff\xff\xff\xff" + profile[132:], id="with tags without end"),
    ],
)
def test_a_profile_that_makes_no_sense_is_left_aside(spoil: Callable[[bytes], bytes]) -> None:
    data = saved(quartered(), "PNG", icc_profile=spoil(p3_profile()))
    assert_near(seen(data), QUARTERS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(half_transparent(), "PNG"), id="PNG"),
        pytest.param(sixteen_bit(in_vips(half_transparent())).pngsave_buffer(bitdepth=16), id="PNG of 16 bit"),
        pytest.param(saved(half_transparent(), "WEBP", lossless=True), id="WebP"),
        pytest.param(saved(half_transparent(), "AVIF", quality=95), id="AVIF"),
        pytest.param(saved(half_transparent().resize((64, 64)), "ICO"), id="ICO"),
        pytest.param(saved(half_transparent().resize((64, 64)), "ICO", bitmap_format="bmp"), id="bitmap in ICO"),
    ],
)
@pytest.mark.parametrize("box", [AS_IT_IS, Size(20, 10)], ids=["as it is", "small"])
def test_transparency_is_kept(data: bytes, box: Size) -> None:
    assert_near(seen(data, box), [(*color, 128) for color in QUARTERS])


def test_one_transparent_color_of_a_gif_is_kept() -> None:
    picture = quartered().quantize(8)
    data = saved(picture, "GIF", transparency=picture.getpixel((0, 0)))
    first, *others = seen(data)
    assert first[3] == 0
    assert_near(others, [(*color, 255) for color in QUARTERS[1:]])


@pytest.mark.parametrize(
    ("format_", "options"),
    [("PNG", {}), ("WEBP", {"lossless": True, "exact": True}), ("AVIF", {"subsampling": "4:4:4"})],
)
def test_the_color_below_transparent_parts_does_not_bleed(format_: str, options: dict[str, Any]) -> None:
    # Green where it cannot be seen, red beside it: a blend of straight colours would have a green seam.
    picture = Image.new("RGBA", (100, 100), (0, 255, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 50, 100))
    photo = decode(saved(picture, format_, **options), Size(33, 33))
    raw = pixels(photo).tobytes()
    visible_greens = [raw[start + 1] for start in range(0, len(raw), 4) if raw[start + 3] > 8]
    assert visible_greens
    assert max(visible_greens) <= 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "order", "is_turned"),
    [
        (1, (0, 1, 2, 3), False),
        (2, (1, 0, 3, 2), False),
        (3, (3, 2, 1, 0), False),
        (4, (2, 3, 0, 1), False),
        (5, (0, 2, 1, 3), True),
        (6, (2, 0, 3, 1), True),
        (7, (3, 1, 2, 0), True),
        (8, (1, 3, 0, 2), True),
    ],
)
def test_every_exif_orientation_comes_out_upright(
    kind: str, orientation: int, order: tuple[int, ...], is_turned: bool
) -> None:
    data = saved(quartered(), kind, exif=oriented(orientation), quality=95)
    photo = decode(data, AS_IT_IS)
    assert (photo.width, photo.height) == ((40, 80) if is_turned else (80, 40))
    assert_near(quarters_of(photo), [QUARTERS[index] for index in order])


@pytest.mark.parametrize("orientation", [0, 9, 60000])
def test_an_orientation_that_is_none_turns_nothing(orientation: int) -> None:
    assert_near(seen(saved(quartered(), "JPEG", quality=95, exif=oriented(orientation))), QUARTERS)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_shows_its_first_frame(kind: str) -> None:
    frames = [quartered(), quartered(colors=QUARTERS[::-1]), quartered(colors=QUARTERS[1:] + QUARTERS[:1])]
    options = {"quality": 95} if kind in {"WEBP", "AVIF"} else {}
    photo = decode(saved(frames[0], kind, save_all=True, append_images=frames[1:], **options), AS_IT_IS)
    assert (photo.width, photo.height) == (80, 40)
    assert_near(quarters_of(photo), QUARTERS)


@pytest.mark.parametrize("entry", [png_entry, bitmap_entry])
@pytest.mark.parametrize("sides", [(16, 48), (48, 16), (16, 48, 32)])
def test_an_icon_shows_its_largest_picture(entry: Callable[[Image.Image], IconEntry], sides: tuple[int, ...]) -> None:
    colors = {side: QUARTERS if side == 48 else QUARTERS[::-1] for side in sides}
    data = icon(*(entry(quartered(side, side, colors[side])) for side in sides))
    photo = decode(data, AS_IT_IS)
    assert (photo.width, photo.height) == (48, 48)
    assert_near(quarters_of(photo), QUARTERS)


def test_of_two_pictures_of_one_size_an_icon_shows_the_one_of_more_colors() -> None:
    few, many = bitmap_entry(quartered(48, 48, QUARTERS[::-1]))._replace(bits=4), bitmap_entry(quartered(48, 48))
    assert_near(seen(icon(few, many)), QUARTERS)
    assert_near(seen(icon(many, few)), QUARTERS)


def test_the_bytes_tell_the_format_and_nothing_before_or_after_them_does() -> None:
    # A page behind a picture, and a picture behind a page: the first bytes count.
    picture = saved(quartered(), "PNG")
    assert_near(seen(picture + b"<html><script>alert(1)</script>"), QUARTERS)
    with pytest.raises(UnknownFormat):
        decode(b"<html><script>alert(1)</script>" + picture, AS_IT_IS)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty"),
        (b"hello", "no picture"),
        (b"\0" * 100, "no picture"),
        (saved(quartered(), "TIFF"), "TIFF"),
        (saved(quartered(), "BMP"), "BMP"),
        (saved(quartered(), "PDF"), "PDF"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", "video"),
        (b"\0\0\2\0\1\0", "mouse pointer"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"<!DOCTYPE html><svg xmlns='http://www.w3.org/2000/svg'/>", "web page"),
        (b"\n<html lang='en'>", "web page"),
        (b"<?xml version='1.0'?><rss/>", "no picture"),
        (b"<!-- never closed", "no picture"),
        (b"<", "no picture"),
    ],
)
def test_anything_else_is_refused_in_words_that_tell_what_is_accepted(data: bytes, name: str) -> None:
    with pytest.raises(UnknownFormat, match=name) as refusal:
        decode(data, AS_IT_IS)
    assert str(refusal.value).endswith("Pictures may be PNG, JPEG, WebP, GIF, AVIF, SVG or ICO.")
