"""Asks the layout engine how wide texts and their boxes are."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from markupsafe import escape

from frontis.draw.lines import Segment
from frontis.draw.phrases import is_bound
from frontis.fonts import direction_is_rtl, scripts_of

_MARK: Final = "\ufdd2"
"""A noncharacter that no text can hold: it shows which box of the measured tree is which."""

_WORD = re.compile("[^ ]* +|[^ ]+$")
_PLAIN_WORD = re.compile(r"[\w.,:;!?'()&%$+*#@]+ ?", re.ASCII)
_SPACED_SCRIPTS = frozenset({"Grek", "Cyrl", "Hani", "Hira", "Kana", "Hang", "Bopo"})
_MISREAD = re.compile("[\u0900-\u109f\u1700-\u17ff\u1900-\u1cff\ua800-\uabff]")
"""Scripts of southern Asia: letters of their runs come back lost or twice; even the right number proves nothing."""

_VIRAMA: Final = 9
_KILLERS: Final = "\u0e3a\u0eba\u103a"
"""Viramas that are seen, and join nothing: those of Thai, Lao and Burmese."""

_JOINER: Final = "\u200d"
_LONGEST_CLUSTER: Final = 6


class Probe(NamedTuple):
    """A text to be measured, and the largest and smallest font size in pixels that it may get."""

    text: str
    largest: float
    smallest: float


class _Box(NamedTuple):
    """Where a text stands: the width and the spacing of letters in pixels, and the side: 0 is left, 1 is right."""

    width: float
    spacing: float
    side: float


def probe(number: int, text: Probe, *, clusters: bool) -> str:
    """HTML that stands in for a fitted text while it is measured.

    A box one pixel wide breaks the text at every opportunity: one measurement tells the width of each piece.
    """
    kind = "probe-words probe-clusters" if clusters else "probe-words"
    css = style(text.largest, spaced=is_spaced(text.text))
    return _stand_in(number, f'<span class="{kind}" dir="ltr" style="{css}">{escape(text.text)}</span>')


def probe_apart(number: int, text: Probe, pieces: Sequence[str]) -> str:
    """The same with each piece of the text in a box of its own, which nothing breaks."""
    css = style(text.largest, spaced=is_spaced(text.text))
    # The direction decides which letters are shaped together.
    direction = "rtl" if direction_is_rtl(text.text) else "ltr"
    boxes = "".join(
        f'<span class="probe-piece" dir="{direction}" style="{css}">{escape(piece)}</span>' for piece in pieces
    )
    return _stand_in(number, boxes)


def read(measured: Mapping[str, Any], probes: Sequence[Probe]) -> dict[int, tuple[float, list[Segment] | None]]:
    """For each text put in by `probe`: the width of its box in pixels, and its segments.

    None stands for segments that cannot be told: the runs of some texts (in the scripts of southern Asia above all)
    come back from Takumi without some of their letters, or with letters twice.
    """
    found: dict[int, tuple[float, list[Segment] | None]] = {}
    for number, box, rest in _stand_ins(measured):
        if number not in found and number < len(probes):
            width, spacing, _ = box
            found[number] = (width, _segments(rest[0]["runs"], probes[number], spacing))
    return found


def read_apart(
    measured: Mapping[str, Any], probes: Sequence[Probe], pieces: Mapping[int, Sequence[str]]
) -> dict[int, tuple[float, list[Segment]]]:
    """The same for each text put in by `probe_apart`, whose pieces are given by its number."""
    found: dict[int, tuple[float, list[Segment]]] = {}
    for number, box, rest in _stand_ins(measured):
        if number in pieces and number not in found:
            width, spacing, side = box
            segments = []
            for piece, each in zip(pieces[number], rest, strict=True):
                extent = max((run["x"] + run["width"] for run in each["runs"]), default=0.0)
                # A space that is the last one from right to left hangs out, even if a letter without a place follows.
                hanging = -min((run["x"] for run in each["runs"] if run["text"].strip()), default=0.0)
                segment = _segment(piece, extent + max(0.0, hanging), probes[number], spacing)
                # Of a letter that carries two marks, Takumi may forget the width when it aligns a line. Its boxes are
                # rounded up to whole pixels: what is lost is more than that.
                lost = extent - each["width"]
                segments.append(
                    replace(segment, misplaced=side * lost / probes[number].largest) if lost > 0.5 else segment
                )
            found[number] = (width, segments)
    return found


def style(size: float, *, spaced: bool) -> str:
    """The CSS of a fitted text at that font size in pixels."""
    return f"font-size:{size:.3f}px" if spaced else f"font-size:{size:.3f}px;letter-spacing:0"


def is_spaced(text: str) -> bool:
    """Whether a template's letter spacing is for this text: it would tear apart scripts that join or stack letters."""
    return _SPACED_SCRIPTS.issuperset(scripts_of(text))


