"""Breaks a measured text into lines: pure arithmetic on widths, in em."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

ELLIPSIS = "…"
_ELLIPSIS_WIDTH = 1.0
"""In em; wider than that of any face that we ship, so that a cut line never overflows."""

_LEAST_SPACE = 0.2
"""The narrowest space of the faces that we ship, in em: what a line surely gains when the space at its end hangs
over."""

_WORTH_A_PHRASE = 0.75
"""The part of the size that is kept, at least, where a smaller size keeps phrases whole."""

_WORTH_A_TEAR = 0.9
"""The same where it keeps a few more of them whole, but not all."""

_LAST_LINE = 1.05
"""What the width of the last line counts: of two ways that are as even, the one with a shorter last line is better."""

_ROUNDING = 1e-6
"""In em: sums of the same widths in another order differ by less."""

_STEP = 0.96
"""Sizes are tried in steps of 4 %: fewer sizes mean more glyphs found drawn already, and no eye sees the difference."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that is not broken (a word and the space after it), and its width in em.

    misplaced: how far beside its place, in em to the right, the layout engine puts it where it stands alone on a line.
    parts: smaller pieces, between which a line breaks where it is too narrow for the whole.
    ends_phrase: a line breaks well behind it, though no space stands there.
    """

    text: str
    width: float
    misplaced: float = 0.0
    parts: tuple["Segment", ...] = ()
    ends_phrase: bool = False

    @property
    def ink_width(self) -> float:
        """The width at the end of a line, where the space does not count."""
        return self.width - _LEAST_SPACE if self.text.endswith(" ") else self.width


@dataclass(frozen=True, slots=True)
class Setting:
    """A text, set: its lines, and their font size in the unit of the box's width."""

    lines: tuple[str, ...]
    size: float


def sizes(smallest: float, largest: float) -> list[float]:
    """The sizes worth trying, from large to small, both ends among them."""
    found = [largest]
    while found[-1] * _STEP > smallest:
        found.append(found[-1] * _STEP)
    return found if found[-1] == smallest else [*found, smallest]


def largest_setting(segments: Sequence[Segment], box: float, tried: Sequence[float], most_lines: int) -> Setting | None:
    """The text, balanced, in the first size at which it fits the box's width and the lines; None if it fits in none.

    Segments that have parts stay whole, unless that would cost a good deal of the size: then as few as can be are torn.
    """
    size = _largest(segments, box, tried, most_lines)
    if not any(segment.parts for segment in segments):
        return _balanced(segments, box, size) if size else None
    if not size or size < tried[0] * _WORTH_A_PHRASE:
        finest = _largest(_parts(segments), box, tried, most_lines)
        if finest and (not size or size < finest * _WORTH_A_PHRASE):
            return _least_torn(
                segments, box, [each for each in tried if finest >= each >= finest * _WORTH_A_TEAR], most_lines
            )
    return _least_torn(segments, box, [size], most_lines) if size else None


def _largest(segments: Sequence[Segment], box: float, tried: Sequence[float], most_lines: int) -> float | None:
    widths = _widths(segments)
    widest = max((ink for _, ink in widths), default=0.0)
    total = sum(whole for whole, _ in widths)
    for size in tried:
        width = box / size
        if widest > width or total - _LEAST_SPACE * most_lines > width * most_lines:
            continue
        if _line_count(widths, width) <= most_lines:
            return size
    return None


def _parts(segments: Sequence[Segment]) -> list[Segment]:
    return [part for segment in segments for part in segment.parts or (segment,)]


def _least_torn(segments: Sequence[Segment], box: float, tried: Sequence[float], most_lines: int) -> Setting:
    """The text in that of the sizes (at each of which it fits) at which the fewest segments are torn."""
    ways = [(arranged(segments, box / size, most_lines), size) for size in tried]
    (_, lines), size = min(ways, key=lambda way: (way[0][0], -way[1]))
    return Setting(_texts(lines), size)


