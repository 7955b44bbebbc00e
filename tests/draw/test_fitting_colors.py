"""A colour moves no glyph: what was measured for one serves all others."""

import pytest

from frontis.draw.document import without_colors
from frontis.draw.fitting import Fitting
from frontis.draw.renderers import Engine, engine
from frontis.fonts import library
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, FittedText, Markup
from frontis.model.output import Size
from frontis.model.template import Fit

SLOT = f"{SLOT_OPEN}0{SLOT_CLOSE}"


def fitting(style: str, words: str, css: str = "") -> Fitting:
    families = library().chain(words, ["Inter"])
    engine().prepare(families)
    markup = Markup(
        Size(1200, 630),
        "",
        f'<h1 style="{style}">{SLOT}</h1><p>#100daf</p>',
        ".card{padding:80px}" + css,
        ("Inter",),
        words,
        (FittedText(words, Fit(2.0, 6.0, 3)),),
    )
    return Fitting(markup, engine(), families)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML of all that is measured from now on."""
    pages: list[str] = []
    measure = Engine.measure

    def measure_and_tell(self: Engine, html: str, *rest: object) -> object:
        pages.append(html)
        return measure(self, html, *rest)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Engine, "measure", measure_and_tell)
    return pages


@pytest.mark.parametrize(
    "style", ["color:{}", "--accent: {}; border: 1px solid {}", "background:linear-gradient({},{})"]
)
def test_a_card_in_a_new_colour_is_measured_no_more_than_one_in_a_known_colour(style: str, measured: list[str]) -> None:
    words = "Known words of a card in many colours"
    known = fitting(style.replace("{}", "#123456"), words).content()
    measured.clear()
    for color in ("#fedcba", "rgba(1,2,3,0.25)"):
        assert fitting(style.replace("{}", color), words).content() == known.replace("#123456", color)
    assert measured == []


def test_what_is_no_colour_is_measured_anew(measured: list[str]) -> None:
    words = "Words that are moved by a style"
    narrow = fitting("color:#123456;width:300px", words).content()
    measured.clear()
    wide = fitting("color:#123456;width:900px", words).content()
    assert measured
    assert wide != narrow.replace("300px", "900px")


def test_no_style_sheet_can_give_room_by_a_colour() -> None:
    words = "Words that no colour makes narrow"
    css = 'h1[style]{width:200px} h1[style*="fedcba"]{width:200px}'
    wide = fitting("color:#fedcba", words).content()
    assert fitting("color:#fedcba", words, css).content() == wide
    assert fitting("color:#fedcba", words, 'h1[class=""]{width:200px} h1{width:200px}').content() != wide


@pytest.mark.parametrize(
    "content",
    [
        "<p>#123456 and color:#123456;</p>",
        "<p> style=&#34;color:#123456&#34;</p>",
        "<p style=\"font-family:'#123456'\">x</p>",
        '<p style="filter:url(#123456)">x</p>',
        '<p class="#123456">x</p>',
    ],
)
def test_only_the_colours_of_a_style_are_left_out(content: str) -> None:
    assert without_colors(content) == content
