"""Lines: as large as fits, balanced, never too wide, never too many, and nothing lost but behind an ellipsis."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.draw.lines import ELLIPSIS, Segment, Setting, cut_setting, largest_setting, sizes

NARROWEST_SPACE = 0.2
ELLIPSIS_WIDTH = 1.0
ROUNDING = 1e-6

letters = st.sampled_from("abcdefgh漢字かなمرحبا")


@st.composite
def words(draw: st.DrawFn) -> list[Segment]:
    """Words with a space behind each but the last; a space is never narrower than that of the narrowest face."""
    texts = draw(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=14))
    widths = draw(st.lists(st.floats(0.05, 9), min_size=len(texts), max_size=len(texts)))
    space = draw(st.floats(NARROWEST_SPACE, 0.6))
    spaced = [Segment(f"{text} ", width + space) for text, width in zip(texts, widths, strict=True)]
    return [*spaced[:-1], Segment(texts[-1], widths[-1])]


@st.composite
def clusters(draw: st.DrawFn) -> list[Segment]:
    """Letters, some of them with a space behind."""
    texts = draw(st.lists(letters, min_size=1, max_size=40))
    spaced = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    widths = draw(st.lists(st.floats(0.05, 1.2), min_size=len(texts), max_size=len(texts)))
    return [
        Segment(f"{text} ", width + 0.3) if space and at < len(texts) - 1 else Segment(text, width)
        for at, (text, space, width) in enumerate(zip(texts, spaced, widths, strict=True))
    ]


boxes = st.floats(20, 2000)
ranges = st.tuples(st.floats(4, 60), st.floats(1, 5)).map(lambda pair: (pair[0], pair[0] * pair[1]))
counts = st.integers(1, 6)


def whole(segments: Sequence[Segment]) -> str:
    return "".join(segment.text for segment in segments).replace(" ", "")


def widths_of(setting: Setting, segments: Sequence[Segment]) -> list[float]:
    """The width of each line in em, by walking the segments along it."""
    found, rest = [], list(segments)
    for line in setting.lines:
        kept = line.removesuffix(ELLIPSIS) if rest and line.endswith(ELLIPSIS) else line
        taken: list[Segment] = []
        left = kept.replace(" ", "")
        while left:
            segment = rest.pop(0)
            assert left.startswith(segment.text.strip())
            left = left.removeprefix(segment.text.strip())
            taken.append(segment)
        ink = sum(segment.width for segment in taken)
        if taken and taken[-1].text.endswith(" "):
            ink -= NARROWEST_SPACE
        found.append(ink + (ELLIPSIS_WIDTH if kept != line else 0))
    return found


@given(span=ranges)
def test_sizes_go_from_the_largest_to_the_smallest_in_small_steps(span: tuple[float, float]) -> None:
    tried = sizes(*span)
    assert (tried[0], tried[-1]) == (span[1], span[0])
    assert all(first > second >= first * 0.95 for first, second in pairwise(tried))


@given(segments=words(), box=boxes, span=ranges, most=counts)
def test_a_text_that_fits_is_whole_in_no_more_lines_than_allowed_and_none_is_wider_than_its_box(
    segments: list[Segment], box: float, span: tuple[float, float], most: int
) -> None:
    setting = largest_setting(segments, box, sizes(*span), most)
    if setting is None:
        return
    assert 1 <= len(setting.lines) <= most
    assert "".join(setting.lines).replace(" ", "") == whole(segments)
    assert span[0] <= setting.size <= span[1]
    assert max(widths_of(setting, segments)) * setting.size <= box + ROUNDING


@given(segments=words(), box=boxes, span=ranges, most=counts)
def test_no_larger_size_would_have_done_and_what_does_not_fit_does_not_fit_at_the_smallest(
    segments: list[Segment], box: float, span: tuple[float, float], most: int
) -> None:
    tried = sizes(*span)
    setting = largest_setting(segments, box, tried, most)
    larger = tried if setting is None else tried[: tried.index(setting.size)]
    assert all(
        greedy(segments, box / size) is None or len(greedy(segments, box / size) or ()) > most for size in larger
    )


@given(segments=words(), box=boxes, span=ranges, most=counts)
def test_balanced_lines_are_as_many_as_greedy_ones_and_the_longest_is_no_longer(
    segments: list[Segment], box: float, span: tuple[float, float], most: int
) -> None:
    setting = largest_setting(segments, box, sizes(*span), most)
    if setting is None:
        return
    lines = greedy(segments, box / setting.size)
    assert lines is not None
    assert len(setting.lines) == len(lines)
    assert max(widths_of(setting, segments)) <= max(map(ink, lines)) + ROUNDING


def greedy(segments: Sequence[Segment], width: float) -> list[list[Segment]] | None:
    """Lines that each take what they can; None where a segment alone is too wide."""
    lines: list[list[Segment]] = [[]]
    for segment in segments:
        if ink([segment]) > width:
            return None
        if ink([*lines[-1], segment]) > width:
            lines.append([])
        lines[-1].append(segment)
    return lines


def ink(line: Sequence[Segment]) -> float:
    return sum(segment.width for segment in line[:-1]) + line[-1].ink_width


@given(segments=clusters(), box=boxes, size=st.floats(4, 60), most=counts)
def test_a_cut_text_is_a_beginning_with_an_ellipsis_and_one_that_is_not_cut_is_whole(
    segments: list[Segment], box: float, size: float, most: int
) -> None:
    setting = cut_setting(segments, box, size, most)
    shown = "".join(setting.lines).replace(" ", "")
    assert len(setting.lines) <= most
    assert setting.size == size
    if shown != whole(segments):
        assert shown.endswith(ELLIPSIS)
        assert whole(segments).startswith(shown.removesuffix(ELLIPSIS))


@given(segments=clusters(), box=boxes, size=st.floats(4, 60), most=counts)
def test_no_line_of_a_cut_text_is_wider_than_its_box_where_one_letter_has_room(
    segments: list[Segment], box: float, size: float, most: int
) -> None:
    setting = cut_setting(segments, box, size, most)
    if box / size >= max(ELLIPSIS_WIDTH, *(segment.width for segment in segments)):
        assert max(widths_of(setting, segments)) * size <= box + ROUNDING


def test_every_line_but_the_last_gains_the_space_at_its_end() -> None:
    segments = [Segment("aaaa ", 5.2), Segment("bbbb ", 5.2), Segment("cccc", 5.0)]
    assert largest_setting(segments, 50, [10, 8], 3) == Setting(("aaaa", "bbbb", "cccc"), 10)


def test_an_empty_text_has_no_lines() -> None:
    assert largest_setting([], 100, [40, 20], 3) == Setting((), 40)
    assert cut_setting([], 100, 20, 3) == Setting((), 20)


def test_lines_are_balanced_rather_than_full() -> None:
    segments = [Segment("one ", 2), Segment("two ", 2), Segment("three ", 2), Segment("four", 2)]
    assert largest_setting(segments, 60, [10], 2) == Setting(("one two", "three four"), 10)


def test_a_cut_line_ends_without_a_comma_or_a_space() -> None:
    segments = [Segment(each, 1) for each in ("a", "b", ",", " ", "c", "d", "e")]
    assert cut_setting(segments, 50, 10, 1).lines == ("ab…",)


@pytest.mark.parametrize("box", [0, -50, 0.001])
def test_a_box_without_room_takes_no_more_lines_than_allowed(box: float) -> None:
    setting = cut_setting([Segment("a", 1), Segment("b", 1), Segment("c", 1)], box, 10, 2)
    assert setting.lines == ("a", "…")
