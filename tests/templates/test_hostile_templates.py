"""Templates that want to reach out, or to run away with the machine: refused, in time, and the process lives on."""

import resource
import time
from contextlib import suppress
from pathlib import Path

import pytest
from folders import PLAIN_HTML, template

from frontis.compose import compose
from frontis.errors import BadTemplate, TemplateTooCostly
from frontis.model.card import Card
from frontis.templates import Catalogue, load

LIMIT = 31_000
"""Characters that a template may hold, less a few: what is repeated is repeated so often."""


def looped(inside: str, depth: int, *, over: str = "items") -> str:
    return f"{{% for a in {over} %}}" * depth + inside + "{% endfor %}" * depth


GROWN = "{% set x = 'aaaaaaaaab' %}" + "{% set x = x ~ x %}" * 16


def repeated(piece: str, *, around: str = "") -> str:
    """The piece, as often as a template has room for it."""
    return piece * ((LIMIT - len(around)) // len(piece))


# What reaches for something that is not there for it. Each is refused with a line when it is read, and is never drawn.
REACHING = {
    "a class": "{{ ''.__class__ }}",
    "a class of a loop": "{% for a in items %}{{ loop.__class__ }}{% endfor %}",
    "a method": "{{ title.format() }}",
    "a method of a list": "{% set ignored = items.append(1) %}",
    "attributes by a filter": "{{ '' | attr('__class__') }}",
    "map": "{{ items | map(attribute='__class__') | join }}",
    "raw HTML": "{{ title | safe }}",
    "escaping turned off": "{% autoescape false %}{{ title }}{% endautoescape %}",
    "another file": "{% include '/etc/passwd' %}",
    "another template": "{% import 'article/card.html' as other %}",
    "names of another template": "{% from 'article/card.html' import title %}",
    "a parent": "{% extends 'article/card.html' %}",
    "itself": "{{ self }}",
    "its blocks": "{% block a %}x{% endblock %}{{ self.a() }}",
    "its blocks as objects": "{% block a %}x{% endblock %}{{ self['a'] }}",
    "super": "{% block a %}{{ super() }}{% endblock %}",
    "cycler": "{{ cycler }}",
    "cycler called": "{{ cycler('a', 'b') }}",
    "lipsum": "{{ lipsum(100) }}",
    "range": "{% for i in range(10) %}{% endfor %}",
    "dict": "{{ dict(a=1) }}",
    "namespace": "{% set space = namespace(a=1) %}{{ space }}",
    "an attribute to set": "{% set title.x = 1 %}",
    "the arguments of a macro": "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, a=title) }}",
    "a value to call": "{{ title() }}",
    "a call of what a loop gives": "{% for f in items %}{{ f() }}{% endfor %}",
    "translations": "{% trans %}x{% endtrans %}",
    "debugging": "{% debug %}",
    "statements": "{% do items %}",
    "an environment": "{{ environ }}",
    "a recursive loop": "{% for a in items recursive %}{{ loop(items) }}{% endfor %}",
    "the meter of loops": "{% for a in items | _turns(-1000000000) %}{% endfor %}",
    "the meter of texts": "{{ title | _weighed(-1000000000) }}",
    "a test of callables": "{{ title is callable }}",
    "a forged slot": "\n<p>\ufdd07\ufdd1</p>",
    "a forged slot, escaped": "{{ '\\ufdd0' ~ '7' ~ '\\ufdd1' }}",
    "half a character": "{{ '\\ud800' }}",
    "a control character": "{{ '\\x00' }}",
    "a number without end": "{{ 1e999 }}",
    "a test of a number without end": "{% if 1e999 > 2 %}x{% endif %}",
    "a huge number": "{{ 99999999999999999999999999999999999 }}",
    "a script": "<script>alert(1)</script>",
    "a frame": "<iframe src='https://a.example'></iframe>",
    "a picture from elsewhere": "<img src='https://a.example/b.png'>",
    "a file": '<div style="background: url( file:///etc/passwd )"></div>',
}

# What cannot be read at all.
UNREADABLE = {
    "a huge number of digits": "{{ " + "1" * 5000 + " }}",
    "deep parentheses": "{{ " + "(" * 15_000 + "1" + ")" * 15_000 + " }}",
    "deep lists": "{{ " + "[" * 15_000 + "]" * 15_000 + " }}",
    "deep branches": repeated("{% if title %}"),
    "deep branches, closed": "{% if title %}" * 1_000 + "{% endif %}" * 800,
    "deep loops": "{% for a in items %}" * 30 + "{% endfor %}" * 30,
    "deep calls": "{% macro m() %}{{ caller() }}{% endmacro %}" + "{% call m() %}" * 300 + "{% endcall %}" * 300,
    "a chain of filters": "{{ title" + repeated("|e") + " }}",
    "a chain of sums": "{{ 1" + repeated("+1") + " }}",
    "a chain of nots": "{% if " + repeated("not ") + "title %}{% endif %}",
    "open tags": repeated("{%"),
    "open values": repeated("{{"),
    "open comments": repeated("{#"),
    "a comment without end": "{#" + repeated("x"),
    "a text without end": "{{ '" + repeated("x"),
    "a wrong escape": "{{ '\\N{nothing}' }}",
    "an unknown tag": "{% nothing %}",
    "blocks of one name": "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "too long": "x" * 32_001,
}

# What is found out only when it is drawn.
FAILING = {
    "a class by its key": "{{ ''['__class__'] }}",
    "a class by a key that is put together": "{{ ''['__cl' ~ 'ass__'] }}",
    "a method by its key": "{{ title['format'] }}",
    "a loop's insides": "{% for a in items %}{% if loop['_iterable'] %}x{% endif %}{% endfor %}",
    "the globals of a macro": "{% macro m() %}{% endmacro %}{{ m['_func'] }}",
    "the data of a picture": "{{ photo['data'] }}",
    "a power": "{{ 10 ** 9 ** 9 }}",
    "a text many times": "{{ 'a' * 1000000000 }}",
    "a list many times": "{{ [1] * 1000000000 }}",
    "a padded text": "{{ '%1000000000s' % title }}",
    "a growing product": "{% set n = 999999999999 %}{{ n * n * n * n }}",
    "a list as text": "{{ items }}",
    "a list in a list": "{% set a = [items] %}",
    "a doubling list": "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 40 + "{{ a | join }}",
    "two doubling lists compared": "{% set a, b = ['x'], ['x'] %}"
    + "{% set a = [a, a] %}{% set b = [b, b] %}" * 40
    + "{% if a == b %}x{% endif %}",
    "a doubling key": "{% set a = ('x', 1) %}" + "{% set a = (a, a) %}" * 40 + "{{ {a: 1}[a] }}",
    "a number in a huge base": GROWN + "{{ x | int(32) }}",
    "digits without end": "{% set x = '9999999999' %}" + "{% set x = x ~ x %}" * 16 + "{{ x | int }}",
    "an unknown icon": "{{ 'no-such-icon' | icon }}",
    "an unknown colour": "{{ title | color }}",
    "a veil over no picture": "{{ title | veil }}",
    "nothing divided by nothing": "{{ 0 / 0 }}",
    "what is not there": "{% if count == 99 %}{% set y = 1 %}{% endif %}{{ y }}",
    "half a picture as a number": "{{ count[0] }}",
    "a macro as text": "{% macro m() %}{% endmacro %}{{ m }}",
    "a loop as text": "{% for a in items %}{{ loop }}{% endfor %}",
    "nothing as text": "{{ none }}",
    "a fitted text within a tag": '<p style="color: {{ title }}">x</p>',
    "a text in the backdrop": "{% block backdrop %}{{ title }}{% endblock %}",
}

# What costs too much.
COSTLY = {
    "nested loops": looped("x", 4),
    "loops over letters": looped("x", 3, over="title"),
    "loops that filter": looped("x", 3, over="items if true"),
    "many loops": repeated("{%for a in items%}{%endfor%}"),
    "doubling texts": "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40,
    "doubling blocks": "{% set x %}{{ title }}aaaaaaaaaaaa{% endset %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40,
    "one join of a thousand large texts": GROWN + "{{ " + " ~ ".join(["x"] * 4_000) + " }}",
    "large texts written": GROWN + repeated("{{x}}", around=GROWN),
    "large texts cut": GROWN + repeated("{% if x[1:] %}{% endif %}", around=GROWN),
    "large texts compared": GROWN + repeated("{% if x == 'a' %}{% endif %}", around=GROWN),
    "large texts searched": GROWN + repeated("{% if 'aab' in x %}{% endif %}", around=GROWN),
    "large texts in capitals": GROWN + repeated("{% if x | upper %}{% endif %}", around=GROWN),
    "large texts put into a filter": GROWN + repeated("{% if 'a' | replace('a', x) %}{% endif %}", around=GROWN),
    "large texts tested": GROWN + repeated("{% if x is eq('a') %}{% endif %}", around=GROWN),
    "large texts to test with": GROWN + repeated("{% if 'a' is eq(x) %}{% endif %}", around=GROWN),
    "large lists joined": GROWN + "{% set l = [x, x, x] %}" + "{% if l | join %}{% endif %}" * 200,
    "large dictionaries": GROWN + "{% set d = {'a': x} %}" + "{% if d == {} %}{% endif %}" * 200,
    "texts that grow by replacing": "{% set x = title %}" + "{% set x = x|replace('o', 'oooooooooooo') %}" * 600,
    "a macro without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "two macros without end": "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a macro that doubles": "{% macro m0() %}x{% endmacro %}"
    + "".join(f"{{% macro m{n} () %}}{{{{ m{n - 1}() }}}}{{{{ m{n - 1}() }}}}{{% endmacro %}}" for n in range(1, 40))
    + "{{ m39() }}",
    "colours to work out": looped("{{ ('hsl(' ~ loop.index ~ ' 51% 9.' ~ loop.revindex ~ count ~ '%)') | color }}", 2),
    "colours to mix": looped("{{ tint | readable_on(tint) | mix(tint, 0.5) }}", 3),
    "patterns to draw": looped("{{ 'circuit' | pattern(tint | alpha(loop.index / 200), size) }}", 2),
    "a page without end": "{% for a in items %}" + "xxxxxxxxxx" * 400 + "{% endfor %}",
    "many texts to fit": "{{ title }}" * 65,
    "tags without end": "{% for a in items %}" + "<b>a</b>" * 40 + "{% endfor %}",
}

STYLES = {
    "a brace too few": ("a {\n color: red;\n", 1),
    "a brace too many": ("a { color: red; }\n}\n", 2),
    "a style sheet from elsewhere": ("\n@import 'other.css';", 2),
    "a picture from elsewhere": ("\n\na { background: url(https://a.example/b.png) }", 3),
    "a file": ("a { background: url( 'file:///etc/passwd' ) }", 1),
    "the same host": ('a { background: url("//a.example/b.png") }', 1),
    "a noncharacter": ("\n\na::before { content: '\ufdd0' }", 3),
    "many braces": ("{" * 30_000, 1),
}
COSTLY_STYLES = {
    "a hundred blurs": ".a { filter: blur(4px) }\n" * 100,
    "five hundred shadows": ".a { box-shadow: 0 0 1px red }\n" * 500,
    "five hundred shadows in one": ".a { box-shadow: " + ", ".join(["0 0 1px red"] * 500) + " }",
    "five hundred shadows in one, with brackets": ".a { box-shadow: " + ", ".join(["0 0 1px rgb(0 0 0)"] * 500) + " }",
    "five hundred shadows behind a comment": ".a { box-shadow/**/: " + ", ".join(["0 0 1px rgb(0 0 0)"] * 500) + " }",
    "a hundred filters": ".a { filter : sepia(1) }" * 100,
}
# What must be read through once, however it is made up.
WINDING_STYLES = {
    "spaces in an address": "a { background: url(" + " " * 30_000 + "}",
    "comments that do not end": "/* " * 10_000,
    "comments that end": "/*/ */" * 5_000,
    "spaces behind a word": "shadow" + " " * 30_000,
    "many shadows": "shadow:" * 4_000,
    "many addresses": "url(" * 7_500,
}
WINDING_PAGES = {
    "spaces behind src": "<img src=" + " " * 30_000 + ">",
    "spaces behind an address": "<p style='background: url(" + " " * 30_000 + ")'>",
    "opening brackets": "<" * 30_000,
    "spaces": " " * 30_000 + "{{ title }}",
    "lines": "\n" * 30_000 + "{{ title }}",
    "values": repeated("{{title}}"),
    "settings": repeated("{%set a=1%}"),
}


@pytest.fixture(autouse=True)
def within_seconds_and_little_memory() -> object:
    """What a template may cost at most: 2 s, and three times that where others keep the processor's caches busy."""
    started = time.thread_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.thread_time() - started < 6
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB


def drawn(folder: Path) -> str:
    looks = Catalogue()
    looks.add(folder)
    if looks.faults:
        raise looks.faults[0]
    items = ("abcdefghij",) * 100
    card = looks.resolve(Card(folder.name, {"title": "Hello <b>World</b> & more" * 20, "items": items, "count": 5}))
    return compose(card, looks.look(folder.name), {}).content


@pytest.mark.parametrize("html", REACHING.values(), ids=REACHING)
def test_what_reaches_out_is_refused_where_it_stands(html: str, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate) as caught:
        load(template(tmp_path, html=f"<p>\n</p>\n{html}"))
    assert caught.value.file == str(tmp_path / "tried" / "card.html")
    assert caught.value.line == 3 + html.startswith("\n") * 1
    assert str(caught.value).startswith(f"{caught.value.file}:{caught.value.line}: ")


@pytest.mark.parametrize("html", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(html: str, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match=r"card\.html"):
        load(template(tmp_path, html=html))


@pytest.mark.parametrize("html", FAILING.values(), ids=FAILING)
def test_what_fails_while_it_is_drawn_is_told_with_its_place(html: str, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match=r"card\.html") as caught:
        drawn(template(tmp_path, html=html))
    assert caught.value.problem


@pytest.mark.parametrize("html", COSTLY.values(), ids=COSTLY)
def test_what_costs_too_much_is_stopped(html: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateTooCostly, match=r"card\.html"):
        drawn(template(tmp_path, html=html))


@pytest.mark.parametrize(("css", "line"), STYLES.values(), ids=STYLES)
def test_a_style_that_reaches_out_or_is_broken_is_refused_where_it_stands(css: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate) as caught:
        load(template(tmp_path, css=css))
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "tried" / "card.css"), line)


