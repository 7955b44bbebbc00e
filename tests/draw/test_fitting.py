"""A card always fits: whatever its words, their script and its size."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from measuring import NASTY, WORDS, assert_it_fits, laid_out, sizes, texts

from frontis.model.card import Card
from frontis.model.photo import Photo
from frontis.model.template import Kind, Template, Variable
from frontis.templates import Catalogue, catalogue
from frontis.templates.capitals import capitals

PHOTO = Photo(b"", 400, 300, 0.9, opaque=True)
# An icon shows one letter of its text, and that is fitted to nothing.
TEMPLATES = [
    template
    for template in (catalogue().look(identity).template for identity in catalogue().ids())
    if any(variable.fit for variable in template.variables.values())
]
# Code keeps its lines, and what is too long is clipped with a fade.
WORDY = [each for each in TEMPLATES if all(variable.kind is not Kind.CODE for variable in each.variables.values())]


@st.composite
def cards(draw: st.DrawFn) -> Card:
    template = draw(st.sampled_from(WORDY))
    values: dict[str, Any] = {}
    for variable in template.variables.values():
        if variable.fit and (variable.required or draw(st.integers(0, 4))):
            text = " ".join(draw(texts).split())[: variable.longest]
            values[variable.name] = text.strip() or "x"
        elif variable.required:
            values[variable.name] = template.examples[variable.name]
        elif variable.kind == "image" and draw(st.booleans()):
            values[variable.name] = "https://a.example/p"
    return Card(
        template.id, values, draw(sizes), watermark=draw(st.sampled_from(["", "", "Made with Frontis", "W" * 200]))
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(card=cards())
@example(card=Card("osig-base", {"title": "Straße straße maße Fuß", "eyebrow": "ß" * 60}))
@example(card=Card("metric", {"value": "تسمية", "label": "سسسسسسسسس" * 12, "note": "سس" * 100}, (400, 200)))
@example(card=Card("osig-base", {"title": "देने को चीज़ों की की कला", "eyebrow": "कला को शांत शांत" * 6}, (1000, 300)))
@example(
    card=Card(
        "osig-job-logo", {"title": "x", "eyebrow": "\u0590 " * 4 + "\u0590\u0590ס \u0590\u0590ח ᜀᜀ៛ᜀើ"}, (2048, 4096)
    )
)
@example(
    card=Card("metric", {"value": "x", "site": "\u0590 \u0590ח \u0590\u05c8איס ःऄऄ ःऄआआ ᜀᜀ៶ᮦ টऀऄऄ" * 2}, (4096, 2048))
)
@example(card=Card("article", {"title": "فن பொருட்களுக்கு 静かな命名の تسمية فن ศิลปะแห่งการตั้งชื่อสิ่งต่างๆ"}, (1500, 500)))
def test_nothing_leaves_the_canvas_nothing_overlaps_and_no_line_is_wider_than_its_box(card: Card) -> None:
    assert_it_fits(laid_out(card, {"https://a.example/p": PHOTO}))


@pytest.mark.parametrize("nasty", NASTY, ids=[ascii(each)[:24] for each in NASTY])
def test_no_single_text_is_too_strange(nasty: str) -> None:
    for identity, name, size in (("article", "title", (1200, 630)), ("metric", "value", (100, 2000))):
        variable = catalogue().look(identity).template.variables[name]
        text = " ".join(nasty.split())[: variable.longest]
        assert_it_fits(laid_out(Card(identity, {name: f"x{text}"[: variable.longest]}, size)))


def fitted(template: Template) -> list[Variable]:
    return [each for each in template.variables.values() if each.fit]


@pytest.mark.parametrize("tongue", WORDS)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_short_text_is_drawn_whole(template: Template, tongue: str) -> None:
    main = max(fitted(template), key=lambda each: each.fit.largest if each.fit else 0)
    words = WORDS[tongue][: 3 if main.fit and main.fit.lines > 1 else 1]
    others = {name: "7" for name, each in template.variables.items() if each.required and each is not main}
    shown = laid_out(Card(template.id, {main.name: " ".join(words), **others})).words
    assert _letters(shown) == _letters(" ".join([*words, *others.values()]))


def _letters(text: str) -> list[str]:
    """The letters of a text in no order, as the runs of a line come from left to right, and in capitals."""
    return sorted(capitals(unicodedata.normalize("NFC", text)).replace(" ", ""))


@pytest.mark.parametrize("length", [400, 5000])
@pytest.mark.parametrize("letter", ["W", "i", "静", "س", "ש", "क", "ก", "ກ", "ក", "က", "👍🏽"])
def test_a_word_without_end_is_broken_and_cut_with_an_ellipsis(letter: str, length: int, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "template.toml").write_text(
        'id = "one"\nname = "x"\ndescription = "x"\n'
        '[variables.title]\nkind = "text"\nhelp = "x"\nlongest = 5000\nsize = [2, 5]\nlines = 3\n'
    )
    (folder / "card.html").write_text('<div class="box"><h1>{{ title }}</h1></div>')
    (folder / "card.css").write_text(".box { width: 50%; padding: 4rem }")
    title = letter * (length // len(letter))
    laid = laid_out(Card("one", {"title": title}), looks=Catalogue(tmp_path))
    assert_it_fits(laid)
    assert len(laid.lines) == 3
    assert sum("…" in line.text for line in laid.lines) == 1
    shown = laid.words.replace(" ", "").replace("…", "")
    assert set(shown) == set(letter)
    assert len(shown) % len(letter) == 0
    # The size is the smallest, and no line is left half empty.
    assert min(line.width for line in laid.lines[:2]) > 0.8 * laid.lines[0].box


def test_lines_are_set_in_the_largest_size_of_the_range_when_there_is_room() -> None:
    laid = laid_out(Card("article", {"title": "Go"}))
    fit = catalogue().look("article").template.variables["title"].fit
    assert fit is not None
    assert f"font-size:{fit.largest * 16:.3f}px" in _content(Card("article", {"title": "Go"}))
    assert laid.words == "Go"


def test_tracking_grows_with_the_words_where_letter_spacing_does_not(tmp_path: Path) -> None:
    def width(css: str, size: int, title: str = "Hamburg") -> float:
        folder = tmp_path / f"one-{abs(hash((css, size)))}" / "one"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "template.toml").write_text(
            'id = "one"\nname = "x"\ndescription = "x"\n'
            f'[variables.title]\nkind = "text"\nhelp = "x"\nsize = [{size}, {size}]\nlines = 1\n'
        )
        (folder / "card.html").write_text("<h1>{{ title }}</h1>")
        (folder / "card.css").write_text(f"h1 {{ {css} }}")
        return laid_out(Card("one", {"title": title}), looks=Catalogue(folder.parent)).lines[0].width

    for css in ("", "--tracking: -0.05em", "--tracking: 0.2em"):
        assert width(css, 4) == pytest.approx(2 * width(css, 2), abs=2)
    assert width("--tracking: -0.05em", 4) < width("", 4) < width("--tracking: 0.2em", 4)
    assert width("letter-spacing: 0.2em", 4) < 2 * width("letter-spacing: 0.2em", 2) - 10
    assert width("--tracking: 0.2em", 4, "تسمية") == pytest.approx(width("", 4, "تسمية"), abs=1)


def _content(card: Card) -> str:
    from frontis.compose import compose  # noqa: PLC0415
    from frontis.draw.fitting import Fitting  # noqa: PLC0415
    from frontis.draw.renderers import engine  # noqa: PLC0415
    from frontis.fonts import library  # noqa: PLC0415

    resolved = catalogue().resolve(card)
    markup = compose(resolved, catalogue().look(card.template), {})
    families = library().chain(markup.words, markup.families)
    own = engine()
    own.prepare(families)
    return Fitting(markup, own, families).content()


@pytest.mark.parametrize(
    ("title", "least"),
    [
        ("గొప్ప పుస్తకాల పదేళ్ళు: స్త్రీ కథలు, మరియు ఇతర కథలు", 1.35),
        ("عشر سنوات من الكتب العظيمة في القاهرة والإسكندرية", 1.28),
        ("Mười năm của những cuốn sách vĩ đại ở Việt Nam", 1.25),
        ("শ্রেষ্ঠ ক্ষুদ্র স্ত্রী প্রথম গ্রন্থ আমাদের সংগ্রহের", 1.25),
        ("Ten years of great books, and of the small ones too", 1.0),
    ],
)
def test_lines_of_scripts_that_stack_signs_stand_further_apart(title: str, least: float) -> None:
    laid = laid_out(Card("osig-base", {"title": title}))
    size = float(re.findall(r"font-size:([0-9.]+)px", laid.content)[0])
    tops = sorted(line.top for line in laid.lines)
    assert len(tops) > 1
    assert min(below - above for above, below in pairwise(tops)) >= least * size - 1
