"""Bitmaps of every kind that a card can be, drawn the same way each time."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from frontis.model.bitmap import Bitmap

WIDTH, HEIGHT = 600, 315


def bitmap(pixels: NDArray[np.uint8]) -> Bitmap:
    """Of an array of height x width x 3 or 4."""
    height, width, channels = pixels.shape
    if channels == 3:
        pixels = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    return Bitmap(width, height, pixels.tobytes())


def with_words(ground: NDArray[np.uint8], ink: str = "white") -> Bitmap:
    """The ground with a title and a line of small type on it."""
    picture = Image.fromarray(ground)
    draw = ImageDraw.Draw(picture)
    draw.text((40, 60), "10 Years of Great\nBooks", fill=ink, font=ImageFont.load_default(size=56))
    draw.text((40, 240), "A reading plan, and what came of it", fill=ink, font=ImageFont.load_default(size=16))
    return bitmap(np.asarray(picture))


def plain(color: tuple[int, int, int] = (16, 24, 40), width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    return np.full((height, width, 3), color, np.uint8)


def slope(across: float, down: float, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A gradient from slate to indigo; `across` and `down` are its direction."""
    rows, columns = np.mgrid[:height, :width]
    share = (across * columns + down * rows) / (across * width + down * height)
    ends = np.array([[15, 23, 42], [79, 70, 229]])
    colors: NDArray[np.uint8] = (ends[0] + share[..., None] * (ends[1] - ends[0])).round().astype(np.uint8)
    return colors


def photo(width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Light and shade of several scales: no repeats, and yet neighbours that are alike; tinted in large patches."""
    random = np.random.default_rng(7)
    total = np.full((height, width, 3), 128.0)
    for scale, strength, channels in ((64, 25, 1), (16, 15, 1), (4, 10, 1), (1, 4, 1), (128, 25, 3)):
        coarse = random.normal(0, strength, (height // scale + 2, width // scale + 2, channels))
        total += coarse.repeat(scale, 0).repeat(scale, 1)[:height, :width]
    return total.clip(0, 255).astype(np.uint8)


def flat_card(ink: str = "white") -> Bitmap:
    return with_words(plain(), ink)


def red_on_blue() -> Bitmap:
    return with_words(plain((0, 0, 255)), "red")


def gradient_card() -> Bitmap:
    return with_words(slope(1, 1))


def striped_card() -> Bitmap:
    """Each row is as the one above it."""
    return with_words(slope(1, 0))


def photo_card() -> Bitmap:
    return with_words(photo())


def grey_photo_card() -> Bitmap:
    return with_words(photo()[..., :1].repeat(3, 2))


def half_photo_card() -> Bitmap:
    """A gradient above, a photo below: strips that are not alike."""
    ground = slope(1, 1, height=700)
    ground[350:] = photo(height=350)
    return with_words(ground)


def faded(card: Bitmap) -> Bitmap:
    """The card with an alpha that runs from 0 at the left to 255 at the right."""
    pixels = np.frombuffer(card.pixels, np.uint8).reshape(card.height, card.width, 4).copy()
    pixels[..., 3] = np.linspace(0, 255, card.width).round()
    return bitmap(pixels)


KINDS: dict[str, Callable[[], Bitmap]] = {
    "flat": flat_card,
    "red on blue": red_on_blue,
    "gradient": gradient_card,
    "stripes": striped_card,
    "photo": photo_card,
    "grey photo": grey_photo_card,
    "half a photo": half_photo_card,
    "faded flat": lambda: faded(flat_card()),
    "faded gradient": lambda: faded(gradient_card()),
    "faded photo": lambda: faded(photo_card()),
}