@pytest.mark.parametrize("css", COSTLY_STYLES.values(), ids=COSTLY_STYLES)
def test_a_style_that_costs_too_much_is_refused(css: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateTooCostly, match=r"card\.css:\d"):
        load(template(tmp_path, css=css))


@pytest.mark.parametrize(
    "css",
    [
        ".a { box-shadow: 0 1px 2px rgba(0, 0, 0, 0.1), 0 4px 8px rgba(0, 0, 0, 0.2), 0 0 1px rgb(1, 2, 3) }",
        ".a { filter: blur(4px); text-shadow: 0 1px 2px red }\n" * 8,
        "/* @import, url(https://a.example) and } in a comment */ .a { background: url(photo) }",
        ".a { background: url('data:image/svg+xml;base64,AAAA') }",
    ],
)
def test_a_style_as_people_write_it_is_fine(css: str, tmp_path: Path) -> None:
    assert load(template(tmp_path, css=css)).template.css == css


@pytest.mark.parametrize("css", WINDING_STYLES.values(), ids=WINDING_STYLES)
def test_no_style_takes_long_to_inspect(css: str, tmp_path: Path) -> None:
    folder = template(tmp_path, css=css)
    looks = Catalogue()
    looks.add(folder)
    assert ("tried" in looks.ids()) is not bool(looks.faults)


