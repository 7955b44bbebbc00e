"""What OG Image API's five looks promise whatever they are given."""

import io
import re
from random import Random

import numpy as np
import pytest
from PIL import Image

from frontis import Card, render
from frontis.compose import compose
from frontis.model.card import Value
from frontis.model.color import Color
from frontis.templates import catalogue

LOOKS = ("ogimage-blog", "ogimage-product", "ogimage-social", "ogimage-minimal", "ogimage-dark")
POSITIONS = ("top-left", "top-right", "top-center", "bottom-left", "bottom-right")
SIZES = ((1200, 630), (600, 1260), (2400, 315))
TITLES = {
    "short": "Go",
    "long": "A title of one hundred characters, which are as many as it may have, and not one of them is left out"[
        :100
    ],
    "arabic": "فن تسمية الأشياء بهدوء، وكيف نجد أفضل الأسماء",
}
SUBTITLE = (
    "A subtitle that goes on for a while, so that it needs two lines, and a third one where the card is not so wide."
)
LOGO = "https://sample.example/logo"
MAGENTA = (255, 0, 255)


def pixels(look: str, values: dict[str, Value], size: tuple[int, int] = (1200, 630), logo: bytes = b"") -> np.ndarray:
    picture = render(Card(look, values, size), {LOGO: logo} if logo else {})
    return np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGB")).astype(int)


def patch(width: int, height: int) -> bytes:
    """A picture of one colour, which no words have."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), MAGENTA).save(file, "PNG")
    return file.getvalue()


def has(drawn: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """Where the colour is, or nearly."""
    return np.asarray(np.abs(drawn - np.array(color)).max(axis=2) <= 6)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize(
    ("look", "position"),
    [("ogimage-blog", ""), ("ogimage-dark", ""), *(("ogimage-product", each) for each in POSITIONS)],
)
@pytest.mark.parametrize("outline", [(200, 200), (600, 100), (100, 300)], ids=str)
def test_a_logo_is_seen_whole_with_no_words_on_it(
    look: str, position: str, title: str, size: tuple[int, int], outline: tuple[int, int]
) -> None:
    values: dict[str, Value] = {"title": title, "subtitle": SUBTITLE, "logo": LOGO}
    if position:
        values["logo_position"] = position
    seen = has(pixels(look, values, size, logo=patch(*outline)), MAGENTA)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    # The corners are rounded.
    assert seen[top : bottom + 1, left : right + 1].mean() > 0.85
    assert seen[(top + bottom) // 2, left : right + 1].all()
    assert 0 < top < bottom < size[1] - 1
    assert 0 < left < right < size[0] - 1
    # The edges of a logo of ten pixels are half blended.
    ratio = (right - left + 1) / (bottom - top + 1)
    assert ratio == pytest.approx(outline[0] / outline[1], rel=0.25)


@pytest.mark.parametrize(
    ("position", "side", "end"),
    [("top-left", 0, 0), ("top-center", 1, 0), ("top-right", 2, 0), ("bottom-left", 0, 2), ("bottom-right", 2, 2)],
)
@pytest.mark.parametrize("title", ["Ship it", "فن تسمية الأشياء"], ids=["ltr", "rtl"])
def test_a_logo_is_where_it_was_asked_for(position: str, side: int, end: int, title: str) -> None:
    values: dict[str, Value] = {"title": title, "logo": LOGO, "logo_position": position}
    y, x = (each.mean() for each in np.nonzero(has(pixels("ogimage-product", values, logo=patch(9, 9)), MAGENTA)))
    assert int(x // 400) == side
    assert (end == 0) == (y < 315)


@pytest.mark.parametrize(
    ("paper", "words"),
    [("#ffffff", "#ffffff"), ("#000000", "#000000"), ("#777777", "#888888"), ("#f97316", "#f97316")],
)
@pytest.mark.parametrize("look", [each for each in LOOKS if each not in ("ogimage-dark", "ogimage-minimal")])
def test_the_accent_is_seen_on_a_page_of_its_own_colour(look: str, paper: str, words: str) -> None:
    values: dict[str, Value] = {"title": "x", "bg_color": paper, "text_color": words, "accent_color": paper}
    drawn = pixels(look, values)
    flat = np.array([int(paper[at : at + 2], 16) for at in (1, 3, 5)])
    # Beside the letter, which is small, something else stands on the page.
    assert (np.abs(drawn - flat).max(axis=2) > 12).mean() > 0.009


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text_color", ["#ffffff", "#1a1a1a", "#102a43", "#ffe08a"])
def test_a_text_colour_that_can_be_read_is_the_one_that_is_drawn(look: str, text_color: str) -> None:
    paper = "#ffffff" if text_color in ("#1a1a1a", "#102a43") else "#1a1a1a"
    values: dict[str, Value] = {"title": "WORDS", "bg_color": paper, "text_color": text_color}
    if look == "ogimage-dark":
        values, text_color = {"title": "WORDS"}, "#ffffff"
    drawn = pixels(look, values)
    wanted = (int(text_color[1:3], 16), int(text_color[3:5], 16), int(text_color[5:], 16))
    assert has(drawn, wanted).sum() > 500


def test_words_can_be_read_on_all_that_they_may_lie_on_whatever_the_colours() -> None:
    random = Random(7)
    for _ in range(150):
        colors = [f"#{random.randrange(1 << 24):06x}" for _ in range(3)]
        for look in LOOKS:
            known = catalogue().look(look).template.variables
            names = ("bg_color", "text_color", "accent_color")
            given = {name: color for name, color in zip(names, colors, strict=True) if name in known}
            card = catalogue().resolve(Card(look, {"title": "x", "subtitle": "y", **given}))
            markup = compose(card, catalogue().look(look), {})
            grounds = set()
            for element in re.findall(r'<div class="(?:paper|ground d\d)"[^>]*>', markup.backdrop):
                grounds |= set(re.findall("#[0-9a-f]{6}", element))
            words = re.findall(r'[" ]color: (#[0-9a-f]{6})', markup.content) or ["#ffffff", "#9ca3af"]
            assert grounds
            assert len(words) == 2
            for word in words:
                for ground in grounds:
                    contrast = Color.parse(word).contrast(Color.parse(ground))
                    # A step of 8 bits makes a little difference.
                    assert contrast >= 4.45, (look, colors, word, ground, contrast)
