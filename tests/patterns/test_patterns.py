"""Patterns: in the colour of the text, faint, crisp, without a seam, and the same in every run."""

import base64
import os
import re
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytakumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.errors import BadInput
from frontis.model.color import BLACK, WHITE, Color
from frontis.model.output import Size
from frontis.patterns import names, pattern
from frontis.patterns.circuit import CHIP_BUSES, CHIP_SIDE, CHIPS, COLUMNS, FREE_BUSES, ROWS, lanes
from frontis.patterns.tile import margin

CARD = Size(1200, 630)
SIZES = [CARD, Size(1080, 1920), Size(820, 312), Size(400, 210), Size(100, 100), Size(1600, 900)]
DRAWN = [name for name in names() if name != "none"]
Pixels = npt.NDArray[np.int64]


def drawn(css: str, width: int, height: int) -> npt.NDArray[Any]:
    """Straight RGBA, by row and column, of a box with those declarations on nothing."""
    html = f'<div style="width:{width}px;height:{height}px;{css}"></div>'
    pixels = pytakumi.Renderer().render_html(html, width=width, height=height, format="raw")
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 4)


def alphas(css: str, size: tuple[int, int]) -> Pixels:
    return drawn(css, *size)[:, :, 3].astype(np.int64)


def tile_of(css: str) -> tuple[str, int, int]:
    """The SVG that the declarations repeat, its width and its height."""
    encoded = re.search(r"base64,([^)]*)\)", css)
    size = re.search(r"background-size:(\d+)px (\d+)px", css)
    assert encoded
    assert size
    return base64.b64decode(encoded[1]).decode(), int(size[1]), int(size[2])


def test_the_names_are_those_that_the_docs_list() -> None:
    assert names() == ("dots", "grid", "diagonal", "waves", "circuit", "none")


def test_none_is_no_declarations_at_all() -> None:
    assert pattern("none", WHITE, CARD) == ""


@pytest.mark.parametrize(("wrong", "near"), [("dot", "dots"), ("Grid", "grid"), ("wave", "waves"), ("plaid", "")])
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(BadInput, match="must be one of dots, grid, diagonal, waves, circuit, none") as caught:
        pattern(wrong, WHITE, CARD)
    assert (caught.value.parameter, caught.value.suggestion) == ("pattern", near)


@pytest.mark.parametrize("hostile", ["", "../dots", "dots;background:url(x)", "</style>", "dots" * 3000, "\ud800"])
def test_a_hostile_name_is_refused_in_few_words(hostile: str) -> None:
    with pytest.raises(BadInput) as caught:
        pattern(hostile, WHITE, CARD)
    assert len(str(caught.value)) < 250


sides = st.integers(100, 4096)
colors = st.builds(Color, *[st.integers(0, 255).map(lambda level: level / 255)] * 4)


@given(st.sampled_from(DRAWN), colors, sides, sides)
def test_the_css_may_stand_in_an_attribute_and_in_a_style_sheet(
    name: str, color: Color, width: int, height: int
) -> None:
    css = pattern(name, color, Size(width, height))
    assert re.fullmatch(
        r"background-image:url\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\);background-size:\d+px \d+px", css
    )


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_pattern_is_everywhere_on_the_card_and_never_in_the_way(name: str, size: Size) -> None:
    ink = alphas(pattern(name, WHITE, size), size)
    for rows in np.array_split(ink, 2):
        for part in np.array_split(rows, 2, axis=1):
            assert part.max() > 0
    assert 0.06 * 255 <= ink.max() <= 0.125 * 255
    assert ink.mean() < 0.03 * 255


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("color", ["#ff0000", "#00ffff", "#000000"])
def test_a_pattern_is_in_the_colour_that_it_was_given(name: str, color: str) -> None:
    pixels = drawn(pattern(name, Color.parse(color), CARD), *CARD)
    strongest = pixels[pixels[:, :, 3] == pixels[:, :, 3].max()][0]
    assert "#" + bytes(strongest[:3].tolist()).hex() == color


