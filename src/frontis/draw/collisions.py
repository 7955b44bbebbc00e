"""Finds texts that overlap each other or leave the canvas."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from frontis.model.output import Size

_MARGIN = 0.05
"""How near to the canvas's edge words may come, as a part of its shorter side."""

_BODY = 0.72
"""The middle part of a run's height where its letters stand: the rest is room for accents, and tight lines share it.

Fonts of some scripts ask for twice the height of Latin ones: there, a line's own height is the bound.
"""


class _Run(NamedTuple):
    block: int
    left: float
    top: float
    right: float
    bottom: float


def collides(measured: Mapping[str, Any], size: Size) -> bool:
    """Whether any words lie over those of another block, or outside the canvas of that size.

    Above and below, a margin of the canvas is no place for words either.
    """
    margin = _MARGIN * min(size)
    runs = list(_runs(measured))
    for run in runs:
        if run.left < -1 or run.right > size.width + 1 or run.top < margin or run.bottom > size.height - margin:
            return True
    runs.sort(key=lambda run: run.top)
    for at, run in enumerate(runs):
        for other in runs[at + 1 :]:
            if other.top >= run.bottom:
                break
            if other.block != run.block and other.left < run.right - 1 and other.right > run.left + 1:
                return True
    return False


def _runs(measured: Mapping[str, Any]) -> Iterator[_Run]:
    """Each run of text, as wide as its block, whose lines may be filled: how wide the words are is no matter.

    Rotated blocks are left out: they are ornament, not column.
    """
    blocks = [measured]
    number = 0
    while blocks:
        block = blocks.pop()
        number += 1
        blocks.extend(block["children"])
        a, b, c, d, left, top = block["transform"]
        if block["runs"] and (a, b, c, d) == (1.0, 0.0, 0.0, 1.0):
            pitch = block["height"] / _line_count(block)
            for run in block["runs"]:
                if not run["text"].isspace():
                    spare = (run["height"] - min(run["height"] * _BODY, pitch)) / 2
                    start, y = min(0.0, run["x"]), top + run["y"]
                    end = max(block["width"], run["x"] + run["width"])
                    yield _Run(number, left + start, y + spare, left + end, y + run["height"] - spare)


def _line_count(block: Mapping[str, Any]) -> int:
    return max(1, round(float(block["height"]) / float(block["runs"][0]["height"])))
