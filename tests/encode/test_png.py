import zlib

import numpy as np
import pytest
from bitmaps import KINDS, bitmap, gradient_card, photo, plain, slope, with_words
from decoded import array, depth_and_color_type, pixels_by_pillow, pixels_of, png_chunks
from hypothesis import given
from hypothesis import strategies as st

from frontis.encode import encode
from frontis.encode.loops.by_numpy import SCATTER
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size

GREY, RGB, BY_PALETTE, RGBA = 0, 2, 3, 6

pytestmark = pytest.mark.usefixtures("each_way")


def png(card: Bitmap, quality: int | None = None) -> bytes:
    return encode(card, Output(Size(1200, 630), Format.PNG, quality)).data


def of_colors(count: int, width: int, height: int, *, opaque: bool = True) -> Bitmap:
    """A bitmap with exactly so many colours, in runs and in single pixels."""
    random = np.random.default_rng(count)
    colors = np.unique(random.integers(0, 256, (4 * count + 64, 4), np.uint8), axis=0)
    if opaque:
        colors[:, 3] = 255
        colors = np.unique(colors, axis=0)
    colors = random.permutation(colors)[:count]
    places = np.concatenate([np.arange(count), random.integers(0, count, width * height)])[: width * height]
    return bitmap(colors[np.sort(places) if count > 2 else places].reshape(height, width, 4))


@st.composite
def any_bitmaps(draw: st.DrawFn) -> Bitmap:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    colors = random.integers(0, 256, (draw(st.integers(1, 400)), 4), np.uint8)
    if draw(st.booleans()):
        colors[:, 3] = 255
    if draw(st.booleans()):
        colors[:, 1:3] = colors[:, :1]
    return bitmap(colors[random.integers(0, len(colors), (height, width))])


@given(any_bitmaps())
def test_any_bitmap_comes_back_pixel_for_pixel(card: Bitmap) -> None:
    assert np.array_equal(pixels_by_pillow(png(card)), array(card))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_card_comes_back_pixel_for_pixel_from_two_decoders(kind: str) -> None:
    card = KINDS[kind]()
    data = png(card)
    assert np.array_equal(pixels_of(data), array(card))
    assert np.array_equal(pixels_by_pillow(data), array(card))


@pytest.mark.parametrize("opaque", [True, False])
@pytest.mark.parametrize(
    ("count", "depth"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (255, 8), (256, 8)]
)
@pytest.mark.parametrize(("width", "height"), [(23, 17), (32, 9), (1, 300), (301, 1)])
def test_few_colours_take_a_palette_of_the_fewest_bits(
    count: int, depth: int, width: int, height: int, opaque: bool
) -> None:
    card = of_colors(count, width, height, opaque=opaque)
    data = png(card)
    assert np.array_equal(pixels_by_pillow(data), array(card))
    assert np.array_equal(pixels_of(data), array(card))
    assert depth_and_color_type(data) == (depth, BY_PALETTE)
    assert (b"tRNS" in dict(png_chunks(data))) is not opaque


@pytest.mark.parametrize(("opaque", "color_type"), [(True, RGB), (False, RGBA)])
def test_257_colours_take_no_palette(opaque: bool, color_type: int) -> None:
    card = of_colors(257, 40, 30, opaque=opaque)
    data = png(card)
    assert np.array_equal(pixels_by_pillow(data), array(card))
    assert depth_and_color_type(data) == (8, color_type)


@pytest.mark.parametrize(("count", "color_type"), [(2, BY_PALETTE), (256, BY_PALETTE), (257, RGBA)])
def test_colours_that_share_one_slot_are_told_apart(count: int, color_type: int) -> None:
    slot = np.uint64(0xABCD0000)
    inverse = np.uint64(pow(int(SCATTER), -1, 1 << 32))
    colors = ((slot + np.arange(count, dtype=np.uint64)) * inverse).astype(np.uint32)
    places = np.random.default_rng(count).permutation(np.arange(1200) % count)
    card = bitmap(colors[places].view(np.uint8).reshape(30, 40, 4))
    data = png(card)
    assert np.array_equal(pixels_of(data), array(card))
    assert depth_and_color_type(data)[1] == color_type


def test_a_grey_photo_is_written_in_grey() -> None:
    assert depth_and_color_type(png(KINDS["grey photo"]())) == (8, GREY)


def test_a_colour_that_a_sample_would_miss_is_kept() -> None:
    pixels = plain()
    pixels[200, 300] = (255, 0, 1)
    card = bitmap(pixels)
    assert np.array_equal(pixels_by_pillow(png(card)), array(card))


def test_colours_of_fully_transparent_pixels_are_kept() -> None:
    card = bitmap(
        np.random.default_rng(1).integers(0, 256, (40, 40, 4)).astype(np.uint8) & np.array([255, 255, 255, 0], np.uint8)
    )
    assert np.array_equal(pixels_by_pillow(png(card)), array(card))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 2), (2, 1), (3, 700), (4096, 2048), (101, 4095)])
def test_any_size_comes_back(width: int, height: int) -> None:
    card = bitmap(slope(1, 1, width, height))
    assert np.array_equal(pixels_by_pillow(png(card)), array(card))


def test_strips_that_come_again_fit_wherever_they_stand() -> None:
    # At 1200x630 a strip is 70 rows, at 1200x639 it is 71. What is kept of one must not be taken for another that ends
    # the picture, begins it, or stands below another row.
    same = photo(1200, 71)
    tiled = np.tile(same[:70], (9, 1, 1))
    begins_with_it = np.concatenate([same, photo(1200, 568)])
    has_it_inside = tiled.copy()
    has_it_inside[69:140] = same
    below_another_row = has_it_inside.copy()
    below_another_row[69] = 255
    for pixels in (tiled, begins_with_it, has_it_inside, below_another_row) * 3:
        card = bitmap(pixels)
        assert np.array_equal(pixels_by_pillow(png(card)), array(card))


@pytest.mark.parametrize("kind", ["flat", "gradient", "stripes", "photo", "faded photo"])
def test_quality_changes_no_pixel_and_costs_no_bytes(kind: str) -> None:
    card = KINDS[kind]()
    best_effort = png(card, 1)
    assert np.array_equal(pixels_by_pillow(best_effort), array(card))
    assert len(best_effort) <= 1.002 * len(png(card, 45))
    assert len(best_effort) <= 1.002 * len(png(card))


def test_a_quality_of_100_is_the_quick_way() -> None:
    card = gradient_card()
    assert png(card, 100) == png(card)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_chunks_that_are_needed_are_written_and_their_checksums_hold(kind: str) -> None:
    card = KINDS[kind]()
    chunks = png_chunks(png(card))
    assert [name for name, _ in chunks if name not in {b"PLTE", b"tRNS"}] == [b"IHDR", b"IDAT", b"IEND"]
    rows = zlib.decompress(dict(chunks)[b"IDAT"])
    assert len(rows) % card.height == 0


def test_a_flat_card_is_smaller_than_pillow_makes_it() -> None:
    card = with_words(plain(width=1200, height=630))
    assert len(png(card)) < len(zlib.compress(array(card)[..., :3].tobytes(), 9))
