"""Which scripts a text is written in, and what that says of its language and direction."""

import unicodedata
from functools import lru_cache

from fontTools import unicodedata as script_data

EMOJI = "Zsye"
"""ISO 15924's code for emoji."""

_NEUTRAL = frozenset({"Zyyy", "Zinh", "Zzzz"})
_RTL_CLASSES = frozenset({"R", "AL"})
_LTR_CLASS = "L"
# Blocks that hold pictographs. Where a text font has one of them too (arrows, check marks), it comes first in the
# chain.
_EMOJI_RANGES = ((0x203C, 0x3299), (0x1F000, 0x1FAFF), (0xE0020, 0xE007F))
# CJK punctuation, the marks that both kana share, and full-width forms: for Unicode they belong to many scripts, but
# only fonts of these have them.
_EAST_ASIAN_RANGES = ((0x3000, 0x303F), (0x30A0, 0x30A0), (0x30FB, 0x30FC), (0xFF00, 0xFFEF))
_KEYCAP, _EMOJI_STYLE = 0x20E3, 0xFE0F
_KANA = frozenset({"Hira", "Kana"})
_LANGUAGES = {
    "Arab": "ar", "Hebr": "he", "Deva": "hi", "Taml": "ta", "Telu": "te", "Beng": "bn", "Thai": "th", "Khmr": "km",
    "Laoo": "lo", "Mymr": "my", "Grek": "el", "Cyrl": "ru", "Hang": "ko", "Bopo": "zh-Hant",
}  # fmt: skip


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str:
    """ISO 15924 code of a character's script; EMOJI for pictographs, "" for what every script shares."""
    point = ord(character)
    script: str = script_data.script(character)
    if script in ("Latn", *_NEUTRAL) and any(low <= point <= high for low, high in _EAST_ASIAN_RANGES):
        return "Hani"
    if script not in _NEUTRAL:
        return script
    if point in (_KEYCAP, _EMOJI_STYLE) or any(low <= point <= high for low, high in _EMOJI_RANGES):
        pictograph = point in (_KEYCAP, _EMOJI_STYLE) or unicodedata.category(character) in ("So", "Sk", "Cn", "Cf")
        return EMOJI if pictograph else ""
    return ""


def scripts_of(text: str) -> tuple[str, ...]:
    """ISO 15924 codes of the text's scripts, in order of appearance, EMOJI among them; Latin is not listed."""
    if text.isascii():
        return ()
    found = dict.fromkeys(_script_of(character) for character in text if character > "\x7f")
    found.pop("", None)
    found.pop("Latn", None)
    return tuple(found)


def language_of(text: str) -> str:
    """The likely language as a BCP 47 tag, or "" where the script does not tell (Latin above all).

    Kana says Japanese and Hangul Korean; Han alone is told apart by which national character set has all of it, since
    those of China, Taiwan and Japan hold different forms of the same characters.
    """
    scripts = scripts_of(text)
    if _KANA.intersection(scripts):
        return "ja"
    if "Hang" in scripts:
        return "ko"
    if "Hani" in scripts:
        return _language_of_han("".join(each for each in text if _script_of(each) == "Hani"))
    return next((_LANGUAGES[script] for script in scripts if script in _LANGUAGES), "")


def _language_of_han(han: str) -> str:
    if encodable(han, "gb2312"):
        return "zh-Hans"
    if encodable(han, "big5"):
        return "zh-Hant"
    return "ja" if encodable(han, "shift_jis") else "zh-Hans"


def encodable(text: str, charset: str) -> bool:
    """Whether the national character set has every character of the text."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def direction_of(text: str) -> str:
    """The direction of the first character that has one (Unicode Annex 9, P2 and P3): "rtl", "ltr" or ""."""
    for character in text:
        bidi = unicodedata.bidirectional(character)
        if bidi in _RTL_CLASSES:
            return "rtl"
        if bidi == _LTR_CLASS:
            return "ltr"
    return ""


def direction_is_rtl(text: str) -> bool:
    """Whether the first character with a direction runs right to left."""
    return not text.isascii() and direction_of(text) == "rtl"
