import math
from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
import pytest
from bitmaps import bitmap, faded, flat_card, gradient_card, photo, photo_card
from decoded import array, pixels_by_pillow
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from frontis.encode import LADDERS, encode
from frontis.encode.budget import Ladder, best
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size

LOSSY = [Format.JPEG, Format.WEBP, Format.AVIF]


class Rungs:
    """Encodings of given sizes, that remember which of them were made."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.made: list[int] = []
        self.rungs = [self.rung(place, size) for place, size in enumerate(sizes)]

    def rung(self, place: int, size: int) -> Callable[[], bytes]:
        def encode_it() -> bytes:
            self.made.append(place)
            return bytes([place % 256]) * size

        return encode_it


def within(format_: Format, card: Bitmap, max_kb: int, quality: int | None = None) -> tuple[bytes, bool]:
    picture = encode(card, Output(Size(1200, 630), format_, quality, max_kb))
    return picture.data, picture.within_budget


def small_photo() -> Bitmap:
    return bitmap(photo(320, 200))


falling_sizes = st.lists(st.integers(1, 1000), min_size=1, max_size=101).map(lambda sizes: sorted(sizes, reverse=True))


@given(falling_sizes, st.integers(1, 1000))
def test_the_highest_rung_that_fits_is_found_in_eight_tries(sizes: list[int], most_bytes: int) -> None:
    rungs = Rungs(sizes)
    data, fits = best(Ladder(rungs.rungs[:1], lambda: rungs.rungs[1:]), most_bytes)
    fitting = [place for place, size in enumerate(sizes) if size <= most_bytes]
    assert fits == bool(fitting)
    assert data == (bytes([fitting[0]]) * sizes[fitting[0]] if fitting else data)
    assert len(data) == (sizes[fitting[0]] if fitting else sizes[-1])
    assert len(rungs.made) <= 8
    assert rungs.made == ([0] if sizes[0] <= most_bytes else rungs.made)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=60), st.integers(1, 100), st.integers(1, 3))
def test_whatever_the_sizes_are_a_picture_fits_or_is_the_smallest_that_was_made(
    sizes: list[int], most_bytes: int, first: int
) -> None:
    rungs = Rungs(sizes)
    data, fits = best(Ladder(rungs.rungs[:first], lambda: rungs.rungs[first:]), most_bytes)
    assert fits == (len(data) <= most_bytes)
    assert fits or len(data) == min(sizes[place] for place in rungs.made)


@given(falling_sizes)
def test_without_a_budget_the_first_rung_is_taken(sizes: list[int]) -> None:
    rungs = Rungs(sizes)
    assert best(Ladder(rungs.rungs[:1], lambda: rungs.rungs[1:]), None) == (bytes([0]) * sizes[0], True)
    assert rungs.made == [0]


@pytest.mark.parametrize("format_", list(LADDERS))
@pytest.mark.parametrize("quality", [None, 70])
def test_a_budget_that_is_met_anyway_changes_nothing(format_: Format, quality: int | None) -> None:
    card = small_photo()
    free = encode(card, Output(Size(1200, 630), format_, quality)).data
    assert within(format_, card, math.ceil(len(free) / 1024), quality) == (free, True)


@pytest.mark.parametrize("format_", LOSSY)
@pytest.mark.parametrize("max_kb", [3, 4, 6])
def test_the_next_better_quality_would_not_have_fitted(format_: Format, max_kb: int) -> None:
    card = small_photo()
    data, fits = within(format_, card, max_kb)
    assert fits
    assert len(data) <= max_kb * 1024
    ladder = LADDERS[format_](card, None)
    sizes = [len(rung()) for rung in (*ladder.first, *ladder.rest())]
    chosen = sizes.index(len(data))
    assert chosen > 0
    assert sizes[chosen - 1] > max_kb * 1024


@pytest.mark.parametrize("format_", LOSSY)
def test_no_quality_above_the_one_that_was_asked_for_is_taken(format_: Format) -> None:
    card = small_photo()
    asked = encode(card, Output(Size(1200, 630), format_, 30)).data
    data, fits = within(format_, card, math.ceil(len(asked) / 1024) - 1, 30)
    assert fits
    assert len(data) < len(asked)
    assert encode(card, Output(Size(1200, 630), format_, max_kb=100)).data != data


@pytest.mark.parametrize("format_", Format)
def test_what_cannot_fit_is_marked_and_is_smaller_than_without_a_budget(format_: Format) -> None:
    noise = bitmap(np.random.default_rng(5).integers(0, 256, (500, 500, 3), np.uint8))
    data, fits = within(format_, noise, 1)
    assert not fits
    assert 1024 < len(data) < len(encode(noise, Output(Size(1200, 630), format_)).data) / 3


def test_a_png_is_squeezed_before_it_loses_a_colour() -> None:
    card = gradient_card()
    quick = len(encode(card, Output(Size(1200, 630))).data)
    data, fits = within(Format.PNG, card, quick // 1024)
    assert fits
    assert np.array_equal(pixels_by_pillow(data), array(card))


@pytest.mark.parametrize("max_kb", [150, 60, 30, 8])
def test_a_png_gives_up_colours_until_it_fits(max_kb: int) -> None:
    card = photo_card()
    data, fits = within(Format.PNG, card, max_kb)
    assert fits
    assert len(data) <= max_kb * 1024
    with Image.open(BytesIO(data)) as picture:
        assert picture.mode == "P"
        assert picture.size == (card.width, card.height)
    assert np.abs(pixels_by_pillow(data).astype(int) - array(card).astype(int)).mean() < 40


def test_a_larger_budget_buys_a_better_png() -> None:
    card = photo_card()
    errors = [
        np.abs(pixels_by_pillow(within(Format.PNG, card, max_kb)[0]).astype(int) - array(card).astype(int)).mean()
        for max_kb in (100_000, 100, 50, 20, 8)
    ]
    assert errors[0] == 0
    assert errors == sorted(errors)


def test_a_transparent_png_that_gives_up_colours_stays_transparent() -> None:
    card = faded(photo_card())
    data, fits = within(Format.PNG, card, 40)
    assert fits
    alpha = pixels_by_pillow(data)[..., 3].astype(int)
    assert np.abs(alpha - array(card)[..., 3]).mean() < 60
    assert alpha[:, :20].mean() < 80 < 180 < alpha[:, -20:].mean()


def test_a_flat_card_keeps_its_words_in_very_few_colours() -> None:
    card = flat_card()
    data, fits = within(Format.PNG, card, 2)
    assert fits
    assert np.abs(pixels_by_pillow(data).astype(int) - array(card).astype(int)).mean() < 5