@pytest.mark.parametrize("name", DRAWN)
def test_a_translucent_colour_makes_a_fainter_pattern(name: str) -> None:
    full = alphas(pattern(name, WHITE, CARD), CARD).max()
    half = alphas(pattern(name, WHITE.with_alpha(0.5), CARD), CARD).max()
    assert half == pytest.approx(full / 2, abs=1)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_seam_shows_where_tiles_meet(name: str, size: Size) -> None:
    css = pattern(name, BLACK, size)
    svg, width, height = tile_of(css)
    beyond = 2
    widened = svg.replace(
        f'width="{width}" height="{height}"',
        f'width="{width + beyond}" height="{height + beyond}" '
        f'viewBox="{-beyond} {-beyond} {width + beyond} {height + beyond}"',
        1,
    )
    encoded = base64.b64encode(widened.encode()).decode()
    repeated = alphas(css, (width, height))
    whole = alphas(f"background-image:url(data:image/svg+xml;base64,{encoded})", (width + beyond, height + beyond))
    # The edge cuts nothing off and adds nothing: what the tile shows is what a larger drawing shows there.
    assert np.abs(whole[beyond:, beyond:] - repeated).max() <= 8
    # What lies before its first column and row is its last ones. (A board cut to a small card is not repeated there.)
    if width < size.width:
        assert np.abs(whole[beyond:, :beyond] - repeated[:, -beyond:]).max() <= 8
    if height < size.height:
        assert np.abs(whole[:beyond, beyond:] - repeated[-beyond:, :]).max() <= 8


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_lines_of_the_grid_fill_whole_pixels(size: Size) -> None:
    assert len(np.unique(alphas(pattern("grid", WHITE, size), size))) == 2


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_dots_lie_alike_at_all_edges(size: Size) -> None:
    ink = alphas(pattern("dots", WHITE, size), size)
    assert np.abs(ink - ink[:, ::-1]).max() <= 1
    assert np.abs(ink - ink[::-1, :]).max() <= 1
    assert ink[0].max() == ink[:, 0].max() == 0


@given(sides, st.integers(5, 100).map(lambda half: 2 * half))
def test_the_first_and_last_mark_keep_the_same_distance_from_the_edges(length: int, pitch: int) -> None:
    first = margin(length, pitch)
    last = length - 1 - (length - 1 - first) % pitch
    assert abs(first - (length - last)) <= 1
    assert pitch / 4 - 1 <= first <= pitch * 3 / 4 + 1


@pytest.mark.parametrize("name", DRAWN)
def test_a_pattern_grows_with_the_card(name: str) -> None:
    _, width, height = tile_of(pattern(name, WHITE, Size(1200, 630)))
    _, twice_width, twice_height = tile_of(pattern(name, WHITE, Size(2400, 1260)))
    assert (twice_width, twice_height) == (2 * width, 2 * height)


@pytest.mark.parametrize("name", DRAWN)
def test_a_pattern_is_the_same_in_every_process(name: str) -> None:
    program = (
        "from frontis.model.color import Color; from frontis.model.output import Size; import frontis.patterns;"
        f"print(frontis.patterns.pattern({name!r}, Color.parse('#3b82f6'), Size(1200, 630)))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment)
    assert run.stdout.strip() == pattern(name, Color.parse("#3b82f6"), CARD)


def steps(corners: list[complex]) -> set[tuple[int, int]]:
    """The places, in half cells on the endless board, that a trace goes through."""
    places = set()
    for start, end in pairwise(corners):
        length = int(max(abs((end - start).real), abs((end - start).imag)))
        for step in range(2 * length + 1):
            place = 2 * start + step * (end - start) / length
            places.add((round(place.real) % (2 * COLUMNS), round(place.imag) % (2 * ROWS)))
    return places


def test_on_the_board_no_trace_touches_another_or_crosses_a_chip() -> None:
    # Within a chip's sides; its pins begin on them.
    taken = {
        (int(2 * chip.real) + x, int(2 * chip.imag) + y)
        for chip in CHIPS
        for x in range(1, 2 * CHIP_SIDE)
        for y in range(1, 2 * CHIP_SIDE)
    }
    for from_chip, buses in ((True, CHIP_BUSES), (False, FREE_BUSES)):
        for bus in buses:
            for corners in lanes(bus, from_chip=from_chip):
                places = steps(corners)
                assert not places & taken, bus
                taken |= places


def test_on_the_board_every_pin_begins_on_the_side_of_a_chip() -> None:
    for bus in CHIP_BUSES:
        for corners in lanes(bus, from_chip=True):
            inside = [corners[0] - chip for chip in CHIPS]
            assert any(
                0 <= place.real <= CHIP_SIDE
                and 0 <= place.imag <= CHIP_SIDE
                and (place.real in (0, CHIP_SIDE) or place.imag in (0, CHIP_SIDE))
                for place in inside
            ), bus
