"""A card checks itself, and its fingerprint tells it from every other."""

import os
import random
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.model.card import Card
from frontis.model.output import Format, Output, Size

values = st.dictionaries(
    st.text(min_size=1, max_size=12),
    st.one_of(
        st.text(max_size=30),
        st.integers(-(10**15), 10**15),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.lists(st.text(max_size=8), max_size=3),
    ),
    max_size=8,
)


def refused_parameter(**fields: Any) -> str:
    with pytest.raises(BadInput) as caught:
        Card(**{"template": "article", **fields})
    return caught.value.parameter


@given(values=values)
def test_the_order_of_values_changes_no_fingerprint(values: dict[str, Any]) -> None:
    shuffled = list(values.items())
    random.Random(7).shuffle(shuffled)
    assert Card("article", dict(shuffled)).fingerprint == Card("article", values).fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"template": "metric"},
        {"values": {"title": "Hellp"}},
        {"values": {"title": "Hello", "subtitle": ""}},
        {"values": {"title": ("Hello",)}},
        {"size": (1200, 631)},
        {"size": (630, 1200)},
        {"format": "webp"},
        {"quality": 80},
        {"max_kb": 80},
        {"watermark": "x"},
        {"version": "x"},
    ],
)
def test_whatever_is_changed_changes_the_fingerprint(changed: dict[str, Any]) -> None:
    card = {"template": "article", "values": {"title": "Hello"}}
    assert Card(**{**card, **changed}).fingerprint != Card(**card).fingerprint  # type: ignore[arg-type]


def test_names_and_values_cannot_be_shifted_into_one_another() -> None:
    first = Card("article", {"a": "b", "c": "d"})
    second = Card("article", {"a": 'b","c":"d'})
    assert first.fingerprint != second.fingerprint


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from frontis.model.card import Card;"
        "print(Card('article', {'title': 'Ünï 🚀', 'b': ['x', 'y'], 'a': 1.5, 'z': True}, format='jpg').fingerprint)"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    }
    (fingerprint,) = prints
    assert len(fingerprint) == 64


def test_equal_cards_have_one_hash_and_one_fingerprint() -> None:
    first, second = (Card("article", values, format="jpg") for values in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}))
    assert first == second
    assert hash(first) == hash(second)
    assert len({first, second}) == 1


@pytest.mark.parametrize(("value", "other"), [(True, 1), (1, 1.0), ("1", 1), ((), "")])
def test_values_of_other_types_are_other_cards(value: Any, other: Any) -> None:
    first, second = Card("article", {"a": value}), Card("article", {"a": other})
    assert first != second
    assert first.fingerprint != second.fingerprint


def test_a_card_cannot_be_changed_after_it_was_made() -> None:
    card = Card("article", {"title": "Hello"})
    with pytest.raises(FrozenInstanceError):
        card.template = "metric"  # type: ignore[misc]
    with pytest.raises(TypeError):
        card.values["title"] = "Bye"  # type: ignore[index]


def test_a_card_does_not_follow_the_dictionary_that_it_was_made_of() -> None:
    given_values = {"title": "Hello"}
    card = Card("article", given_values)
    given_values["title"] = "Bye"
    assert card.values["title"] == "Hello"


@pytest.mark.parametrize("template", ["", "Article", "a b", "../x", "a--b", "-a", "a/b", "a" * 65, "é"])
def test_a_template_is_named_in_lower_case_words(template: str) -> None:
    assert refused_parameter(template=template) == "template"


def test_a_card_has_at_most_sixty_four_values() -> None:
    Card("article", {f"v{number}": "" for number in range(64)})
    assert refused_parameter(values={f"v{number}": "" for number in range(65)}) == "values"


@pytest.mark.parametrize(
    "value", [None, b"bytes", {"a": 1}, [1, 2], ["a", None], float("nan"), float("inf"), 10**16, object()]
)
def test_a_value_of_another_type_is_refused_by_its_name(value: Any) -> None:
    assert refused_parameter(values={"title": value}) == "title"


