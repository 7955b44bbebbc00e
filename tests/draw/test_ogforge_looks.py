"""OGForge's two templates: six themes that are made of the same, fit any words, and can be read on any colour."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measuring import Laid, assert_it_fits, laid_out, sizes, texts

from frontis.draw import draw
from frontis.encode.layers import flat
from frontis.model.card import Card
from frontis.model.color import Color
from frontis.templates import catalogue

STANDARD, METRIC = (catalogue().look(f"ogforge-{name}").template for name in ("standard", "metric"))
THEMES = STANDARD.variables["theme"].choices
WORDS = {
    "title": "How to Build a REST API",
    "subtitle": "A complete guide for beginners, from the first route to the last test of them all",
    "caption": "12 min read",
    "brand": "fieldnotes.dev",
}
COLOURS = {
    "white on white": dict.fromkeys(("bg_color", "title_color", "subtitle_color", "accent"), "#ffffff"),
    "black on black": dict.fromkeys(("bg_color", "title_color", "subtitle_color", "accent"), "#000000"),
    "grey on grey": dict.fromkeys(("bg_color", "title_color", "accent"), "#808080"),
    "yellow accent": {"accent": "#ffee00"},
    "navy accent": {"accent": "#101c60"},
    "from black to white": {"gradient_start": "#000000", "gradient_end": "#ffffff"},
    "from red to cyan": {"gradient_start": "#ff0000", "gradient_end": "#00ffff", "title_color": "#ff00ff"},
    "from white": {"gradient_start": "#ffffff", "title_color": "#ffffff"},
    "to pale green": {"gradient_end": "#d0ffd0", "subtitle_color": "#ffffff"},
}
# A colour, and the first words that are written in it.
_COLOURED = re.compile(r'color: (#[0-9a-f]{6})[^<>]*>(?:<div class="grow">)?<span class="fit"[^>]*>(.*?)</span></span>')


def test_they_share_what_the_themes_are_made_of() -> None:
    assert STANDARD.css == METRIC.css
    assert STANDARD.html.partition("{% endblock %}")[0] == METRIC.html.partition("{% endblock %}")[0]
    assert {*METRIC.variables} - {*STANDARD.variables} == {"value"}
    assert METRIC.variables["theme"].choices == THEMES


@st.composite
def cards(draw: st.DrawFn) -> Card:
    template = draw(st.sampled_from([STANDARD, METRIC]))
    values = {"theme": draw(st.sampled_from(THEMES)), "icon": draw(st.sampled_from(["", "rocket"]))}
    for variable in template.variables.values():
        if variable.fit and variable.name != "emoji" and (variable.required or draw(st.integers(0, 4))):
            values[variable.name] = " ".join(draw(texts).split())[: variable.longest].strip() or "x"
    values["emoji"] = draw(st.sampled_from(["", "🚀", "👨‍👩‍👧‍👦", "1️⃣", "🎉" * 40]))
    return Card(template.id, values, draw(sizes), watermark=draw(st.sampled_from(["", "", "W" * 200])))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(card=cards())
def test_whatever_the_theme_nothing_overlaps_or_leaves_the_canvas(card: Card) -> None:
    assert_it_fits(laid_out(card))


@pytest.mark.parametrize("colours", COLOURS.values(), ids=COLOURS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("template", [STANDARD, METRIC], ids=lambda template: template.id)
def test_words_can_be_read_on_whatever_colours_are_asked_for(
    template: object, theme: str, colours: dict[str, str]
) -> None:
    identity = STANDARD.id if template is STANDARD else METRIC.id
    value = {} if identity == STANDARD.id else {"value": "99.98%"}
    laid = laid_out(Card(identity, {**WORDS, **value, **colours, "theme": theme}))
    seen = list(contrasts(laid))
    assert len(seen) >= 3
    assert min(seen) >= 4.5


def contrasts(laid: Laid) -> list[float]:
    """Of each coloured text: its contrast on the worst pixel of the backdrop below it."""
    bitmap = flat(draw(replace(laid.markup, content="", texts=())))
    width, height = laid.markup.size
    levels = np.frombuffer(bitmap.pixels, np.uint8).reshape(height, width, 4)[:, :, :3] / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    light = linear @ np.array([0.2126, 0.7152, 0.0722]) + 0.05
    colours = {
        re.sub("<[^>]*>", "", line).strip(): Color.parse(colour).luminance + 0.05
        for colour, words in _COLOURED.findall(laid.content)
        for line in words.split("</span>")
    }
    found = []
    for line in laid.lines:
        words = colours.get(line.text.strip())
        if words is not None:
            below = light[int(line.top) : int(line.bottom), int(line.left) : int(line.right)]
            found += [max(words, ground) / min(words, ground) for ground in (below.min(), below.max())]
    return found


def test_only_what_is_given_is_drawn() -> None:
    for theme in THEMES:
        assert laid_out(Card(STANDARD.id, {"title": "Hello", "theme": theme})).words == "Hello"
        assert laid_out(Card(METRIC.id, {"value": "42", "theme": theme})).words == "42"


def test_the_title_decides_which_way_a_metric_reads() -> None:
    laid = laid_out(Card(METRIC.id, {"value": "2.4M", "title": "بطاقة رُسمت في الشهر الماضي"}))
    assert laid.markup.rtl


@pytest.mark.parametrize("template", [STANDARD, METRIC], ids=lambda template: template.id)
def test_an_emoji_stands_in_the_place_of_the_icon(template: object) -> None:
    identity = STANDARD.id if template is STANDARD else METRIC.id
    values = {"title": "Hello", "value": "1"} if identity == METRIC.id else {"title": "Hello"}
    laid = laid_out(Card(identity, {**values, "icon": "rocket", "emoji": "🎉"}))
    assert "🎉" in laid.words
    assert "icon-rocket" not in laid.content
