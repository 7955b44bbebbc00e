"""Makes foreign text harmless for drawing, without changing what it says."""

import re
import unicodedata
from itertools import groupby

# Control characters, Unicode noncharacters (our own slots are made of them), and the controls that override the
# direction of text: a title could show other words than it holds. Isolates and marks (U+2066 to U+2069, U+200E,
# U+200F) are fine.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2028\u2029\ufff9-\ufffb\ud800-\udfff]"
)
_MOST_MARKS = 4
"""Marks on one letter. Few languages need more; without a bound they climb over the lines above."""

_STACKING = re.compile("[\u0f00-\u109f\u1780-\u17ff]")
"""Tibetan, Burmese and Khmer write letters below letters, as marks: twice as many there."""

_JOINERS = "\u200c\u200d"


def cleaned(text: str) -> str:
    """The text without what cannot or must not be drawn, in Unicode's composed form (NFC)."""
    if text.isascii() and text.isprintable():
        return text
    text = _HARMFUL.sub("", unicodedata.normalize("NFC", text))
    if not any(map(_is_mark, text)):
        return text
    cleaned_text = ""
    for marks, run in ((marks, "".join(run)) for marks, run in groupby(text, key=_is_mark)):
        cleaned_text += _bounded(run, after=cleaned_text[-1:]) if marks else run
    return cleaned_text


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me") or character in _JOINERS


def _bounded(marks: str, *, after: str) -> str:
    if not after or after.isspace():
        # There is no letter to carry them: they would draw the space as wide as a picture, or stand in the margin.
        return ""
    return marks[: _MOST_MARKS * 2 if _STACKING.match(marks) else _MOST_MARKS]
