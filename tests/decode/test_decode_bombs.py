import struct
import zlib

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from specimens import (
    AS_IT_IS,
    PLAIN,
    bitmap_entry,
    chunk,
    half_transparent,
    icon,
    in_vips,
    oriented,
    p3_profile,
    png_entry,
    quartered,
    quartered_svg,
    saved,
)

from frontis.decode import MOST_BYTES, MOST_PIXELS, decode
from frontis.decode.chunks import bare_png
from frontis.errors import BadPicture, DamagedPicture, PictureTooLarge, UnknownFormat
from frontis.model.output import Size
from frontis.model.photo import Photo

SMALL_BOX = Size(30, 30)


def noisy(mode: str = "RGB") -> Image.Image:
    return Image.merge(mode, [Image.effect_noise((64, 64), 80) for _ in mode])


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg_of(width: int, height: int) -> bytes:
    data = saved(quartered(), "JPEG")
    start = data.index(b"\xff\xc0") + 5
    return data[:start] + struct.pack(">HH", height, width) + data[start + 4 :]


def gif_of(width: int, height: int) -> bytes:
    data = saved(quartered(), "GIF")
    size = struct.pack("<HH", width, height)
    frame = data.index(b"\x2c\0\0\0\0") + 5
    return data[:6] + size + data[10:frame] + size + data[frame + 4 :]


def lossless_webp_of(width: int, height: int) -> bytes:
    data = bytearray(saved(quartered(), "WEBP", lossless=True))
    start = data.index(b"VP8L") + 9
    flags = int.from_bytes(data[start : start + 4], "little") >> 28 << 28
    data[start : start + 4] = (flags | (height - 1) << 14 | (width - 1)).to_bytes(4, "little")
    return bytes(data)


def avif_of(width: int, height: int) -> bytes:
    data = saved(quartered(), "AVIF")
    start = data.index(b"ispe") + 8
    return data[:start] + struct.pack(">II", width, height) + data[start + 8 :]


# What the property tests spoil: every format, with all the parts that it may have.
RICH = {
    "PNG": saved(quartered(), "PNG", icc_profile=p3_profile(), exif=oriented(6)),
    "interlaced PNG": in_vips(half_transparent()).pngsave_buffer(interlace=True),
    "palette PNG": saved(noisy().quantize(64), "PNG"),
    "JPEG": saved(noisy(), "JPEG", icc_profile=p3_profile(), exif=oriented(8)),
    "progressive JPEG": saved(noisy(), "JPEG", progressive=True),
    "CMYK JPEG": saved(noisy("CMYK"), "JPEG"),
    "WebP": saved(noisy(), "WEBP", icc_profile=p3_profile(), exif=oriented(3)),
    "lossless WebP": saved(half_transparent(), "WEBP", lossless=True),
    "animated WebP": saved(quartered(), "WEBP", save_all=True, append_images=[quartered(colors=((1, 2, 3),) * 4)]),
    "GIF": saved(quartered(), "GIF", save_all=True, append_images=[quartered(colors=((1, 2, 3),) * 4)]),
    "AVIF": saved(half_transparent(), "AVIF", icc_profile=p3_profile(), exif=oriented(5)),
    "ICO": icon(png_entry(quartered(16, 16)), bitmap_entry(quartered(48, 48))),
    "SVG": quartered_svg(),
}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png_of(60_000, 60_000), id="PNG"),
        pytest.param(jpeg_of(60_000, 60_000), id="JPEG"),
        pytest.param(gif_of(60_000, 60_000), id="GIF"),
        pytest.param(lossless_webp_of(16_383, 16_383), id="WebP"),
        pytest.param(avif_of(16_000, 16_000), id="AVIF"),
        pytest.param(icon(png_entry(quartered(16, 16))._replace(data=png_of(60_000, 60_000))), id="PNG in ICO"),
    ],
)
def test_a_few_bytes_that_declare_billions_of_pixels_are_refused(data: bytes) -> None:
    assert len(data) < 10_000
    with pytest.raises(PictureTooLarge, match="At most 50 megapixels"):
        decode(data, AS_IT_IS)


@pytest.mark.parametrize(("width", "height"), [(0x7FFFFFFF, 0x7FFFFFFF), (2**31, 1), (0, 5), (0, 0)])
def test_sizes_that_no_picture_has_are_refused(width: int, height: int) -> None:
    with pytest.raises(BadPicture):
        decode(png_of(width, height), AS_IT_IS)


