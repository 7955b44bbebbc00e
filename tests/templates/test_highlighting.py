"""Code in colours: nothing is lost, everything is escaped, and no text takes long."""

import html
import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis import Card
from frontis.errors import BadInput
from frontis.model.color import Color
from frontis.templates import catalogue, highlighting
from frontis.templates.code_languages import LANGUAGES, PLAIN, guessed_language, known_language
from frontis.templates.highlighting import MOST_COLUMNS, MOST_ROWS, columns, highlight

PAPER = Color.parse("#11151f")
PYTHON = 'def greet(name):\n    # <b>hello</b>\n    return f"Hi {name}" if name else 42\n'
SPAN = re.compile(r'<span style="color:#[0-9a-f]{6}">|</span>')
LONG_SECONDS = 0.5
# What a bad regular expression takes for ever on: something that opens, what may go on in two ways, no end.
OPENINGS = ("", "a", '"', "'", "`", "/", "/*", "<", "<a ", "(", "{{", "$(", "#", "@", 'r"', "<?php ", "x = ")
GOING_ON = (
    "\\",
    "\\\\",
    " ",
    "a",
    "a ",
    "a\n",
    "\n",
    "(",
    ")",
    "a.",
    "a,",
    "_",
    "0",
    "-",
    "/",
    "*",
    "<",
    "<!",
    "#",
    "&",
)
HOSTILE = [(opening + more * 4000)[:4000] for opening, more in product(OPENINGS, GOING_ON)]


def seconds_of(code: str, language: str) -> float:
    """Of this thread's time. What was long is done once more: the text's own time comes again, and no other."""
    taken = _once(code, language)
    return taken if taken < LONG_SECONDS else min(taken, _once(code, language))


def _once(code: str, language: str) -> float:
    highlighting._highlighted.cache_clear()
    highlighting._pieces.cache_clear()
    began = time.thread_time()
    highlight(code, language, PAPER)
    return time.thread_time() - began


def text_of(lines: tuple[str, ...]) -> str:
    return html.unescape(SPAN.sub("", "\n".join(lines)))


def colors_of(lines: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"color:(#[0-9a-f]{6})", "".join(lines)))


def test_each_line_keeps_its_words_and_its_indentation() -> None:
    lines = highlight(PYTHON, "python", PAPER)
    assert text_of(lines) == PYTHON
    assert lines[1].startswith("    <span")


def test_what_is_no_code_of_ours_is_escaped() -> None:
    lines = highlight(PYTHON, "python", PAPER)
    assert "&lt;b&gt;hello&lt;/b&gt;" in lines[1]
    assert SPAN.sub("", "".join(lines)).count("<") == 0


def test_words_names_texts_and_numbers_have_colours_of_their_own() -> None:
    lines = highlight('def f(): return "x" + 1  # y', "python", PAPER)
    assert len(colors_of(lines)) == 6


@pytest.mark.parametrize("paper", ["#11151f", "#ffffff", "#fffbe6", "#777777", "#7a0019", "#00ff88"])
@pytest.mark.parametrize("code", [PYTHON, "-a\n+b\n@@ -1 @@"], ids=["python", "diff"])
def test_every_colour_reads_on_its_paper(paper: str, code: str) -> None:
    backdrop = Color.parse(paper)
    found = colors_of(highlight(code, "", backdrop))
    assert found
    assert all(Color.parse(each).contrast(backdrop) >= 4.5 for each in found)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Python", "python"), ("py", "python"), ("C++", "cpp"), ("JS", "javascript"), ("ts", "typescript"),
        ("golang", "go"), ("yml", "yaml"), ("shell", "bash"), ("Dockerfile", "docker"), ("rs", "rust"),
        ("plain", PLAIN),
    ],
)  # fmt: skip
def test_a_language_is_known_by_all_its_names(name: str, language: str) -> None:
    assert known_language(name) == language