def test_lone_surrogates_leave_a_value() -> None:
    card = Card("article", {"title": "a\ud800b", "list": ("\udfff", "x")})
    assert dict(card.values) == {"title": "ab", "list": ("", "x")}
    assert card.fingerprint


@given(values=st.dictionaries(st.text(max_size=9), st.text(st.characters(codec=None), max_size=30), max_size=4))
def test_any_text_can_stand_in_a_card(values: dict[str, str]) -> None:
    card = Card("article", values)
    assert len(card.fingerprint) == 64
    assert all(str(value).encode() is not None for value in card.values.values())


@pytest.mark.parametrize(
    ("size", "parameter"),
    [
        ((99, 630), "width"),
        ((4097, 630), "width"),
        ((1200, 99), "height"),
        ((1200, 4097), "height"),
        ((4096, 2051), "width"),
        ((1200.0, 630), "width"),
        (("1200", 630), "width"),
    ],
)
def test_a_size_out_of_range_is_refused(size: Any, parameter: str) -> None:
    assert refused_parameter(size=size) == parameter


@pytest.mark.parametrize("size", [(100, 100), (4096, 100), (100, 4096), (4096, 2050), (2050, 4096)])
def test_the_ends_of_the_range_are_sizes(size: tuple[int, int]) -> None:
    assert Card("article", size=size).output.size == size


@given(width=st.integers(100, 4096), height=st.integers(100, 4096))
def test_the_shorter_side_of_every_card_has_room_for_words(width: int, height: int) -> None:
    rem = 16 * Size(width, height).scale
    assert min(width, height) / rem >= 28 - 1e-9
    assert rem <= 16 * (width * height / (1200 * 630)) ** 0.5 + 1e-9


@pytest.mark.parametrize("fields", [{"quality": 0}, {"quality": 101}, {"quality": "80"}, {"quality": 80.5}])
def test_a_quality_is_a_whole_number_up_to_a_hundred(fields: dict[str, Any]) -> None:
    assert refused_parameter(**fields) == "quality"


@pytest.mark.parametrize("fields", [{"max_kb": 0}, {"max_kb": 100_001}, {"max_kb": "9"}])
def test_a_byte_budget_is_a_whole_number(fields: dict[str, Any]) -> None:
    assert refused_parameter(**fields) == "max_kb"


def test_the_ends_of_quality_and_budget_are_accepted() -> None:
    for quality, max_kb in ((1, 1), (100, 100_000)):
        assert Card("article", quality=quality, max_kb=max_kb).output == Output(
            Size(1200, 630), Format.PNG, quality, max_kb
        )


@pytest.mark.parametrize(
    ("name", "kept"),
    [("PNG", "png"), ("jpg", "jpeg"), ("JPEG", "jpeg"), ("webp", "webp"), ("avif", "avif")],
)
def test_a_format_has_one_name(name: str, kept: str) -> None:
    assert Card("article", format=name).format == kept
    assert Format.named(name).media_type == f"image/{kept}"


def test_svg_has_a_media_type_that_is_not_its_name_and_no_quality() -> None:
    assert Card("article", format="SVG").output.format.media_type == "image/svg+xml"
    assert refused_parameter(format="svg", quality=80) == "quality"


def test_a_wrong_format_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="Did you mean 'webp'"):
        Card("article", format="wepb")
    assert refused_parameter(format="gif") == "format"


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"size": 1200}, "size"),
        ({"size": (1200,)}, "size"),
        ({"format": None}, "format"),
        ({"watermark": None}, "watermark"),
        ({"version": 3}, "version"),
        ({"template": None}, "template"),
        ({"quality": True}, "quality"),
    ],
)
def test_what_is_of_a_wrong_type_is_refused_by_its_name(wrong: dict[str, Any], parameter: str) -> None:
    with pytest.raises(BadInput) as caught:
        Card(**{"template": "article", **wrong})
    assert caught.value.parameter == parameter