def arranged(segments: Sequence[Segment], width: float, most_lines: int) -> tuple[int, list[list[Segment]]]:
    """The most even lines of those that tear the fewest segments, no more than it takes; and how bad the tears are.

    A tear counts for two, or for one behind a part that ends a phrase. The text must fit that width in so many lines.
    """
    pieces = _parts(segments)
    heads = set(accumulate((len(segment.parts) or 1 for segment in segments), initial=0))
    places = [0.0, *accumulate(piece.width for piece in pieces)]
    # For each number of lines, and each piece that the last of them may end with: the tears of the best way, the sum
    # of its squared widths, and where its last line starts.
    rows: list[dict[int, tuple[int, float, int]]] = [{0: (0, 0.0, 0)}]
    for left in reversed(range(most_lines)):
        room = left * (width + _LEAST_SPACE)
        row: dict[int, tuple[int, float, int]] = {}
        for start, (torn, squares, _) in rows[-1].items():
            for end in range(start + 1, len(pieces) + 1):
                line = places[end] - places[start] - (pieces[end - 1].width - pieces[end - 1].ink_width)
                if line > width + _ROUNDING:
                    break
                if places[-1] - places[end] > room + _ROUNDING:
                    continue
                tear = 0 if end in heads else 1 if pieces[end - 1].ends_phrase else 2
                square = line * line * (_LAST_LINE if end == len(pieces) else 1.0)
                cost = (torn + tear, squares + square, start)
                row[end] = min(cost, row.get(end, cost))
        rows.append(row)
    end = len(pieces)
    count = min((number for number, row in enumerate(rows) if end in row), key=lambda number: rows[number][end][0])
    torn = rows[count][end][0]
    lines: list[list[Segment]] = []
    for row in reversed(rows[1 : count + 1]):
        start = row[end][2]
        lines.insert(0, pieces[start:end])
        end = start
    return torn, lines


def cut_setting(clusters: Sequence[Segment], box: float, size: float, most_lines: int) -> Setting:
    """As much of the text as fits at this size, cut after a grapheme cluster, with "…" where something is missing.

    clusters: the text in grapheme clusters. Lines break at spaces and behind phrases if there are any, else anywhere.
    """
    width = box / size
    lines: list[list[Segment]] = []
    rest = list(clusters)
    while rest and len(lines) < most_lines - 1:
        line, rest = _filled(rest, width)
        lines.append(line)
    if sum(cluster.width for cluster in rest) - _LEAST_SPACE * rest[-1].text.endswith(" ") <= width if rest else True:
        return Setting(_texts([*lines, rest] if rest else lines), size)
    last: list[Segment] = []
    used = _ELLIPSIS_WIDTH
    for cluster in rest:
        if used + cluster.width > width:
            break
        last.append(cluster)
        used += cluster.width
    texts = _texts(lines)
    kept = "".join(cluster.text for cluster in last).rstrip(" ,;:.-–—")
    return Setting((*texts, kept + ELLIPSIS), size)


def _break(segments: Sequence[Segment], width: float) -> list[list[Segment]]:
    """Greedy lines: each takes as many segments as fit."""
    lines: list[list[Segment]] = []
    used = width + 1.0
    for segment in segments:
        if not lines or used + segment.ink_width > width:
            lines.append([])
            used = 0.0
        lines[-1].append(segment)
        used += segment.width
    return lines


def _widths(segments: Sequence[Segment]) -> list[tuple[float, float]]:
    """Of each segment, its width within a line and at the end of one."""
    return [(segment.width, segment.ink_width) for segment in segments]


def _line_count(widths: Sequence[tuple[float, float]], width: float) -> int:
    """How many lines `_break` makes: it is asked a dozen times for each text."""
    count, used = 0, math.inf
    for whole, ink in widths:
        if used + ink > width:
            count += 1
            used = 0.0
        used += whole
    return count


def _balanced(segments: Sequence[Segment], box: float, size: float) -> Setting:
    """The same number of lines in the narrowest width that allows it, so that no line stands alone with one word."""
    widths = _widths(segments)
    low, high = max((ink for _, ink in widths), default=0.0), box / size
    count = _line_count(widths, high)
    while count > 1 and high - low > 0.05:
        middle = (low + high) / 2
        if _line_count(widths, middle) <= count:
            high = middle
        else:
            low = middle
    return Setting(_texts(_break(segments, high)), size)


def _filled(clusters: list[Segment], width: float) -> tuple[list[Segment], list[Segment]]:
    """The clusters of one full line, and the rest. It breaks after a phrase, unless that leaves it half empty."""
    used, end, phrase = 0.0, 0, 0
    for at, cluster in enumerate(clusters, 1):
        if used + cluster.ink_width > width and end:
            break
        used += cluster.width
        end = at
        if cluster.ends_phrase or cluster.text.endswith(" "):
            phrase = at
    if end == len(clusters):
        return clusters, []
    cut = phrase if phrase * 2 >= end else end
    return clusters[:cut], clusters[cut:]


def _texts(lines: Sequence[Sequence[Segment]]) -> tuple[str, ...]:
    return tuple("".join(segment.text for segment in line).strip(" ") for line in lines)
