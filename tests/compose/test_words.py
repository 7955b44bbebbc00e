"""Foreign text, made harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.compose.words import cleaned

anything = st.text(st.characters(codec=None), max_size=80)

GOOD = [
    "Hello, world!",
    "Ünïcödé — naïve café",
    "Tiếng Việt: Nguyễn Thị Diễm Quỳnh",
    "שָׁלוֹם עוֹלָם בְּרֵאשִׁית",
    "ٱلْعَرَبِيَّة",
    "चीज़ों को नाम देने की क्षत्रिय",
    "ที่นี่ น้ำ",
    "សិល្បៈ ស្ងប់ស្ងាត់",
    "བོད་སྐད་",
    "မြန်မာဘာသာ",
    "静かな命名：最良の",
    "한국어 이름",
    "👨‍👩‍👧‍👦 👍🏽 🇩🇪 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ 1️⃣ 👩🏽‍❤️‍💋‍👨🏻",
    "\u2067שלום\u2069 \u200eabc\u200f",
    "a\u00adb",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert cleaned(text) == unicodedata.normalize("NFC", text)


def test_one_text_has_one_form() -> None:
    assert cleaned("e\u0301") == cleaned("é") == "é"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x00b\x07c\x1b[31md\x7fe\x85f", "abc[31mdef"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("\u202aa\u202bb\u202cc\u202dd", "abcd"),
        ("a\ufdd0b\ufdd1c\ufdd2d\ufdefe\ufffef\uffffg", "abcdefg"),
        ("a\ud800b\udfffc", "abc"),
        ("a\u2028b\u2029c", "abc"),
        ("a\ufff9b\ufffac\ufffb", "abc"),
    ],
)
def test_what_cannot_or_must_not_be_drawn_goes(text: str, left: str) -> None:
    assert cleaned(text) == left


@pytest.mark.parametrize("letter", ["Z", "ก", "ﺳ", "क", "א"])
@pytest.mark.parametrize("mark", ["\u0301", "\u0e47", "\u20dd", "\u064b", "\u0334"])
def test_marks_do_not_climb_out_of_their_line(letter: str, mark: str) -> None:
    left = cleaned(letter + mark * 60 + "x")
    assert sum(unicodedata.category(each) in ("Mn", "Me") for each in left) <= 4
    assert left[-1] == "x"


def test_marks_in_turns_do_not_climb_either() -> None:
    assert len(cleaned("เ" + "\u0e35\u0e48" * 20)) <= 5


@pytest.mark.parametrize("text", ["\u0301\u0301", " \u20e3", "\u200d\u200d\ufe0f\u20e3"])
def test_marks_without_a_letter_go(text: str) -> None:
    assert cleaned(f"{text}a {text}b").replace(" ", "") == "ab"


@given(text=anything)
def test_cleaned_text_can_be_written_and_holds_no_mark_of_ours(text: str) -> None:
    left = cleaned(text)
    left.encode()
    assert not set(left) & set("\ufdd0\ufdd1\ufdd2\x00\x1b\u202e\u2028")
    assert len(left) <= len(unicodedata.normalize("NFC", text))


@given(text=anything)
def test_cleaning_takes_nothing_from_plain_letters(text: str) -> None:
    letters = [each for each in unicodedata.normalize("NFC", text) if each.isalnum()]
    assert [each for each in cleaned(text) if each.isalnum()] == letters
