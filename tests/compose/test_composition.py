"""A card's values in its template's HTML: escaped, whole, and facing the right way."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.compose import compose
from frontis.compose.words import cleaned
from frontis.draw import draw
from frontis.encode.layers import flat
from frontis.errors import BadTemplate
from frontis.model.card import Card, Value
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, Markup
from frontis.model.photo import Photo
from frontis.model.template import Fit
from frontis.templates import Catalogue

ADDRESS = "https://example.com/picture.png"
PHOTO = Photo(b"not read here", 40, 30, brightness=0.9, opaque=True)
TOML = """id = "plain"
name = "Plain"
description = "For tests."
fonts = ["Inter"]
[variables.title]
kind = "text"
help = "Fitted."
size = [2, 5]
lines = 3
[variables.note]
kind = "text"
help = "Not fitted."
[variables.items]
kind = "list"
help = "Several."
[variables.picture]
kind = "image"
help = "One."
[variables.accent]
kind = "colour"
help = "A colour."
default = "#ff0000"
[variables.mark]
kind = "icon"
help = "An icon."
[variables.font]
kind = "choice"
help = "The family."
choices = ["Inter", "Helvetica"]
default = "Inter"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


def composed(
    folder: Path, html: str, values: Mapping[str, Value], photos: Mapping[str, Photo] | None = None, watermark: str = ""
) -> Markup:
    place = folder / "plain"
    place.mkdir(exist_ok=True)
    (place / "template.toml").write_text(TOML)
    (place / "card.html").write_text(html)
    (place / "card.css").write_text("")
    looks = Catalogue(folder)
    assert looks.faults == []
    return compose(looks.resolve(Card("plain", values, watermark=watermark)), looks.look("plain"), photos or {})


def test_a_fitted_text_in_capitals_is_fitted_in_them(folder: Path) -> None:
    markup = composed(folder, "<h1>{{ title | capitals }}</h1>", {"title": "Straße der Φίλοι"})
    assert [(each.text, each.fit.lines) for each in markup.texts] == [("STRASSE DER ΦΙΛΟΙ", 3)]


def test_a_fitted_text_leaves_a_slot_and_any_other_is_escaped(folder: Path) -> None:
    hostile = '<b onload="x">\'&amp;'
    markup = composed(
        folder, '<h1>{{ title }}</h1><p title="{{ note }}">{{ note }}</p>', dict.fromkeys(("title", "note"), hostile)
    )
    escaped = "&lt;b onload=&#34;x&#34;&gt;&#39;&amp;amp;"
    assert markup.content == f'<h1>{SLOT_OPEN}0{SLOT_CLOSE}</h1><p title="{escaped}">{escaped}</p>'
    assert [text.text for text in markup.texts] == [hostile]


def test_a_template_may_give_a_text_another_range_of_sizes(folder: Path) -> None:
    markup = composed(folder, "<p>{{ title | fit(1, 2.5) }}</p><p>{{ title }}</p>", {"title": "x"})
    assert [text.fit for text in markup.texts] == [Fit(1, 2.5, 3), Fit(2, 5, 3)]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("title | fit(3, 2)", "from small to large"),
        ("title | fit(0.1, 2)", "from small to large"),
        ("note | fit(1, 2)", "a size in template.toml"),
    ],
)
def test_a_range_that_cannot_be_is_told_to_the_author(folder: Path, written: str, problem: str) -> None:
    with pytest.raises(BadTemplate, match=problem):
        composed(folder, f"<p>{{{{ {written} }}}}</p>", {"title": "x", "note": "y"})


def test_a_text_written_twice_has_two_slots(folder: Path) -> None:
    markup = composed(folder, "<i>{{ title }}</i><b>{{ title }}</b>", {"title": "Hello"})
    assert markup.content == f"<i>{SLOT_OPEN}0{SLOT_CLOSE}</i><b>{SLOT_OPEN}1{SLOT_CLOSE}</b>"
    assert len(markup.texts) == 2


@given(text=st.text(max_size=60))
@settings(max_examples=60)
def test_no_text_can_forge_a_slot_or_a_tag(folder: Path, text: str) -> None:
    markup = composed(
        folder,
        "<p>{{ note }}</p>{% for item in items %}<i>{{ item }}</i>{% endfor %}",
        {"note": text, "items": (text,)},
    )
    inside = markup.content.removeprefix("<p>")
    assert SLOT_OPEN not in inside
    assert inside.count("<") == inside.count("</p>") + inside.count("<i>") + inside.count("</i>")


