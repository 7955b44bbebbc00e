"""Breaks a measured text into lines: pure arithmetic on widths, in em."""

from collections.abc import Sequence
from dataclasses import dataclass

ELLIPSIS = "…"
_ELLIPSIS_WIDTH = 1.0
"""In em; wider than that of any face that we ship, so that a cut line never overflows."""

_LEAST_SPACE = 0.2
"""The narrowest space of the faces that we ship, in em: what a line surely gains when the space at its end hangs
over."""

_STEP = 0.96
"""Sizes are tried in steps of 4 %: fewer sizes mean more glyphs found drawn already, and no eye sees the difference."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that is not broken (a word and the space after it), and its width in em.

    misplaced: how far beside its place, in em to the right, the layout engine puts it where it stands alone on a line.
    """

    text: str
    width: float
    misplaced: float = 0.0

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
    """The text, balanced, in the first size at which it fits the box's width and the lines; None if it fits in none."""
    if not segments:
        return Setting((), tried[0])
    widest = max(segment.ink_width for segment in segments)
    total = sum(segment.width for segment in segments)
    for size in tried:
        width = box / size
        if widest > width or total - _LEAST_SPACE * most_lines > width * most_lines:
            continue
        count = len(_break(segments, width))
        if count <= most_lines:
            return Setting(_texts(_balanced(segments, width, count)), size)
    return None


def cut_setting(clusters: Sequence[Segment], box: float, size: float, most_lines: int) -> Setting:
    """As much of the text as fits at this size, cut after a grapheme cluster, with "…" where something is missing.

    clusters: the text in grapheme clusters. Lines break at spaces where there are any, else anywhere.
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


def _balanced(segments: Sequence[Segment], width: float, count: int) -> list[list[Segment]]:
    """The same number of lines in the narrowest width that allows it, so that no line stands alone with one word."""
    if count == 1:
        return [list(segments)]
    low, high = max(segment.ink_width for segment in segments), width
    while high - low > 0.05:
        middle = (low + high) / 2
        if len(_break(segments, middle)) <= count:
            high = middle
        else:
            low = middle
    return _break(segments, high)


def _filled(clusters: list[Segment], width: float) -> tuple[list[Segment], list[Segment]]:
    """The clusters of one full line, and the rest. It breaks after the last space, unless that leaves it half empty."""
    used, end, space = 0.0, 0, 0
    for at, cluster in enumerate(clusters, 1):
        if used + cluster.ink_width > width and end:
            break
        used += cluster.width
        end = at
        if cluster.text.endswith(" "):
            space = at
    if end == len(clusters):
        return clusters, []
    cut = space if space * 2 >= end else end
    return clusters[:cut], clusters[cut:]


def _texts(lines: Sequence[Sequence[Segment]]) -> tuple[str, ...]:
    return tuple("".join(segment.text for segment in line).strip(" ") for line in lines)
