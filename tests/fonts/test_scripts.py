"""Scripts, languages and directions are told from the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.fonts import direction_is_rtl, language_of, scripts_of


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Hello", ()),
        ("Ünïcödé", ()),
        ("Привет", ("Cyrl",)),
        ("Γειά", ("Grek",)),
        ("שלום Hello مرحبا", ("Hebr", "Arab")),
        ("静かな", ("Hani", "Hira")),
        ("👍🏽", ("Zsye",)),
        ("1️⃣", ("Zsye",)),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", ("Zsye",)),
        ("a → b — c…", ()),
        ("100 €", ()),
    ],
)
def test_the_scripts_of_a_text_are_listed_as_they_appear(text: str, scripts: tuple[str, ...]) -> None:
    found = scripts_of(text)
    assert tuple(each for each in found if each != "Zsye") == tuple(each for each in scripts if each != "Zsye")
    assert ("Zsye" in scripts) <= ("Zsye" in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello", ""),
        ("静かな命名", "ja"),
        ("カタカナ", "ja"),
        ("조용한 漢字", "ko"),
        ("安静的命名艺术", "zh-Hans"),
        ("安靜的命名藝術", "zh-Hant"),
        ("مرحبا", "ar"),
        ("שלום", "he"),
        ("नमस्ते", "hi"),
        ("สวัสดี", "th"),
        ("Привет", "ru"),
        ("Γειά", "el"),
    ],
)
def test_the_language_is_told_where_the_script_tells_it(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "rtl"),
    [
        ("Hello", False),
        ("שלום Hello", True),
        ("Hello שלום", False),
        ("123 — «مرحبا» Hello", True),
        ("🚀 مرحبا", True),
        ("", False),
        ("123 !?", False),
        ("١٢٣", False),
        ("١٢٣ مرحبا", True),
    ],
)
def test_the_first_letter_with_a_direction_decides(text: str, rtl: bool) -> None:
    assert direction_is_rtl(text) is rtl


@given(text=st.text(st.characters(codec=None), max_size=60))
def test_no_text_is_too_strange_to_be_told(text: str) -> None:
    assert all(len(script) == 4 and script != "Latn" for script in scripts_of(text))
    assert len(scripts_of(text)) == len(set(scripts_of(text)))
    assert language_of(text).replace("-", "").isalpha() or language_of(text) == ""
    assert direction_is_rtl(text) in (True, False)
