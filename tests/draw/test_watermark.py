"""The watermark: legible on anything, and never over or under the words."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from measuring import Line, laid_out

from frontis.compose import compose
from frontis.draw import draw
from frontis.draw.document import BASE_CSS, page
from frontis.draw.renderers import engine
from frontis.encode.layers import flat
from frontis.fonts import library
from frontis.model.card import Card
from frontis.model.color import Color
from frontis.model.markup import Markup
from frontis.model.output import Size
from frontis.templates import catalogue

SIZES = [(1200, 630), (1080, 1920), (1500, 500), (820, 312), (100, 100), (4096, 100), (100, 4096)]
LONG = {
    "title": "A headline that goes on and on without ever coming to any point that anybody could remember",
    "subtitle": "A summary that says all of it once more, and then again, and again, until nobody reads on. " * 3,
    "label": "What is counted here, in many words, of which most are not needed at all by anybody",
    "note": "A note that nobody will read, and that is much too long for the space that it has. " * 3,
    "site": "a-very-long-name-of-a-site.with-many-parts.example.com",
    "author": "Somebody With a Long Name of Several Parts",
    "date": "the twelfth of March of this year",
    "value": "1,234,567.89",
    "trend": "+18 % this month, more or less",
    "eyebrow": "Department of Long Designations",
}


def watermark_box(markup: Markup) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the watermark."""
    families = library().chain(markup.words, markup.families)
    own = engine()
    own.prepare(families)
    html = page(markup, backdrop="", content="", watermark=markup.watermark)
    boxes = [own.measure(html, (BASE_CSS, markup.css), markup.size, families)]
    while boxes:
        box = boxes.pop()
        boxes.extend(box["children"])
        if box["runs"]:
            *_, x, y = box["transform"]
            return x, y, x + box["width"], y + box["height"]
    raise AssertionError("there is no watermark")


def overlaps(line: Line, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    return line.left < right and line.right > left and line.top < bottom and line.bottom > top


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("identity", catalogue().ids())
def test_no_words_stand_over_or_under_the_watermark(identity: str, size: tuple[int, int]) -> None:
    template = catalogue().look(identity).template
    values: dict[str, Any] = {
        name: LONG[name][: each.longest].strip() if name in LONG else template.examples[name]
        for name, each in template.variables.items()
        if name in LONG or each.required
    }
    for words in ("Made with Frontis", "W" * 300):
        laid = laid_out(Card(identity, values, size, watermark=words))
        box = watermark_box(laid.markup)
        assert 0 <= box[0] < box[2] <= size[0]
        assert 0 <= box[1] < box[3] <= size[1]
        assert [line.text for line in laid.lines if overlaps(line, box)] == []
        assert laid.lines


@pytest.mark.parametrize("paper", ["#ffffff", "#000000", "#808080", "#ff0000", "#ffff00"])
def test_the_watermark_is_legible_on_any_ground(paper: str) -> None:
    markup = Markup(
        size=Size(600, 315),
        backdrop=f'<div style="width:100%;height:100%;background:{paper}"></div>',
        content="",
        css="",
        families=("Inter",),
        words="MMM",
        watermark='<div class="watermark">MMM</div>',
    )
    bitmap = flat(draw(markup))
    pixels = np.frombuffer(bitmap.pixels, np.uint8).reshape(315, 600, 4)
    left, top, right, bottom = (round(each) for each in watermark_box(markup))
    inside = pixels[top + 2 : bottom - 2, left + 6 : right - 6, :3].reshape(-1, 3)
    assert lightest(inside).contrast(darkest(inside)) >= 4.5
    assert pixels[0, 0, :3].tolist() == [int(paper[n : n + 2], 16) for n in (1, 3, 5)]


def lightest(pixels: npt.NDArray[np.uint8]) -> Color:
    return color(pixels[pixels.sum(axis=1).argmax()])


def darkest(pixels: npt.NDArray[np.uint8]) -> Color:
    return color(pixels[pixels.sum(axis=1).argmin()])


def color(pixel: npt.NDArray[np.uint8]) -> Color:
    red, green, blue = (int(level) / 255 for level in pixel)
    return Color(red, green, blue)


def test_the_words_of_a_watermark_are_escaped_cleaned_and_cut() -> None:
    words = '<b onload="x">\x00\ud800\ufdd0 & ' + "x" * 300
    card = catalogue().resolve(Card("article", {"title": "x"}, watermark=words))
    markup = compose(card, catalogue().look("article"), {})
    assert markup.watermark.startswith('<div class="watermark">&lt;b onload=&#34;x&#34;&gt; &amp; xx')
    assert len(markup.watermark) < 200
    assert draw(markup).width == 1200


def test_without_a_watermark_there_is_none() -> None:
    card = catalogue().resolve(Card("article", {"title": "x"}))
    assert compose(card, catalogue().look("article"), {}).watermark == ""