@pytest.mark.parametrize("html", WINDING_PAGES.values(), ids=WINDING_PAGES)
def test_no_page_takes_long_to_read(html: str, tmp_path: Path) -> None:
    folder = template(tmp_path, html=html)
    assert load(folder).program is not None
    with suppress(TemplateTooCostly):
        drawn(folder)


def test_a_runtime_fault_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadTemplate) as caught:
        drawn(template(tmp_path, html="<p>\n{{ title }}\n\n{{ title | veil }}\n</p>"))
    assert caught.value.line == 4


def test_a_template_that_was_stopped_leaves_nothing_behind_for_the_next(tmp_path: Path) -> None:
    costly = template(tmp_path, html=COSTLY["nested loops"], identity="costly")
    good = template(tmp_path, html="{% for a in items %}{{ a }}{% endfor %}", identity="good")
    for _ in range(3):
        with pytest.raises(TemplateTooCostly):
            drawn(costly)
        assert drawn(good) == "abcdefghij" * 100


def test_what_is_written_raw_is_only_the_authors_own(tmp_path: Path) -> None:
    html = "{% raw %}{{ title }}{% endraw %}{% set t = items | first %}{{ '<i>' ~ t | replace('a', '<b>') ~ '</i>' }}"
    assert drawn(template(tmp_path, html=html)) == "{{ title }}&lt;i&gt;&lt;b&gt;bcdefghij&lt;/i&gt;"


def test_a_hostile_folder_stops_no_other_template(tmp_path: Path) -> None:
    template(tmp_path, html="{{ ''.__class__ }}", identity="reaching")
    template(tmp_path, html=UNREADABLE["deep parentheses"], identity="deep")
    template(tmp_path, css=COSTLY_STYLES["a hundred blurs"], identity="blurred")
    template(tmp_path, toml="id = [" * 5_000, identity="nested")
    template(tmp_path, html=PLAIN_HTML, identity="good")
    looks = Catalogue(tmp_path)
    assert "good" in looks.ids()
    assert "article" in looks.ids()
    assert sorted(Path(fault.file).parent.name for fault in looks.faults) == ["blurred", "deep", "nested", "reaching"]
