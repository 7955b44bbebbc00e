"""Fonts are found by name and by script, the operator's first, and no file of theirs can do harm."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.draw.document import BASE_CSS
from frontis.draw.renderers import Engine
from frontis.errors import BadSetting
from frontis.fonts import Family, FontLibrary
from frontis.fonts.library import MISSING
from frontis.fonts.shipped import SHIPPED, STAND_INS, shipped_files
from frontis.model.output import Size

MARKER = shipped_files("Permanent Marker")[0]
OURS = sorted(SHIPPED)

SCRIPTS = {
    "Noto Sans Arabic": "مرحبا بالعالم",
    "Noto Sans Hebrew": "שלום עולם",
    "Noto Sans Devanagari": "नमस्ते दुनिया",
    "Noto Sans Tamil": "வணக்கம்",
    "Noto Sans Telugu": "నమస్కారం",
    "Hind Siliguri": "নমস্কার",
    "Noto Sans Thai": "สวัสดี",
    "Noto Sans Lao": "ສະບາຍດີ",
    "Noto Sans Khmer": "សួស្តី",
    "Noto Sans Myanmar": "မင်္ဂလာပါ",
    "Noto Sans JP": "静かな命名の技術",
    "Noto Sans KR": "조용한 이름 짓기",
    "Noto Sans SC": "安静的命名艺术",
    "Noto Sans TC": "安靜的命名藝術",
    "OpenMoji": "🚀",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def named(source: Path, family: str, target: Path) -> Path:
    """A copy of a font that calls itself by another name."""
    with TTFont(source) as font:
        for record in list(font["name"].names):
            if record.nameID in (1, 16, 21):
                font["name"].setName(family, record.nameID, record.platformID, record.platEncID, record.langID)
        font.save(target)
    return target


def chain(words: str, *families: str) -> list[str]:
    return [family.name for family in FontLibrary().chain(words, families or ("Inter",))]


@pytest.mark.parametrize("family", OURS)
def test_every_family_that_we_ship_has_its_files(family: str) -> None:
    found = FontLibrary().family(family)
    assert found is not None
    assert all(path.is_file() for path in found.files)


@pytest.mark.parametrize("family", [family for family in OURS if family != "OpenMoji"])
def test_every_face_can_write_the_ellipsis_or_leaves_it_to_the_first_family(family: str) -> None:
    # A cut text ends in one, and a text in Latin letters alone is drawn with the template's own families.
    if family.startswith("Noto Sans ") and family not in (
        "Noto Sans JP",
        "Noto Sans KR",
        "Noto Sans SC",
        "Noto Sans TC",
    ):
        return
    with TTFont(shipped_files(family)[0], lazy=True) as font:
        characters = font.getBestCmap()
        assert 0x2026 in characters
        assert font["hmtx"][characters[0x2026]][0] <= font["head"].unitsPerEm


@pytest.mark.parametrize(("family", "words"), SCRIPTS.items())
def test_each_script_gets_its_family_behind_the_one_that_was_asked_for(family: str, words: str) -> None:
    assert chain(words)[:2] == ["Inter", family]


@pytest.mark.parametrize(("family", "words"), SCRIPTS.items())
def test_each_scripts_family_has_a_glyph_for_every_letter(family: str, words: str) -> None:
    with TTFont(shipped_files(family)[0], lazy=True) as font:
        assert {*map(ord, words)} - {ord(" ")} <= set(font.getBestCmap())


@pytest.mark.parametrize("words", SCRIPTS.values())
def test_a_script_is_found_among_latin_words_too(words: str) -> None:
    assert set(chain(words)) <= set(chain(f"Hello {words}, world"))


def test_latin_words_need_no_other_family() -> None:
    assert chain("Hello, world!") == ["Inter"]
    assert chain("Ünïcödé — naïve") == ["Inter", "Noto Sans"]


def test_emoji_come_behind_the_letters_of_every_script() -> None:
    words = "🚀 مرحبا 静かな"
    assert chain(words)[-2:] == ["OpenMoji", "Noto Sans"]
    assert {"Noto Sans Arabic", "Noto Sans JP"} <= set(chain(words))


def test_a_chain_names_no_family_twice() -> None:
    words = " ".join(SCRIPTS.values())
    assert len(chain(words, "Inter", "Noto Sans", "Inter")) == len(set(chain(words, "Inter", "Noto Sans", "Inter")))


def test_characters_beyond_a_national_set_get_every_chinese_family() -> None:
    assert {"Noto Sans SC", "Noto Sans TC", "Noto Sans JP"} <= set(chain("㐂𠮷"))


@pytest.mark.parametrize("name", ["Inter", "inter", "INTER", "helvetica", "Helvetica", "MARKER FELT", "papyrus"])
def test_a_name_is_found_in_any_case(name: str) -> None:
    family = FontLibrary().family(name)
    assert family is not None
    assert family.name in {"Inter", *STAND_INS.values()}


def test_an_unknown_name_is_none_and_the_nearest_is_suggested_as_it_is_written() -> None:
    fonts = FontLibrary()
    assert fonts.family("Comic Sans") is None
    assert fonts.suggestion("intr") == "Inter"
    assert fonts.suggestion("permanent markr") == "Permanent Marker"
    assert fonts.suggestion("") == ""
    assert fonts.family(fonts.suggestion("helvetika")) is not None


def test_names_are_those_of_the_shipped_and_their_stand_ins_sorted() -> None:
    names = FontLibrary().names()
    assert list(names) == sorted(names)
    assert {"Inter", "Helvetica", "Papyrus"} <= set(names)


def test_the_operators_font_wins_over_ours_of_the_same_name(folder: Path) -> None:
    path = named(MARKER, "Inter", folder / "theirs.ttf")
    family = FontLibrary(folder).family("Inter")
    assert family is not None
    assert family.files == (path,)


def test_the_operators_real_font_wins_over_its_stand_in(folder: Path) -> None:
    path = named(MARKER, "Helvetica", folder / "Helvetica.ttf")
    family = FontLibrary(folder).family("helvetica")
    assert family is not None
    assert (family.name, family.files) == ("Helvetica", (path,))


def test_the_operators_fonts_are_found_in_folders_below_and_their_files_are_gathered(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    files = {named(MARKER, "Own Face", folder / name) for name in ("one.ttf", "a/two.TTF", "a/b/three.ttf")}
    family = FontLibrary(folder).family("own face")
    assert family is not None
    assert set(family.files) == files


@pytest.mark.parametrize("flavor", ["woff2", "woff"])
def test_the_operators_web_fonts_are_found_and_drawn(folder: Path, flavor: str) -> None:
    path = folder / f"face.{flavor}"
    with TTFont(named(MARKER, "Web Face", folder / "source")) as font:
        font.flavor = flavor
        font.save(path)
    fonts = FontLibrary(folder)
    family = fonts.family("web face")
    assert family is not None
    assert family.files == (path,)
    assert fonts.drawable("Ω\u2042a", ("Web Face",))[-1] == "a"
    assert width("Words", family) == width("Words", Family("Marker", (MARKER,)))
    assert width("Words", family) != width("Words", Family("Inter", shipped_files("Inter")))


def width(words: str, family: Family) -> float:
    """How wide the engine sets words in that family."""
    own = Engine()
    own.prepare([family])
    html = f'<html style="font-size:50px"><body><p style="font-family:\'{family.name}\'">{words}</p></body></html>'
    found = own.measure(html, (BASE_CSS,), Size(600, 300), [family])
    while not found["runs"]:
        found = found["children"][0]
    return float(found["runs"][0]["width"])


def test_a_broken_font_file_is_left_out_with_a_warning_that_names_it(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    named(MARKER, "Good Face", folder / "good.ttf")
    (folder / "LICENSE.txt").write_text("Licence")
    (folder / "words.ttf").write_text("These are words.")
    (folder / "cut.woff2").write_bytes(b"wOF2" + bytes(100))
    (folder / "vast.woff").write_bytes(b"wOFF" + bytes(12) + (10**9).to_bytes(4, "big") + bytes(100))
    assert FontLibrary(folder).family("Good Face") is not None
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3
    for name in ("words.ttf", "cut.woff2", "vast.woff"):
        assert sum(str(folder / name) in record.getMessage() for record in caplog.records) == 1
    assert "64 MB" in caplog.text


def test_what_is_no_font_is_passed_over(folder: Path) -> None:
    (folder / "LICENSE.txt").write_text("Licence")
    (folder / "words.ttf").write_text("These are words.")
    (folder / "empty.otf").write_bytes(b"")
    (folder / "cut.ttf").write_bytes(MARKER.read_bytes()[:3000])
    (folder / "odd.woff2").write_bytes(b"wOF2" + bytes(100))
    (folder / "odd.woff").write_bytes(b"wOFF" + bytes(200))
    (folder / "collection.ttc").write_bytes(b"ttcf\x00\x01\x00\x00\xff\xff\xff\xff")
    (folder / "folder.ttf").mkdir()
    os.mkfifo(folder / "pipe.ttf")
    (folder / "lost.ttf").symlink_to(folder / "nowhere.ttf")
    (folder / "loop.ttf").symlink_to(folder / "loop.ttf")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    good = named(MARKER, "Good Face", folder / "good.ttf")
    family = FontLibrary(folder).family("Good Face")
    assert family is not None
    assert good in family.files


def test_a_file_that_is_too_large_to_be_a_font_is_passed_over(folder: Path) -> None:
    path = named(MARKER, "Vast Face", folder / "vast.ttf")
    with path.open("ab") as file:
        file.truncate(64_000_001)
    assert FontLibrary(folder).family("Vast Face") is None


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("damaged")
    yield path
    shutil.rmtree(path)


@settings(max_examples=60)
@given(
    places=st.lists(st.tuples(st.integers(0, 700), st.binary(min_size=1, max_size=6)), min_size=1, max_size=8),
    ending=st.sampled_from([".ttf", ".otf", ".ttc", ".woff"]),
)
def test_no_damage_to_a_font_file_stops_the_library(
    damaged: Path, places: list[tuple[int, bytes]], ending: str
) -> None:
    data = bytearray(MARKER.read_bytes()[:20_000])
    for at, junk in places:
        data[at : at + len(junk)] = junk
    path = damaged / f"font{ending}"
    path.write_bytes(data)
    assert FontLibrary(damaged).family("Inter") is not None
    path.unlink()


def test_a_folder_that_cannot_be_read_is_a_wrong_setting(folder: Path) -> None:
    with pytest.raises(BadSetting, match="FRONTIS_FONTS_DIR"):
        FontLibrary(folder / "nowhere")
    (folder / "file").write_text("")
    with pytest.raises(BadSetting, match="FRONTIS_FONTS_DIR"):
        FontLibrary(folder / "file")


def test_a_character_that_no_family_has_is_an_empty_square() -> None:
    fonts = FontLibrary()
    assert fonts.drawable("Hello 静か مرحبا 🚀 שלום", ("Inter",)) == "Hello 静か مرحبا 🚀 שלום"
    assert fonts.drawable("a\ue123b\U0010fffdc", ("Inter",)) == f"a{MISSING}b{MISSING}c"


@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_is_drawable_stays_and_keeps_its_length(words: str) -> None:
    fonts = FontLibrary()
    once = fonts.drawable(words, ("Inter",))
    assert len(once) == len(words)
    assert fonts.drawable(once, ("Inter",)) == once
