"""White space is folded to single spaces, and no-break spaces stay what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.model.card import Card
from frontis.model.text import cut, folded
from frontis.templates import catalogue

_spaces = st.text(
    st.sampled_from(" \t\n\r\x0b\x0c\x1c\x85\u2028\u2029\u3000\u2003\u00a0\u2007\u202f\u2060aé静"), max_size=20
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t\n b  ", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("静か\u3000な", "静か な"),
        ("12\u00a0km", "12\u00a0km"),
        ("100\u202f000", "100\u202f000"),
        ("a\u2060b", "a\u2060b"),
        ("a\u00a0\u00a0b", "a\u00a0b"),
        ("a \u00a0b", "a b"),
        ("\u00a0a\u00a0", "a"),
        ("\u00a0", ""),
    ],
)
def test_white_space_is_folded_and_no_break_spaces_stay(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(text=_spaces)
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(text=_spaces)
def test_only_no_break_spaces_are_treated_otherwise_than_python_does(text: str) -> None:
    assert " ".join(folded(text).split()) == " ".join(text.split())


def test_a_no_break_space_makes_another_card_and_other_white_space_the_same() -> None:
    def fingerprint(title: str) -> str:
        return catalogue().resolve(Card("article", {"title": title})).fingerprint

    assert fingerprint("a  b\n") == fingerprint("a b")
    assert fingerprint("a\u00a0b") == fingerprint(" a\u00a0\u00a0b")
    assert fingerprint("a\u00a0b") != fingerprint("a b")


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("ten letter", 10, "ten letter"),
        ("ten letters", 10, "ten lette…"),
        ("one two three", 9, "one two…"),
        ("ab👩🏽‍💻cd", 5, "ab…"),
        ("abe\u0301cd", 4, "ab…"),
        ("🇦🇹🇩🇪🇨🇭", 4, "🇦🇹…"),
    ],
)
def test_a_text_is_cut_between_whole_characters(text: str, longest: int, short: str) -> None:
    assert cut(text, longest) == short
