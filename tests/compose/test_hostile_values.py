"""What attackers and odd templates make of a card's values: see test_composition for the plain cases."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.compose import compose
from frontis.errors import BadTemplate, TemplateTooCostly
from frontis.model.card import Card
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, Markup
from frontis.model.output import Size
from frontis.templates import Catalogue, catalogue

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</style><style>* { display: none }",
    "&lt;b&gt; &amp;amp; &#60;",
    "<!-- -->",
    "]]>",
    "{{ 7 * 7 }} {% raw %}",
    "url(hero) javascript:alert(1)",
    f"{SLOT_OPEN}0{SLOT_CLOSE}",
    "url(icon-activity-1.2.3) url(icon-activity-999)",
]

TOML = """\
id = "bound"
name = "x"
description = "x"
[variables.title]
kind = "text"
help = "x"
longest = 5000
size = [2, 4]
[variables.small]
kind = "text"
help = "x"
size = 1
[variables.label]
kind = "text"
help = "x"
longest = 5000
[variables.items]
kind = "list"
help = "x"
longest = 5000
[variables.code]
kind = "code"
help = "x"
[variables.count]
kind = "number"
help = "x"
size = 3
[variables.flag]
kind = "flag"
help = "x"
[variables.hero]
kind = "image"
help = "x"
[variables.font]
kind = "choice"
help = "x"
choices = ["Inter", "Helvetica"]
"""


def composed(html: str, values: dict[str, Any], folder: Path) -> Markup:
    path = folder / "bound"
    path.mkdir(exist_ok=True)
    (path / "template.toml").write_text(TOML, "utf-8")
    (path / "card.html").write_text(html, "utf-8")
    (path / "card.css").write_text("", "utf-8")
    looks = Catalogue(folder)
    assert looks.faults == []
    return compose(looks.resolve(Card("bound", values)), looks.look("bound"), {})


def tags(html: str) -> list[str]:
    return re.findall(r"</?[a-z]+", html)


@pytest.mark.parametrize("evil", EVIL)
def test_values_are_escaped_between_tags_and_in_attributes(evil: str, tmp_path: Path) -> None:
    html = '<p class="{{ label }}" style="color: {{ label }}">{{ label }}{{ items | join(", ") }}{{ code }}</p>'
    markup = composed(html, {"label": evil, "items": (evil, evil), "code": evil}, tmp_path)
    assert tags(markup.content) == ["<p", "</p"]
    assert markup.content.count('"') == 4
    assert SLOT_OPEN not in markup.content


@pytest.mark.parametrize("evil", EVIL)
def test_a_fitted_value_stands_beside_the_markup_until_it_is_set(evil: str, tmp_path: Path) -> None:
    markup = composed("<h1>{{ title }}</h1>", {"title": evil}, tmp_path)
    assert markup.content == f"<h1>{SLOT_OPEN}0{SLOT_CLOSE}</h1>"
    assert [text.text for text in markup.texts] == [evil.replace(SLOT_OPEN, "").replace(SLOT_CLOSE, "")]


@given(text=st.text(st.characters(codec=None), max_size=60))
def test_no_value_can_forge_a_tag_a_quote_or_a_slot(text: str) -> None:
    card = catalogue().resolve(Card("article", {"title": f"x{text}", "site": text, "author": text}))
    markup = compose(card, catalogue().look("article"), {})
    slots = re.findall(f"{SLOT_OPEN}([0-9]+){SLOT_CLOSE}", markup.content)
    assert sorted(map(int, slots)) == list(range(len(markup.texts)))
    assert markup.content.count(SLOT_OPEN) == len(slots)
    plain = compose(
        catalogue().resolve(Card("article", {"title": "x", "site": "y", "author": "z"})),
        catalogue().look("article"),
        {},
    )
    assert set(tags(markup.content)) <= set(tags(plain.content))


def test_texts_are_numbered_as_they_are_written(tmp_path: Path) -> None:
    html = "{{ small }}{% for n in [1, 2] %}<p>{{ title }}</p>{% endfor %}{{ count }}"
    markup = composed(html, {"title": "T", "small": "S", "count": 7}, tmp_path)
    assert [text.text for text in markup.texts] == ["S", "T", "T", "7"]
    assert markup.texts[0].fit.smallest == markup.texts[0].fit.largest == 1


def test_a_text_that_is_changed_is_no_longer_fitted(tmp_path: Path) -> None:
    markup = composed("<p>{{ title | upper }}</p>{{ title[:1] }}", {"title": "a & b"}, tmp_path)
    assert markup.content == "<p>A &amp; B</p>a"
    assert markup.texts == ()


def test_a_joined_fitted_text_is_still_fitted(tmp_path: Path) -> None:
    markup = composed("{{ '<' ~ title }}", {"title": "T"}, tmp_path)
    assert markup.content == f"&lt;{SLOT_OPEN}0{SLOT_CLOSE}"


@pytest.mark.parametrize(
    ("values", "rtl"),
    [
        ({"title": "مرحبا Hello", "small": "Hello"}, True),
        ({"title": "Hello مرحبا", "small": "مرحبا"}, False),
        ({"title": "", "small": "שלום"}, True),
        ({"title": "123", "small": "Hello"}, False),
        ({}, False),
    ],
)
def test_the_largest_text_decides_which_way_the_card_reads(values: dict[str, Any], rtl: bool, tmp_path: Path) -> None:
    markup = composed("{{ title }}{{ small }}{{ 'R' if rtl else 'L' }}", values, tmp_path)
    assert markup.rtl is rtl
    assert markup.content.endswith("R" if rtl else "L")


def test_the_markup_knows_its_size_its_words_its_language_and_its_fonts(tmp_path: Path) -> None:
    values = {"title": "静かな", "items": ("a", "b"), "label": "c", "count": 7, "font": "Helvetica"}
    markup = composed("{{ title }}", values, tmp_path)
    assert markup.size == Size(1200, 630)
    assert set(markup.words.split()) >= {"静かな", "a", "b", "c", "7"}
    assert markup.language == "ja"
    # Helvetica is drawn with the free face that stands in for it.
    assert markup.families == ("Arimo", "Inter")


def test_code_keeps_its_spaces_and_other_texts_have_single_ones(tmp_path: Path) -> None:
    values = {"code": "if x:\n    y\u202e  z", "label": "a \u202e b"}
    assert composed("{{ code }}|{{ label }}", values, tmp_path).content == "if x:\n    y  z|a b"


def test_a_fitted_text_has_no_place_in_a_tag(tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match="within a tag"):
        composed('<p title="{{ title }}">x</p>', {"title": "x"}, tmp_path)


def test_a_page_without_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateTooCostly, match="characters of HTML"):
        composed("{{ label }}" * 70, {"label": "x" * 5000}, tmp_path)
    with pytest.raises(TemplateTooCostly, match="tags"):
        composed("<b>x</b>" * 1001, {}, tmp_path)
    with pytest.raises(TemplateTooCostly, match="gradients"):
        composed('<p style="background:radial-gradient(red,blue)">x</p>' * 65, {}, tmp_path)
