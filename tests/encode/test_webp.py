import numpy as np
import pytest
from bitmaps import KINDS, bitmap, faded, gradient_card, photo_card, slope
from decoded import array, error, pixels_by_pillow, pixels_of, webp_chunks

from frontis.encode import encode
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size


def webp(card: Bitmap, quality: int | None = None) -> bytes:
    return encode(card, Output(Size(1200, 630), Format.WEBP, quality)).data


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "faded" not in kind])
def test_each_kind_of_card_looks_the_same(kind: str) -> None:
    card = KINDS[kind]()
    assert error(webp(card), card) < 6


@pytest.mark.parametrize("kind", ["flat", "red on blue"])
@pytest.mark.parametrize("quality", [None, 1, 100])
def test_few_colours_lose_nothing(kind: str, quality: int | None) -> None:
    card = KINDS[kind]()
    data = webp(card, quality)
    assert np.array_equal(pixels_of(data), array(card))
    assert webp_chunks(data) == [b"VP8L"]


def test_few_colours_with_alpha_lose_nothing_even_where_nothing_is_seen() -> None:
    few = np.zeros((60, 90, 4), np.uint8)
    few[:, :40] = (200, 100, 50, 0)
    few[:, 40:70] = (200, 100, 50, 90)
    assert np.array_equal(pixels_by_pillow(webp(bitmap(few))), few)


@pytest.mark.parametrize("kind", ["faded gradient", "faded photo"])
def test_alpha_is_kept(kind: str) -> None:
    card = KINDS[kind]()
    assert np.array_equal(pixels_by_pillow(webp(card))[..., 3], array(card)[..., 3])


def test_the_usual_quality_is_80_and_more_is_better() -> None:
    card = photo_card()
    assert webp(card) == webp(card, 80)
    assert error(webp(card, 1), card) > error(webp(card, 40), card) > error(webp(card, 100), card)
    assert len(webp(card, 1)) < len(webp(card, 40)) < len(webp(card, 100))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (9, 1), (17, 33), (101, 103), (4096, 2048)])
def test_any_size_comes_back(width: int, height: int) -> None:
    card = bitmap(slope(1, 1, width, height))
    data = webp(card)
    assert pixels_of(data).shape == (height, width, 4)
    assert error(data, card) < 3


def test_nothing_is_written_but_the_picture() -> None:
    assert webp_chunks(webp(gradient_card())) == [b"VP8 "]
    assert webp_chunks(webp(faded(gradient_card()))) == [b"VP8X", b"ALPH", b"VP8 "]
