"""Asks the layout engine how wide texts and their boxes are."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import escape

from frontis.draw.lines import Segment

_MARK: Final = "\ufdd2"
"""A noncharacter that no text can hold: it shows which box of the measured tree is which."""

_WORD = re.compile("[^ ]* +|[^ ]+$")
_VIRAMA: Final = 9
_JOINER: Final = "\u200d"


class Probe(NamedTuple):
    """A text to be measured, and the largest and smallest font size in pixels that it may get."""

    text: str
    largest: float
    smallest: float


def probe(number: int, text: Probe, *, clusters: bool) -> str:
    """HTML that stands in for a fitted text while it is measured.

    A box one pixel wide breaks the text at every opportunity, so one measurement tells the width of each unbreakable piece.
    """
    kind = "probe-words probe-clusters" if clusters else "probe-words"
    return _stand_in(number, f'<span class="{kind}" dir="ltr" style="{_style(text)}">{escape(text.text)}</span>')


def probe_apart(number: int, text: Probe, *, clusters: bool) -> str:
    """The same with each piece in a box of its own: for texts that the layout engine does not break as it says it does."""
    pieces = "".join(
        f'<span class="probe-piece" dir="ltr" style="{_style(text)}">{escape(piece)}</span>'
        for piece in _pieces(text.text, clusters=clusters)
    )
    return _stand_in(number, pieces)


def read(measured: Mapping[str, Any], probes: Sequence[Probe]) -> dict[int, tuple[float, list[Segment] | None]]:
    """For each text put in by `probe`: the width of its box in pixels, and its segments.

    None stands for segments that cannot be told: the runs of some texts (Devanagari and Thai above all) come back from
    Takumi without some of their letters, or with letters twice.
    """
    found: dict[int, tuple[float, list[Segment] | None]] = {}
    for number, box, rest in _stand_ins(measured):
        if number not in found and number < len(probes):
            width, spacing = box
            found[number] = (width, _segments(rest[0]["runs"], probes[number], spacing))
    return found


def read_apart(
    measured: Mapping[str, Any], probes: Sequence[Probe], *, clusters: bool, passed_over: Container[int]
) -> dict[int, tuple[float, list[Segment]]]:
    """The same for each text put in by `probe_apart`; those passed over were not."""
    found: dict[int, tuple[float, list[Segment]]] = {}
    for number, box, rest in _stand_ins(measured):
        if number not in found and number not in passed_over and number < len(probes):
            width, spacing = box
            pieces = zip(_pieces(probes[number].text, clusters=clusters), rest, strict=True)
            extents = ((piece, max((run["x"] + run["width"] for run in each["runs"]), default=0.0)) for piece, each in pieces)
            found[number] = (width, [_segment(piece, extent, probes[number], spacing) for piece, extent in extents])
    return found


def _style(text: Probe) -> str:
    return f"font-size:{text.largest:.3f}px"


def _stand_in(number: int, pieces: str) -> str:
    return f'<span class="probe"><span class="probe-width">{_MARK * (number + 1)}</span>{pieces}</span>'


def _stand_ins(measured: Mapping[str, Any]) -> Iterator[tuple[int, tuple[float, float], list[Mapping[str, Any]]]]:
    """Each probed text's number; its box's width and letter spacing in pixels; and the boxes of its pieces."""
    for box in _boxes(measured):
        first, *rest = box["children"] or [{"runs": ()}]
        if not rest or not first["runs"] or not first["runs"][0]["text"].startswith(_MARK):
            continue
        marks = sum(len(run["text"]) for run in first["runs"])
        # The marks have no size, so what they are wide is the spacing of letters, which CSS sets for an element in pixels
        # and does not change with the size of the words inside.
        spacing = sum(run["width"] for run in first["runs"]) / marks
        yield marks - 1, (first["width"], spacing), rest


def _boxes(box: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield box
    for child in box["children"]:
        yield from _boxes(child)


def _segments(runs: Sequence[Mapping[str, Any]], probed: Probe, spacing: float) -> list[Segment] | None:
    """The lines of the one-pixel box. A line's runs stand in visual order; its text is the next slice of the logical one."""
    ends = _ends(probed.text, sum(len(run["text"]) for run in runs))
    if ends is None:
        return None
    segments: list[Segment] = []
    start = shown = 0
    width = 0.0
    for run in runs:
        if run["x"] <= 0.01 and width > 0:
            segments.append(_segment(probed.text[start : ends[shown]], width, probed, spacing))
            start, width = ends[shown], 0.0
        shown += len(run["text"])
        width = max(width, run["x"] + run["width"])
    segments.append(_segment(probed.text[start:], width, probed, spacing))
    return segments


def _ends(text: str, shown: int) -> Sequence[int] | None:
    """For each number of shown characters, how many of the text's own they are; None when the two cannot be matched.

    `text-transform` makes two characters of one ("ß" is "SS" in capitals).
    """
    if shown == len(text):
        return range(shown + 1)
    for change in (str.upper, str.lower):
        lengths = [len(change(each)) for each in text]
        if sum(lengths) == shown:
            return [0, *(at for at, length in enumerate(lengths, 1) for _ in range(length))]
    return None


def _segment(text: str, width: float, probed: Probe, spacing: float) -> Segment:
    """A segment as wide in em as it can get: letters set apart take a larger part of a small size."""
    extra = len(text) * max(0.0, spacing)
    return Segment(text, (width - extra) / probed.largest + extra / probed.smallest)


def _pieces(text: str, *, clusters: bool) -> list[str]:
    """The words of a text, each with the spaces behind it, or its grapheme clusters (Unicode Annex 29, near enough)."""
    if not clusters:
        return _WORD.findall(text) or [text]
    pieces: list[str] = []
    for at, character in enumerate(text):
        if pieces and _continues(text[at - 1], character, pieces[-1]):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces or [text]


def _continues(before: str, character: str, cluster: str) -> bool:
    if character == " " or before == _JOINER or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return True
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
    if character in "\u0e33\u0eb3" or "\u1160" <= character <= "\u11ff" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    return unicodedata.combining(before) == _VIRAMA and character.isalpha()
