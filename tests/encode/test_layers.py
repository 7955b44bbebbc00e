"""Words over what stands behind them."""

from collections.abc import Callable

import numpy as np
import pytest
from bitmaps import bitmap, photo, plain, slope, with_words
from decoded import array, depth_and_color_type, pixels_by_pillow
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from frontis.encode import encode, grounds, loops
from frontis.encode.layers import flat
from frontis.encode.png import png
from frontis.model.bitmap import Bitmap, Layered
from frontis.model.output import Format, Output, Size

pytestmark = pytest.mark.usefixtures("each_way")

channel = st.integers(0, 255)
pixel = st.tuples(channel, channel, channel, channel)
Pixels = NDArray[np.uint8]


def words_alone(ground: Pixels, ink: tuple[int, int, int] = (255, 255, 255)) -> Bitmap:
    """The words that `with_words` writes on the ground, as if nothing were behind them."""
    shade = array(with_words(plain((0, 0, 0), ground.shape[1], ground.shape[0])))[:, :, :1]
    return bitmap(np.where(shade > 0, np.dstack([np.full((*shade.shape[:2], 3), ink, np.uint8), shade]), 0))


def transparent(width: int = 600, height: int = 315) -> Pixels:
    """A backdrop with a hole in it."""
    pixels = np.dstack([slope(1, 0, width, height), np.full((height, width), 255, np.uint8)])
    pixels[40:200, 100:300, 3] = 90
    pixels[60:90] = 0
    return pixels


GROUNDS: dict[str, Callable[[], Pixels]] = {
    "plain": plain,
    "gradient": lambda: slope(1, 1, 1200, 630),
    "photo": lambda: photo(1200, 630),
    "grey photo": lambda: photo(1200, 630)[:, :, :1].repeat(3, 2),
    "transparent": transparent,
    "odd": lambda: slope(1, 1, 333, 111),
}


@settings(max_examples=60)
@given(pairs=st.lists(st.tuples(pixel, pixel), min_size=1, max_size=40))
def test_words_are_laid_over_the_backdrop_as_porter_and_duff_have_it(
    pairs: list[tuple[tuple[int, ...], tuple[int, ...]]],
) -> None:
    # The engine gives nothing but noughts where it painted nothing.
    front = [each if each[3] else (0, 0, 0, 0) for each, _ in pairs]
    back = [each for _, each in pairs]
    above, below = (np.array(each, np.uint8).view(np.uint32).ravel() for each in (front, back))
    result = loops.laid(above, below).view(np.uint8).reshape(-1, 4).astype(float)
    for got, upper, lower in zip(result, front, back, strict=True):
        share, rest = upper[3] / 255, lower[3] / 255 * (1 - upper[3] / 255)
        alpha = share + rest
        assert abs(got[3] - alpha * 255) <= 1
        for n in range(3):
            if share:
                assert abs(got[n] - (upper[n] * share + lower[n] * rest) / alpha) <= 1.01


def test_words_on_an_opaque_backdrop_are_rounded_to_the_nearest() -> None:
    random = np.random.default_rng(5)
    front, back = random.integers(0, 256, (2, 100_001, 4)).astype(np.uint8)
    front[front[:, 3] == 0] = 0
    back[:, 3] = 255
    result = loops.laid(front.view(np.uint32).ravel(), back.view(np.uint32).ravel()).view(np.uint8).reshape(-1, 4)
    share = front[:, 3:].astype(int)
    expected = (2 * (front * share + back * (255 - share)) + 255) // 510
    assert np.array_equal(result[:, :3], expected[:, :3])
    assert set(result[:, 3]) == {255}


@pytest.mark.parametrize("kind", GROUNDS)
def test_a_png_of_layers_has_the_pixels_of_both_and_is_the_same_again(kind: str) -> None:
    ground = GROUNDS[kind]()
    backdrop = bitmap(ground)
    files = set()
    for ink in ((255, 255, 255), (200, 40, 90), (255, 255, 255), (200, 40, 90), (255, 255, 255)):
        drawn = Layered(words_alone(ground, ink), backdrop)
        files.add(png(drawn))
        assert np.array_equal(pixels_by_pillow(png(drawn)), array(flat(drawn)))
    assert len(files) == 2
    # Another process, which never saw this backdrop, writes the same.
    assert png(Layered(words_alone(ground), bitmap(ground))) in files


def test_strips_of_one_backdrop_are_not_taken_for_those_of_another() -> None:
    one, other = photo(1200, 630), photo(1200, 630)[::-1]
    layers = [Layered(words_alone(one), bitmap(each)) for each in (one, other)]
    for drawn in layers * 3:
        assert np.array_equal(pixels_by_pillow(png(drawn)), array(flat(drawn)))


def test_few_colours_behind_and_many_in_front_take_no_palette() -> None:
    backdrop = bitmap(plain((9, 9, 9), 40, 30))
    many = np.random.default_rng(3).integers(0, 256, (30, 40, 4)).astype(np.uint8)
    many[:, :, 3] = 255
    drawn = Layered(bitmap(many), backdrop)
    assert depth_and_color_type(png(drawn)) == (8, 2)
    assert np.array_equal(pixels_by_pillow(png(drawn)), many)


@pytest.mark.parametrize(("count", "is_one_more"), [(255, False), (256, True)])
def test_a_palette_holds_256_colours_of_both_layers(count: int, is_one_more: bool) -> None:
    pixels = np.full((16, 16, 4), 255, np.uint8)
    pixels[:, :, 0] = (np.arange(256) % count).reshape(16, 16)
    front = np.zeros((16, 16, 4), np.uint8)
    front[3, 5] = (1, 2, 3, 255)
    drawn = Layered(bitmap(front), bitmap(pixels))
    few = grounds.few_colors(drawn)
    assert (few is None) is is_one_more
    assert np.array_equal(pixels_by_pillow(png(drawn)), array(flat(drawn)))


def test_a_grey_photo_stays_grey_until_the_words_have_a_hue() -> None:
    grey = GROUNDS["grey photo"]()
    assert depth_and_color_type(png(Layered(words_alone(grey), bitmap(grey))))[1] == 0
    assert depth_and_color_type(png(Layered(words_alone(grey, (250, 0, 0)), bitmap(grey))))[1] == 2


@pytest.mark.parametrize("form", [Format.JPEG, Format.WEBP, Format.AVIF])
def test_other_formats_are_those_of_one_bitmap(form: Format) -> None:
    for ground in (slope(1, 1), plain()):
        drawn = Layered(words_alone(ground), bitmap(ground))
        output = Output(Size(600, 315), form)
        assert encode(drawn, output).data == encode(flat(drawn), output).data


def test_layers_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="2x1 do not lie over 1x2"):
        Layered(Bitmap(2, 1, bytes(8)), Bitmap(1, 2, bytes(8)))


def test_what_is_known_of_a_backdrop_is_forgotten_with_it() -> None:
    before = len(grounds._known)
    backdrop = bitmap(plain())
    assert grounds.ground(backdrop) is grounds.ground(backdrop)
    assert len(grounds._known) == before + 1
    number = grounds.ground(backdrop).number
    del backdrop
    assert len(grounds._known) == before
    assert grounds.ground(bitmap(plain())).number > number