def _stand_in(number: int, pieces: str) -> str:
    return f'<span class="probe"><span class="probe-width">{_MARK * (number + 1)}</span>{pieces}</span>'


def _stand_ins(measured: Mapping[str, Any]) -> Iterator[tuple[int, _Box, list[Mapping[str, Any]]]]:
    """Each probed text's number; its box; and the boxes of its pieces."""
    for box in _boxes(measured):
        first, *rest = box["children"] or [{"runs": ()}]
        if not rest or not first["runs"] or not first["runs"][0]["text"].startswith(_MARK):
            continue
        marks = sum(len(run["text"]) for run in first["runs"])
        # The marks have no size, so what they are wide is the spacing of letters. CSS sets it for an element, in
        # pixels: it does not change with the size of the words inside.
        spacing = sum(run["width"] for run in first["runs"]) / marks
        side = round(2 * first["runs"][0]["x"] / first["width"]) / 2 if first["width"] > 0 else 0.0
        yield marks - 1, _Box(first["width"], spacing, side), rest


def _boxes(box: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield box
    for child in box["children"]:
        yield from _boxes(child)


def _segments(runs: Sequence[Mapping[str, Any]], probed: Probe, spacing: float) -> list[Segment] | None:
    """The lines of the one-pixel box. A line's runs stand in visual order; its text is the next slice of the whole."""
    # In capitals, "ß" is two letters.
    if sum(len(run["text"]) for run in runs) != len(probed.text) or _MISREAD.search(probed.text):
        return None
    segments: list[Segment] = []
    start = end = 0
    width = 0.0
    for run in runs:
        if run["x"] <= 0.01 and width > 0:
            segments.append(_segment(probed.text[start:end], width, probed, spacing))
            start, width = end, 0.0
        end += len(run["text"])
        width = max(width, run["x"] + run["width"])
    segments.append(_segment(probed.text[start:], width, probed, spacing))
    return segments


def _segment(text: str, width: float, probed: Probe, spacing: float) -> Segment:
    """A segment as wide in em as it can get: letters set apart take a larger part of a small size."""
    extra = len(text) * max(0.0, spacing) if is_spaced(probed.text) else 0.0
    return Segment(text, (width - extra) / probed.largest + extra / probed.smallest)


def plain_words(text: str) -> list[str]:
    """The words of a text, each with the space behind it, if none of them can break or join with another; else none."""
    words = _WORD.findall(text)
    return words if all(map(_PLAIN_WORD.fullmatch, words)) else []


def clusters_of(text: str) -> list[str]:
    """The grapheme clusters of a text (Unicode Annex 29, near enough), each with the spaces behind it."""
    clusters: list[str] = []
    for at, character in enumerate(text):
        if clusters and _continues(text[at - 1], character, clusters[-1]):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters or [text]


def _continues(before: str, character: str, cluster: str) -> bool:
    if character == " " or before == _JOINER or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return True
    if is_bound(before, character):
        # Words are made of few such letters, and a row without end must be broken somewhere.
        return len(cluster) < _LONGEST_CLUSTER
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
    if "\u1160" <= character <= "\u11ff":
        return True
    return unicodedata.combining(before) == _VIRAMA and before not in _KILLERS and character.isalpha()
