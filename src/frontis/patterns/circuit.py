"""The circuit pattern: a printed board whose edges meet, so that it goes on in all directions."""

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from frontis.model.output import Size
from frontis.patterns.tile import THINNEST, Tile, margin, scale_of

COLUMNS, ROWS = 60, 32
CHIP_SIDE = 5
CHIPS = (43 + 7j, 13 + 19j)

_RING_RADIUS, _DOT_RADIUS = 0.26, 0.17
_AHEAD = {"E": 1, "S": 1j, "W": -1, "N": -1j, "NE": 1 - 1j, "NW": -1 - 1j, "SE": 1 + 1j, "SW": -1 + 1j}


class Bus(NamedTuple):
    """Traces that run side by side.

    start: where the first begins, in cells. lanes: how many there are. route: three legs, straight, diagonal, straight.
    """

    start: complex
    lanes: int
    route: str


CHIP_BUSES = (
    Bus(44 + 7j, 4, "N4 NE3 N7"),
    Bus(43 + 11j, 4, "W5 NW2 N8"),
    Bus(48 + 11j, 4, "E6 NE5 E3"),
    Bus(47 + 12j, 4, "S6 SW5 W7"),
    Bus(14 + 19j, 4, "N5 NE4 N6"),
    Bus(13 + 20j, 4, "W5 SW3 S7"),
    Bus(18 + 23j, 4, "E4 NE5 E6"),
    Bus(14 + 24j, 4, "S4 SE5 E2"),
)
FREE_BUSES = (
    Bus(2 + 0j, 2, "N3 NW1 W7"),
    Bus(12 + 5j, 4, "W2 SW4 W3"),
    Bus(31 + 10j, 4, "W4 NW1 N8"),
    Bus(26 + 12j, 1, "W2 NW1 N8"),
    Bus(49 + 14j, 1, "S2 SE3 S5"),
    Bus(40 + 15j, 1, "W2 SW1 W3"),
    Bus(2 + 16j, 2, "S2 SW1 S6"),
    Bus(58 + 23j, 4, "N5 NW1 N5"),
    Bus(43 + 26j, 1, "W9 NW3 W5"),
    Bus(25 + 27j, 1, "E6 SE1 E9"),
)


def circuit(size: Size) -> Tile:
    """Chips and the traces between them, at right angles with their corners cut, each trace ending in a pad."""
    scale = scale_of(size)
    cell, line = round(20 * scale), max(1, round(1.8 * scale))
    # A line of odd width fills whole pixels when its middle is in the middle of one.
    crisp = line % 2 / 2
    x, y = margin(size.width, cell) + crisp, margin(size.height, cell) + crisp
    traces, dots = _board()
    strokes = (
        f'<g transform="translate({x:g} {y:g})scale({cell})" stroke-width="{max(THINNEST, line) / cell:.4f}">'
        f'<path d="{traces}"/><path d="{dots}" stroke-width="{2 * _DOT_RADIUS}" stroke-linecap="round"/></g>'
    )
    # What a small card does not show of the board need not be painted.
    width, height = min(COLUMNS * cell, size.width), min(ROWS * cell, size.height)
    return Tile(width, height, strokes, alpha=0.10, line=line)


def lanes(bus: Bus, *, from_chip: bool) -> Iterator[list[complex]]:
    """The corners of each of its traces, in cells; those from a chip all begin at its side."""
    legs = [(_AHEAD[leg.rstrip("0123456789")], int(leg.lstrip("NESW"))) for leg in bus.route.split()]
    ahead, aslant = legs[0][0], legs[1][0]
    # A shift at right angles to the diagonal leg is the one that keeps lanes apart on all three.
    across = aslant - 2 * ahead
    for lane in range(bus.lanes):
        corners = [bus.start + lane * across]
        for direction, cells in legs:
            corners.append(corners[-1] + direction * cells)
        if from_chip:
            corners[0] += lane * ahead
        yield corners


@cache
def _board() -> tuple[str, str]:
    """Path data, in cells: of all that is one line wide, and of the dots. What crosses an edge comes in twice."""
    traces, dots = [_chip(corner) for corner in CHIPS], []
    for from_chip, buses in ((True, CHIP_BUSES), (False, FREE_BUSES)):
        for bus in buses:
            for corners in lanes(bus, from_chip=from_chip):
                for copy in _copies(corners):
                    traces.append(_trace(copy, ends_short=not from_chip))
                    if not from_chip:
                        dots.append(f"M{_at(copy[0])}h0")
    return "".join(traces), "".join(dots)


def _copies(corners: list[complex]) -> Iterator[list[complex]]:
    """The trace in each place where it shows on the tile, which begins up to a cell before the board does."""
    across, down = [corner.real for corner in corners], [corner.imag for corner in corners]
    for x in (-COLUMNS, 0, COLUMNS):
        for y in (-ROWS, 0, ROWS):
            shows_across = max(across) + x >= -1 and min(across) + x <= COLUMNS
            if shows_across and max(down) + y >= -1 and min(down) + y <= ROWS:
                yield [corner + complex(x, y) for corner in corners]


def _trace(corners: list[complex], *, ends_short: bool) -> str:
    """A line through the corners up to a ring around the last of them; it leaves room for a dot on the first."""
    first, *middle, last = corners
    if ends_short:
        first += _DOT_RADIUS * _unit(middle[0] - first)
    end = last + _RING_RADIUS * _unit(middle[-1] - last)
    line = "L".join(_at(corner) for corner in (first, *middle, end))
    radius = f"{_RING_RADIUS} {_RING_RADIUS}"
    across = 2 * _RING_RADIUS
    return f"M{line}M{_at(last - _RING_RADIUS)}a{radius} 0 1 0 {across} 0a{radius} 0 1 0 {-across} 0z"


def _chip(corner: complex) -> str:
    straight, bend = CHIP_SIDE - 1, "a.5 .5 0 0 1"
    mark = f"M{_at(corner + 0.7 + 0.9j)}a.2 .2 0 1 0 .4 0a.2 .2 0 1 0-.4 0z"
    return (
        f"M{_at(corner + 0.5)}h{straight}{bend} .5 .5v{straight}{bend}-.5 .5h{-straight}{bend}-.5-.5v{-straight}"
        f"{bend} .5-.5z{mark}"
    )


def _unit(step: complex) -> complex:
    return step / math.hypot(step.real, step.imag)


def _at(point: complex) -> str:
    return f"{point.real:g} {point.imag:g}"