def test_an_unknown_language_is_refused_with_the_nearest_and_by_its_variable() -> None:
    with pytest.raises(BadInput, match=r"no language 'pythn'.*Did you mean 'python'"):
        known_language("pythn")
    with pytest.raises(BadInput) as refused:
        catalogue().resolve(Card("urlpix-code-snippet", {"code": "x", "language": "pythn"}))
    assert (refused.value.parameter, refused.value.suggestion) == ("language", "python")


def test_two_names_of_a_language_are_one_card() -> None:
    cards = [
        catalogue().resolve(Card("urlpix-code-snippet", {"code": "x", "language": name})) for name in ("py", "Python")
    ]
    assert cards[0].fingerprint == cards[1].fingerprint


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("import os\nprint(os)", "python"),
        ("#!/bin/sh\nls", "bash"),
        ("const a = 1", "javascript"),
        ("interface A {\n  b: string\n}", "typescript"),
        ("package main\n\nfunc main() {}", "go"),
        ("fn main() {\n}", "rust"),
        ("#include <stdio.h>", "c"),
        ("#include <vector>", "cpp"),
        ("public class A {}", "java"),
        ("<?php echo 1;", "php"),
        ("<!doctype html>", "html"),
        ("<svg/>", "xml"),
        ('{"a": 1}', "json"),
        ("a: 1\nb: 2", "yaml"),
        ("[tool]\na = 1", "toml"),
        ("select 1 from a", "sql"),
        (".a {\n  b: c;\n}", "css"),
        ("FROM python:3.12", "docker"),
        ("diff --git a b", "diff"),
        ("$ make run", "console"),
        ("Hello, world.", PLAIN),
        ("", PLAIN),
    ],
)
def test_a_language_is_guessed_by_what_only_it_says(code: str, language: str) -> None:
    assert guessed_language(code) == language


@pytest.mark.parametrize(
    ("file", "language"), [("a.rs", "rust"), ("Makefile", "make"), ("notes", PLAIN), ("x.nope", PLAIN)]
)
def test_the_end_of_a_files_name_tells_before_the_code_does(file: str, language: str) -> None:
    assert guessed_language("Hello, world.", file) == language


def test_no_more_is_given_than_was_asked_for_and_than_there_may_be() -> None:
    code = "\n".join("x" * 500 for _ in range(90))
    assert [len(text) for text in highlight(code, "text", PAPER, 3, 10)] == [10, 10, 10]
    lines = highlight(code, "text", PAPER, 10**6, 10**6)
    # 4,000 characters are read, of lines of which 400 at most count.
    assert len(lines) <= MOST_ROWS
    assert {len(line) for line in lines[:-1]} == {MOST_COLUMNS}


def test_columns_count_as_a_terminal_does() -> None:
    assert columns("ab\nabcd\na") == 4
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert columns("") == 0


def test_many_little_pieces_end_in_plain_text() -> None:
    lines = highlight("\n".join("a+" * 50 for _ in range(40)), "python", PAPER)
    assert "".join(lines).count("<span") <= 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_takes_long(language: str) -> None:
    whole = 0.0
    for text in HOSTILE:
        whole += (one := seconds_of(text, language))
        assert one < LONG_SECONDS, (language, text[:20])
    assert whole < 20


@pytest.mark.parametrize(
    ("language", "code"),
    [("scala", '"' + "\\" * 200), ("fsharp", "&a;" * 40 + "!\n"), ("groovy", "#include " + "](" * 40 + "!\n")],
)
def test_a_lexer_that_some_text_holds_up_for_ever_is_not_used(language: str, code: str) -> None:
    assert language not in LANGUAGES
    assert seconds_of(code, language) < LONG_SECONDS


@settings(deadline=None, max_examples=300)
@given(st.sampled_from((*LANGUAGES, "")), st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_in_any_language_comes_out_as_it_went_in(language: str, code: str) -> None:
    shown = "\n".join(code.split("\n")[:MOST_ROWS])
    if columns(shown) <= MOST_COLUMNS:
        assert text_of(highlight(code, language, PAPER)) == shown
