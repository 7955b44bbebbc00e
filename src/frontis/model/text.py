"""How the white space of a text is made canonical, and how a text is cut."""

import re
import unicodedata

_JOINER = "\u200d"
_JOINTS = _JOINER + "".join(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# Code points that a cut may step back over, to spare a character that is joined of several.
_LONGEST_CHARACTER = 16
_WHITE_SPACE = re.compile(r"\s+")
_NO_BREAK_SPACES = "\u00a0\u2007\u202f"


def folded(text: str) -> str:
    """The text with each run of white space and line ends as one space, and none at its ends.

    What stands between no-break spaces alone keeps the first of them: there, no line may break.
    """
    if text.isascii():
        return " ".join(text.split())
    return _WHITE_SPACE.sub(_folded, text).strip()


def _folded(run: re.Match[str]) -> str:
    return run[0][0] if not run[0].strip(_NO_BREAK_SPACES) else " "


def cut(text: str, longest: int, ending: str = "…") -> str:
    """The text, or so much of it that it has at most so many characters with the ending.

    It is cut between whole characters: never before a mark, or within an emoji that is joined of several.
    """
    if len(text) <= longest:
        return text
    most = longest - len(ending)
    end = next((at for at in range(most, max(most - _LONGEST_CHARACTER, 0), -1) if not _continues(text, at)), most)
    return text[:end].rstrip() + ending


def _continues(text: str, at: int) -> bool:
    """Whether what stands there belongs to the character before it: a mark, a joint, a skin tone, half a flag."""
    before, here = text[:at], text[at]
    if here in _FLAG_LETTERS:
        return (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2 == 1
    return here in _JOINTS or before.endswith(_JOINER) or unicodedata.category(here).startswith("M")
