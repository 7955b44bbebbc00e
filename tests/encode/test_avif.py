from io import BytesIO

import numpy as np
import pytest
from bitmaps import bitmap, faded, flat_card, gradient_card, photo, photo_card, red_on_blue, slope
from decoded import array, error, pixels_of
from PIL import Image

from frontis.encode import encode
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size


def avif(card: Bitmap, quality: int | None = None) -> bytes:
    return encode(card, Output(Size(1200, 630), Format.AVIF, quality)).data


def small_photo() -> Bitmap:
    return bitmap(photo(120, 80))


@pytest.mark.parametrize("card", [flat_card(), red_on_blue(), gradient_card(), photo_card()])
def test_each_kind_of_card_looks_the_same(card: Bitmap) -> None:
    assert error(avif(card), card) < 6


def test_coloured_words_keep_their_colour() -> None:
    card = red_on_blue()
    assert np.abs(pixels_of(avif(card)).astype(int) - array(card).astype(int)).max() < 110


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (9, 1), (101, 103), (100, 315), (2001, 1251)])
def test_any_size_comes_back(width: int, height: int) -> None:
    card = bitmap(slope(1, 1, width, height))
    data = avif(card)
    assert pixels_of(data).shape == (height, width, 4)
    assert error(data, card) < 3


def test_alpha_is_kept() -> None:
    card = faded(small_photo())
    alpha = pixels_of(avif(card))[..., 3].astype(int)
    assert np.abs(alpha - array(card)[..., 3].astype(int)).mean() < 3


def test_an_opaque_card_has_no_alpha() -> None:
    with Image.open(BytesIO(avif(small_photo()))) as picture:
        assert picture.mode == "RGB"


def test_the_usual_quality_is_60_and_more_is_better() -> None:
    card = small_photo()
    assert avif(card) == avif(card, 60)
    assert error(avif(card, 1), card) > error(avif(card, 40), card) > error(avif(card, 100), card)
    assert len(avif(card, 1)) < len(avif(card, 40)) < len(avif(card, 100))


def test_nothing_is_written_but_the_picture() -> None:
    data = avif(small_photo())
    with Image.open(BytesIO(data)) as picture:
        assert not {"exif", "icc_profile", "xmp"} & picture.info.keys()
    assert data[4:12] == b"ftypavif"
    assert b"mvhd" not in data
