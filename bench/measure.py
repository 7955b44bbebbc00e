"""The measuring itself: all sides in turn, one card in flight at a time."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from bench.cards import title
from bench.sides import Drawing, Side


class Case(NamedTuple):
    """What is drawn again and again. side: its short name."""

    side: str
    card: str
    form: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a case came to. Times in milliseconds; size_bytes is the median; cpu_ms is None where it cannot be known."""

    p50: float
    p95: float
    cpu_ms: float | None
    size_bytes: float

    @classmethod
    def of(cls, drawings: Sequence[Drawing]) -> "Result":
        """The summary of at least two drawings."""
        times = [each.ms for each in drawings]
        spent = [each.cpu_ms for each in drawings if each.cpu_ms is not None]
        return cls(
            p50=median(times),
            p95=quantiles(times, n=20, method="inclusive")[-1],
            cpu_ms=median(spent) if spent else None,
            size_bytes=median(each.size_bytes for each in drawings),
        )


def cases(sides: Sequence[Side], cards: Sequence[str], forms: Sequence[str]) -> list[Case]:
    """Every card in every format that a side can write."""
    return [Case(side.name, card, form) for form in forms for card in cards for side in sides if form in side.formats]


def measure(
    sides: Sequence[Side], every: Sequence[Case], *, rounds: int, warm_up: int, step: Callable[[], None]
) -> dict[Case, list[Drawing]]:
    """Draw each case once a round, in an order shuffled anew each time, so that bad moments hit all alike.

    The drawings of the first warm_up rounds are thrown away. No title comes twice, so nothing can answer from memory.
    step is called after each drawing.
    """
    by_name = {side.name: side for side in sides}
    drawings: dict[Case, list[Drawing]] = {case: [] for case in every}
    order, shuffler, number = list(every), random.Random(1), 0
    for turn in range(warm_up + rounds):
        shuffler.shuffle(order)
        for case in order:
            number += 1
            drawing = by_name[case.side].draw(case.card, title(number), case.form)
            if turn >= warm_up:
                drawings[case].append(drawing)
            step()
    return drawings
