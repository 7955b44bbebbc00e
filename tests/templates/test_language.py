"""What an author can do in card.html."""

from pathlib import Path

import pytest
from folders import DECLARED, template

from frontis.compose import compose
from frontis.errors import BadTemplate
from frontis.model.card import Card, Value
from frontis.model.photo import Photo
from frontis.templates import Catalogue, load
from frontis.templates.filters import FILTERS

PHOTO = Photo(b"", 40, 30, 0.5, opaque=True)
UNFITTED = DECLARED.replace("size = [2, 4]\nlines = 2\n", "")


def html_of(tmp_path: Path, html: str) -> str:
    folder = template(tmp_path, html=html, toml=UNFITTED)
    looks = Catalogue()
    looks.add(folder)
    assert looks.faults == []
    values: dict[str, Value] = {
        "title": "a <b> & c",
        "items": ("x", "y", "z"),
        "count": 3,
        "photo": "https://a.example/p",
    }
    card = looks.resolve(Card("tried", values, (1500, 500)))
    return compose(card, looks.look("tried"), {"https://a.example/p": PHOTO}).content


# At least one for each filter.
WRITTEN = {
    "{{ title }}": "a &lt;b&gt; &amp; c",
    "{{ title | e }}{{ title | escape }}": "a &lt;b&gt; &amp; c" * 2,
    "{{ title | upper }}": "A &lt;B&gt; &amp; C",
    "{{ title | capitals }}{{ 'straße' | capitals }}{{ 'i' | capitals('tr') }}": "A &lt;B&gt; &amp; CSTRASSEİ",
    "{{ title | lower | trim }}": "a &lt;b&gt; &amp; c",
    "{{ title | initial }}": "A",
    "{{ title | length }}": "9",
    "{{ title | replace('b', '<i>') }}": "a &lt;&lt;i&gt;&gt; &amp; c",
    "{{ title[2:5] }}": "&lt;b&gt;",
    "{{ title ~ count }}": "a &lt;b&gt; &amp; c3",
    "{{ items | join(', ') }}": "x, y, z",
    "{{ items | first }}{{ items | last }}{{ items | length }}": "xz3",
    "{{ '' | default('none') }}": "none",
    "{{ '' | fit(1, 2) }}": "",
    "{{ count + 1 }} {{ count * 2.5 }} {{ -count | abs }}": "4 7.5 3",
    "{{ '12' | int }} {{ 2.345 | round(1) }}": "12 2.3",
    "{{ tint }}": "#336699",
    "{{ '#FF8800' | color }}": "#ff8800",
    "{{ tint | alpha(0.5) }}": "rgba(51,102,153,0.5)",
    "{{ tint | mix('#336699' | color, 0.5) }}": "#336699",
    "{{ tint | alpha(0) | over('#ffffff' | color) }}": "#ffffff",
    "{{ tint | ink }}": "#ffffff",
    "{{ '#000' | color | readable_on('#ffffff' | color) }}": "#000000",
    "{{ tint | readable_on(['#ffffff' | color, '#336699' | color]) }}": "#000000",
    "{{ 'none' | pattern(tint, size) }}": "",
    "{% for row in 'a\nb<' | highlight('text', tint) %}{{ row }}|{% endfor %}{{ title | columns }}": "a|b&lt;|9",
    "{{ photo }}": "photo",
    "{{ photo.width }}x{{ photo.height }} {{ photo.brightness }} {{ photo.opaque }}": "40x30 0.5 True",
    "{{ size.width }}x{{ size.height }}": "1500x500",
    "{% if size.width > 2 * size.height %}wide{% endif %}": "wide",
    "{% if rtl %}right{% else %}left{% endif %}": "left",
    "{% for item in items %}{{ loop.index }}{{ item }}{% if not loop.last %},{% endif %}{% endfor %}": "1x,2y,3z",
    "{% for item in [] %}{% else %}nothing{% endfor %}": "nothing",
    "{% for name, word in [('a', 'b'), ('c', 'd')] %}{{ name }}{{ word }}{% endfor %}": "abcd",
    "{{ {'a': 'b', 'c': 'd'}['c'] }}": "d",
    "{% set word %}<i>{{ title }}</i>{% endset %}{{ word }}": "<i>a &lt;b&gt; &amp; c</i>",
    "{% macro cell(word, n=2) %}<b>{{ word }}{{ n }}</b>{% endmacro %}{{ cell('<') }}": "<b>&lt;2</b>",
    "{% macro box() %}<b>{{ caller() }}</b>{% endmacro %}{% call box() %}{{ count }}{% endcall %}": "<b>3</b>",
    "{% filter upper %}word{% endfilter %}": "WORD",
    "{% with word = 'x' %}{{ word }}{% endwith %}": "x",
    "{{ 'yes' if count is odd and 'x' in items else 'no' }}": "yes",
    "{% if count is defined %}x{% endif %}{# a comment #}": "x",
}


@pytest.mark.parametrize(("html", "written"), WRITTEN.items())
def test_a_template_writes(html: str, written: str, tmp_path: Path) -> None:
    assert html_of(tmp_path, html) == written


@pytest.mark.parametrize("name", sorted({*FILTERS} - {"icon", "veil"}))
def test_each_filter_has_an_example_here(name: str) -> None:
    assert any(f"| {name}" in html or f"filter {name}" in html for html in WRITTEN)


def test_an_icon_is_named_where_draw_finds_it(tmp_path: Path) -> None:
    html = html_of(tmp_path, "<p>{{ 'arrow-right' | icon }}{{ 'ArrowRight' | icon(1.5) }}</p>")
    assert "url(icon-arrow-right-2)" in html
    assert "url(icon-arrow-right-1.5)" in html


def test_a_veil_is_a_share(tmp_path: Path) -> None:
    assert 0 < float(html_of(tmp_path, "{{ photo | veil }}")) < 1


def test_an_unknown_name_is_told_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match=r"card\.html:2: 'titel' is no variable .* \(did you mean 'title'\?\)"):
        load(template(tmp_path, html="<p>\n{{ titel }}</p>"))


def test_an_unknown_filter_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match=r"card\.html:1: there is no filter 'shout' \(there are abs, alpha"):
        load(template(tmp_path, html="{{ title | shout }}"))


def test_names_that_a_template_sets_itself_are_known(tmp_path: Path) -> None:
    html = "{% set word = title %}{% for each in items %}{{ each }}{% endfor %}{% macro m(x) %}{{ x }}{% endmacro %}"
    assert load(template(tmp_path, html=html + "{{ word }}{{ m(word) }}")).program.names().keys() == {"title", "items"}


def test_what_is_set_before_the_backdrop_can_be_used_in_it(tmp_path: Path) -> None:
    html = "{% set paper = tint %}{% block backdrop %}<i>{{ paper }}</i>{% endblock %}<b>{{ paper }}</b>"
    look = load(template(tmp_path, html=html))
    markup = compose(Catalogue(tmp_path).resolve(Card("tried")), look, {})
    assert (markup.backdrop, markup.content) == ("<i>#336699</i>", "<b>#336699</b>")
