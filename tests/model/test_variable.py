"""What a variable accepts: every kind, and both sides of each limit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.model.card import Card, Value
from frontis.model.template import Kind, Variable

LEFTOVERS: list[Value] = ["", "x", "a\nb", 3, -2.5, True, False, (), ("a",), ("a", "b")]


def variable(kind: Kind, **limits: Any) -> Variable:
    return Variable("thing", kind, "A thing.", **limits)


def refusal(wanted: Variable, value: Value) -> str:
    with pytest.raises(BadInput) as caught:
        wanted.accept(value)
    assert caught.value.parameter == "thing"
    return str(caught.value)


def kept_or_refused(wanted: Variable, value: Value) -> Value | BadInput:
    try:
        return wanted.accept(value)
    except BadInput as refused:
        return refused


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG_TEXT])
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(kind: Kind) -> None:
    assert variable(kind, longest=5).accept("abcde") == "abcde"
    assert "at most 5 characters, not 6" in refusal(variable(kind, longest=5), "abcdef")


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG_TEXT])
def test_a_text_is_trimmed_before_it_is_counted(kind: Kind) -> None:
    assert variable(kind, longest=3).accept("  a \t\n b  ") == "a b"


def test_numbers_and_flags_become_texts_where_a_text_is_wanted() -> None:
    assert variable(Kind.TEXT).accept(42) == "42"
    assert variable(Kind.TEXT).accept(1.5) == "1.5"
    assert variable(Kind.TEXT).accept(value=True) == "true"


def test_a_list_is_no_text() -> None:
    assert "one text" in refusal(variable(Kind.TEXT), ("a", "b"))


def test_code_keeps_its_lines_and_its_indentation() -> None:
    assert variable(Kind.CODE).accept("\nif x:\r\n\treturn  1\n\n") == "if x:\n    return  1"
    assert "characters" in refusal(variable(Kind.CODE, longest=4), "12345")


@pytest.mark.parametrize("least", [-3, 0.5])
def test_a_number_may_be_either_end_of_its_range_and_nothing_beyond(least: float) -> None:
    wanted = variable(Kind.NUMBER, least=least, greatest=10)
    assert wanted.accept(least) == least
    assert wanted.accept("10") == 10
    assert "from" in refusal(wanted, least - 0.001)
    assert "to 10" in refusal(wanted, 10.001)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", 10**400, -(10**400), float("inf")])
def test_what_is_no_number_that_can_be_drawn_is_refused(value: Any) -> None:
    assert "must be" in refusal(variable(Kind.NUMBER), value)


@pytest.mark.parametrize(
    ("value", "kept"), [("3", 3), ("3.0", 3), (3.0, 3), (" -0.50 ", -0.5), ("1e3", 1000), ("-0", 0), ("", "")]
)
def test_one_number_has_one_form(value: Any, kept: Any) -> None:
    accepted = variable(Kind.NUMBER).accept(value)
    assert (accepted, type(accepted)) == (kept, type(kept))


@pytest.mark.parametrize("value", ["three", ("1",), "1,5", "0x10"])
def test_words_are_no_number(value: Any) -> None:
    assert "must be a number" in refusal(variable(Kind.NUMBER), value)


def test_a_list_may_have_as_many_items_as_its_limit_each_as_long_as_its_limit() -> None:
    wanted = variable(Kind.LIST, most=2, longest=3)
    assert wanted.accept(("abc", " d  e ")) == ("abc", "d e")
    assert "at most 2 items, not 3" in refusal(wanted, ("a", "b", "c"))
    assert "at most 3 characters" in refusal(wanted, ("a", "bcde"))


def test_the_lines_of_a_text_are_the_items_of_a_list_and_empty_ones_are_none() -> None:
    assert variable(Kind.LIST).accept("a\n\n  \nb\r\nc") == ("a", "b", "c")
    assert variable(Kind.LIST).accept("") == ()


@pytest.mark.parametrize("text", ["#F00", "red", "rgb(255 0 0)", "hsl(0 100% 50%)", " #ff0000 "])
def test_one_colour_has_one_form(text: str) -> None:
    assert variable(Kind.COLOR).accept(text) == "#ff0000"


def test_a_wrong_colour_says_what_a_colour_is() -> None:
    assert "CSS colour" in refusal(variable(Kind.COLOR), "reddish")
    assert variable(Kind.COLOR).accept("") == ""


def test_a_picture_is_an_address_of_the_web() -> None:
    wanted = variable(Kind.IMAGE, longest=40)
    assert wanted.accept("HTTPS://a.example/b") == "HTTPS://a.example/b"
    assert wanted.accept("") == ""
    for wrong in ("ftp://a.example/b", "file:///etc/passwd", "data:image/png;base64,AA", "/etc/passwd", "javascript:1"):
        assert "https://" in refusal(wanted, wrong)
    assert "characters" in refusal(wanted, "https://" + "a" * 40)


def test_a_choice_is_one_of_its_words_and_the_nearest_is_suggested() -> None:
    wanted = variable(Kind.CHOICE, choices=("light", "dark"))
    assert wanted.accept(" dark ") == "dark"
    assert refusal(wanted, "darc").endswith("Did you mean 'dark'?")
    assert "Did you mean" not in refusal(wanted, "x" * 10_000)


@pytest.mark.parametrize(("value", "kept"), [("yes", True), ("ON", True), ("1", True), (1, True), (0, False)])
def test_a_flag_is_said_in_many_words(value: Any, kept: bool) -> None:
    assert variable(Kind.FLAG).accept(value) is kept
    assert variable(Kind.FLAG).accept("") is False


@pytest.mark.parametrize("value", ["perhaps", 2, ("true",)])
def test_what_is_neither_true_nor_false_is_refused(value: Any) -> None:
    assert "true or false" in refusal(variable(Kind.FLAG), value)


values = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.text(max_size=9), max_size=4).map(tuple),
)


@given(kind=st.sampled_from(Kind), value=values)
def test_whatever_is_given_is_accepted_or_refused_by_name_and_what_is_accepted_stays(kind: Kind, value: Any) -> None:
    wanted = variable(kind, longest=20, most=3, choices=("a", "b") if kind is Kind.CHOICE else ())
    kept = kept_or_refused(wanted, value)
    if isinstance(kept, BadInput):
        assert kept.parameter == "thing"
    else:
        assert wanted.accept(kept) == kept
        # What a variable keeps, a card can hold.
        assert Card("article", {"thing": kept}).values["thing"] == kept


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", LEFTOVERS)
def test_no_value_of_another_kind_breaks_a_variable(kind: Kind, value: Value) -> None:
    wanted = variable(kind, choices=("x",) if kind is Kind.CHOICE else ())
    kept = kept_or_refused(wanted, value)
    assert str(kept).startswith("thing: ") or not isinstance(kept, BadInput)
