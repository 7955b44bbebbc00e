"""The comparison of pictures sees what a person would see, and nothing else."""

import io

import numpy as np
import pytest
from comparison import difference
from PIL import Image, ImageChops

from frontis import Card, render


def card(**values: str) -> Image.Image:
    words = {"title": "The quiet craft of naming things", "subtitle": "Why the best names are unnoticed.", **values}
    return Image.open(io.BytesIO(render(Card("article", dict(words))).data)).convert("RGB").reduce(2)


def test_the_same_picture_is_the_same() -> None:
    assert difference(card(), card()).is_small


def test_the_noise_of_another_processor_is_passed_over() -> None:
    noise = np.random.default_rng(7).integers(-1, 2, np.asarray(card()).shape)
    noisy = Image.fromarray((np.asarray(card(), np.int16) + noise).clip(0, 255).astype(np.uint8))
    assert not np.array_equal(np.asarray(noisy), np.asarray(card()))
    assert difference(card(), noisy).is_small


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "The quiet craft of naming thingS"},
        {"title": "The quiet craft of naming things."},
        {"subtitle": "Why the best names are unnoticed!"},
        {"theme": "dark"},
        {"accent": "#3b5bdd", "site": "x"},
        {"author": "M"},
    ],
    ids=str,
)
def test_a_changed_word_or_colour_is_seen(changed: dict[str, str]) -> None:
    assert not difference(card(), card(**changed)).is_small


def test_words_that_moved_by_two_pixels_are_seen() -> None:
    # One pixel of the half-size picture is two of the card.
    assert not difference(card(), ImageChops.offset(card(), 1, 0)).is_small
    assert not difference(card(), ImageChops.offset(card(), 0, 1)).is_small


def test_a_slightly_other_background_is_seen() -> None:
    brighter = Image.fromarray((np.asarray(card(), np.int16) - 2).clip(0, 255).astype(np.uint8))
    assert not difference(card(), brighter).is_small
