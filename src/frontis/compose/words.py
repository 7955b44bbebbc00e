"""Makes foreign text harmless for drawing, without changing what it says."""

import re
import unicodedata
from itertools import groupby

# Control characters, Unicode noncharacters (our own slots are made of them), and the controls that override the
# direction of text: a title could show other words than it holds. Isolates and marks (U+2066 to U+2069, U+200E,
# U+200F) are fine.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2028\u2029\ufff9-\ufffb]")
_MOST_MARKS = 4
"""Combining marks on one letter. No language needs more; without a bound they climb over the lines above."""


def cleaned(text: str) -> str:
    """The text without what cannot or must not be drawn, in Unicode's composed form (NFC)."""
    if text.isascii() and text.isprintable():
        return text
    text = _HARMFUL.sub("", unicodedata.normalize("NFC", text))
    if not any(map(unicodedata.combining, text)):
        return text
    runs = (list(run) for _, run in groupby(text, key=lambda each: unicodedata.combining(each) > 0))
    return "".join("".join(run[:_MOST_MARKS] if unicodedata.combining(run[0]) else run) for run in runs)