def test_a_picture_that_is_there_is_named_and_one_that_is_not_is_false(folder: Path) -> None:
    html = '{% if picture %}<img src="{{ picture }}" width="{{ picture.width }}">{% else %}none{% endif %}'
    markup = composed(folder, html, {"picture": ADDRESS}, {ADDRESS: PHOTO})
    assert markup.content == '<img src="picture" width="40">'
    assert markup.photos["picture"].data == PHOTO.data
    assert composed(folder, html, {"picture": ADDRESS}).content == "none"


@pytest.mark.parametrize(
    "html",
    ['<img src="{{ picture }}">', "<IMG class='a' src={{ picture }}>", '<div style="background: url({{ picture }})">'],
)
def test_a_card_is_drawn_though_its_template_did_not_ask_whether_there_is_a_picture(folder: Path, html: str) -> None:
    for values in ({}, {"picture": ADDRESS}):
        drawn = flat(draw(composed(folder, html, values)))
        assert set(drawn.pixels) == {0}
    assert composed(folder, html, {"picture": ADDRESS}, {ADDRESS: PHOTO}).content == html.replace(
        "{{ picture }}", "picture"
    )


def test_an_absent_picture_is_as_empty_as_an_absent_text(folder: Path) -> None:
    html = "{{ picture == '' }} {{ picture | length }} {{ picture or note or 'none' }} {{ picture.width is defined }}"
    assert composed(folder, html, {}).content == "True 0 none False"


def test_what_an_absent_picture_would_have_is_told_to_the_author(folder: Path) -> None:
    with pytest.raises(BadTemplate, match=r"card.html:2: there is no picture to have a \.width; ask {% if … %} first"):
        composed(folder, "\n{{ picture.width }}", {})


def test_an_icon_is_a_mask_whose_picture_comes_along(folder: Path) -> None:
    markup = composed(folder, "<i>{{ mark | icon }}</i>", {"mark": "ArrowRight"})
    assert "mask-image:url(icon-arrow-right-2)" in markup.content
    assert b"<svg" in markup.photos["icon-arrow-right-2"].data


def test_words_that_look_like_an_icon_bring_none(folder: Path) -> None:
    markup = composed(folder, "<p>{{ note }}</p>", {"note": "url(icon-nothing-2) url(icon-x-9.9.9)"})
    assert markup.photos == {}


def test_the_backdrop_is_apart_and_may_hold_no_fitted_text(folder: Path) -> None:
    markup = composed(folder, '{% block backdrop %}<b style="color: {{ accent }}"></b>{% endblock %}<p></p>', {})
    assert markup.backdrop == '<b style="color: #ff0000"></b>'
    assert markup.content == "<p></p>"
    with pytest.raises(BadTemplate, match="words belong in front of it"):
        composed(folder, "{% block backdrop %}{{ title }}{% endblock %}", {"title": "Hello"})


@pytest.mark.parametrize(
    ("title", "rtl", "language"),
    [
        ("Hello", False, ""),
        ("مرحبا بالعالم", True, "ar"),
        ("10 שלום", True, "he"),
        ("日本語です", False, "ja"),
        ("简体中文标题", False, "zh-Hans"),
        ("한국어", False, "ko"),
        ("12 %", False, ""),
    ],
)
def test_the_headline_decides_the_direction_and_the_language(
    folder: Path, title: str, rtl: bool, language: str
) -> None:
    markup = composed(folder, "{{ title }}", {"title": title})
    assert (markup.rtl, markup.language) == (rtl, language)


def test_the_chosen_font_comes_first_by_the_name_of_what_stands_for_it(folder: Path) -> None:
    assert composed(folder, "{{ title }}", {"font": "Helvetica"}).families == ("Arimo", "Inter")
    assert composed(folder, "{{ title }}", {}).families == ("Inter",)


def test_a_watermark_is_escaped_and_counts_among_the_words(folder: Path) -> None:
    markup = composed(folder, "", {}, watermark="made with <Frontis> ✨")
    assert "made with &lt;Frontis&gt; ✨" in markup.watermark
    assert "✨" in markup.words
    assert composed(folder, "", {}).watermark == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain", "plain"),
        ("a\x00b\x1bc\u202ed\u2028e", "abcde"),
        ("\ufdd0forged\ufdd1", "forged"),
        ("e\u0301", "é"),
        ("Z" + "\u0301" * 30, "Ź" + "\u0301" * 4),
        ("👨\u200d👩\u200d👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1\ufe0f\u20e3", "👨\u200d👩\u200d👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1\ufe0f\u20e3"),
        ("किताब शांत", "किताब शांत"),
    ],
)
def test_what_cannot_be_drawn_goes_and_all_else_stays(text: str, kept: str) -> None:
    assert cleaned(text) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