def test_the_limit_of_pixels_is_exact() -> None:
    # One pixel more is refused before it is read; at the limit the rows are looked for, and are not there.
    with pytest.raises(PictureTooLarge):
        decode(png_of(MOST_PIXELS + 1, 1), AS_IT_IS)
    with pytest.raises(DamagedPicture):
        decode(png_of(50_000, MOST_PIXELS // 50_000), AS_IT_IS)


def test_a_bitmap_that_is_larger_than_its_icon_says_is_refused() -> None:
    entry = bitmap_entry(quartered(16, 16))
    header = entry.data[:4] + struct.pack("<ii", 30_000, 60_000) + entry.data[12:]
    with pytest.raises(PictureTooLarge):
        decode(icon(entry._replace(data=header)), AS_IT_IS)


def test_more_bytes_than_allowed_are_refused_unread() -> None:
    with pytest.raises(PictureTooLarge, match="bytes"):
        decode(b"no picture at all".ljust(MOST_BYTES + 1), AS_IT_IS)


def test_nothing_of_a_png_is_inflated_but_its_pixels() -> None:
    plain = PLAIN["PNG"]()
    eight_megabytes = chunk(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(b"a" * 7_900_000, 9))
    bomb = plain[:33] + eight_megabytes * 500 + plain[33:]
    assert bare_png(bomb) == bare_png(plain)
    assert decode(bomb, AS_IT_IS) == decode(plain, AS_IT_IS)


def test_more_rows_than_a_png_declares_are_not_read() -> None:
    row = b"\0" + b"\x80\x40\x20" * 16
    assert decode(png_of(16, 16, row * 1_000_000), AS_IT_IS) == decode(png_of(16, 16, row * 16), AS_IT_IS)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = saved(noisy(), "JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    end = data.index(b"\xff\xc4", first)
    with pytest.raises(DamagedPicture):
        decode(data[:end] + data[first:end] * 500 + data[end:], AS_IT_IS)


@pytest.mark.parametrize("data", [b"\0\0\1\0\0\0", b"\0\0\1\0\xff\xff", b"\0\0\1\0\1\0" + bytes(16), b"\0\0\1\0\1"])
def test_an_icon_of_nothing_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedPicture):
        decode(data, AS_IT_IS)


@pytest.mark.parametrize("name", RICH)
@pytest.mark.parametrize("percent", [1, 10, 25, 50, 75, 90])
def test_a_picture_that_breaks_off_is_damaged(name: str, percent: int) -> None:
    whole = {**RICH, "GIF": saved(quartered(), "GIF")}[name]
    with pytest.raises((DamagedPicture, UnknownFormat)):
        decode(whole[: len(whole) * percent // 100], AS_IT_IS)


@pytest.mark.parametrize("name", RICH)
def test_words_about_damage_hold_nothing_of_the_picture(name: str) -> None:
    data = RICH[name][: len(RICH[name]) // 3]
    with pytest.raises(BadPicture) as refusal:
        decode(data, AS_IT_IS)
    assert str(refusal.value).isascii()
    assert "vips" not in str(refusal.value).lower()


def photo_or_refusal(data: bytes) -> None:
    try:
        photo = decode(data, SMALL_BOX)
    except BadPicture:
        return
    assert isinstance(photo, Photo)
    found = pyvips.Image.new_from_buffer(photo.data, "")
    assert (found.width, found.height) == (photo.width, photo.height)
    assert 0 <= photo.brightness <= 1


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(RICH)), data=st.data())
def test_any_beginning_of_a_picture_is_a_photo_or_a_refusal(name: str, data: st.DataObject) -> None:
    photo_or_refusal(RICH[name][: data.draw(st.integers(0, len(RICH[name])))])


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(RICH)), data=st.data())
def test_any_flipped_bits_are_a_photo_or_a_refusal(name: str, data: st.DataObject) -> None:
    spoiled = bytearray(RICH[name])
    for place in data.draw(st.lists(st.integers(0, len(spoiled) * 8 - 1), min_size=1, max_size=8)):
        spoiled[place // 8] ^= 1 << place % 8
    photo_or_refusal(bytes(spoiled))


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(RICH)), start=st.integers(4, 32), tail=st.binary(max_size=200))
def test_any_bytes_behind_a_picture_s_magic_are_a_photo_or_a_refusal(name: str, start: int, tail: bytes) -> None:
    photo_or_refusal(RICH[name][:start] + tail)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_photo_or_a_refusal(data: bytes) -> None:
    photo_or_refusal(data)
