from io import BytesIO

import numpy as np
import pytest
from bitmaps import KINDS, bitmap, faded, flat_card, gradient_card, photo_card, plain, red_on_blue, slope, with_words
from decoded import array, error, jpeg_markers, pixels_of
from PIL import JpegImagePlugin

from frontis.encode import encode
from frontis.model.bitmap import Bitmap
from frontis.model.output import Format, Output, Size

FULL_COLOR, HALF_COLOR = 0, 2


def jpeg(card: Bitmap, quality: int | None = None, max_kb: int | None = None) -> bytes:
    return encode(card, Output(Size(1200, 630), Format.JPEG, quality, max_kb)).data


def sampling(data: bytes) -> int:
    return JpegImagePlugin.get_sampling(JpegImagePlugin.JpegImageFile(BytesIO(data)))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "faded" not in kind])
def test_each_kind_of_card_looks_the_same(kind: str) -> None:
    card = KINDS[kind]()
    assert error(jpeg(card), card) < 4


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (9, 1), (17, 33), (101, 103), (4096, 2048)])
def test_any_size_comes_back(width: int, height: int) -> None:
    card = bitmap(slope(1, 1, width, height))
    data = jpeg(card)
    assert pixels_of(data).shape == (height, width, 4)
    assert error(data, card) < 3


def test_the_usual_quality_is_85_and_more_is_better() -> None:
    card = photo_card()
    assert jpeg(card) == jpeg(card, 85)
    assert error(jpeg(card, 1), card) > error(jpeg(card, 40), card) > error(jpeg(card, 100), card)
    assert len(jpeg(card, 1)) < len(jpeg(card, 40)) < len(jpeg(card, 100))


@pytest.mark.parametrize(
    "card",
    [
        red_on_blue(),
        with_words(plain((15, 23, 42)), "#22d3ee"),
        with_words(plain((49, 46, 129)), "#facc15"),
        with_words(plain((22, 163, 74)), "#dc2626"),
    ],
)
def test_coloured_words_keep_their_colour(card: Bitmap) -> None:
    data = jpeg(card)
    assert sampling(data) == FULL_COLOR
    assert np.abs(pixels_of(data).astype(int) - array(card).astype(int)).max() < 100


@pytest.mark.parametrize(
    "card", [flat_card(), gradient_card(), photo_card(), bitmap(plain()), with_words(plain((79, 70, 229)))]
)
def test_colour_takes_half_the_resolution_where_nobody_sees_it(card: Bitmap) -> None:
    assert sampling(jpeg(card)) == HALF_COLOR


def test_transparent_cards_stand_on_white() -> None:
    card = faded(bitmap(plain((200, 30, 30))))
    pixels = pixels_of(jpeg(card)).astype(int)
    alpha = array(card)[..., 3:].astype(float) / 255
    assert np.abs(pixels[..., :3] - (alpha * [200, 30, 30] + (1 - alpha) * 255)).mean() < 2


def test_nothing_is_written_but_the_picture() -> None:
    app0, quantization, frame, huffman = 0xE0, 0xDB, 0xC0, 0xC4
    data = jpeg(flat_card())
    assert set(jpeg_markers(data)) == {app0, quantization, frame, huffman}
    assert data[6:11] == b"JFIF\x00"


@pytest.mark.parametrize(("quality", "max_kb"), [(98, 400), (98, 250), (90, 200), (85, 100)])
def test_noise_fits_its_budget_without_a_word(quality: int, max_kb: int, capfd: pytest.CaptureFixture[str]) -> None:
    noise = bitmap(np.random.default_rng(3).integers(0, 256, (400, 400, 3), np.uint8))
    data = jpeg(noise, quality, max_kb)
    assert 0.85 * max_kb * 1024 < len(data) <= max_kb * 1024
    assert pixels_of(data).shape == (400, 400, 4)
    assert capfd.readouterr() == ("", "")
