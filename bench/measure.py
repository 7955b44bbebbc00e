"""The measuring itself: all sides in turn, one card in flight at a time."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
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
class Drawings:
    """Of one case: those that were the first of a turn, and those that followed in it."""

    first: list[Drawing] = field(default_factory=list)
    following: list[Drawing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """What a case came to. Times in milliseconds; size_bytes is the median; cpu_ms is None where it cannot be known.

    first: the median of the first of each turn. p50, p95 and cpu_ms are of those that followed.
    """

    first: float
    p50: float
    p95: float
    cpu_ms: float | None
    size_bytes: float

    @classmethod
    def of(cls, drawings: Drawings) -> "Result":
        """The summary of at least one first and two following drawings."""
        times = [each.ms for each in drawings.following]
        spent = [each.cpu_ms for each in drawings.following if each.cpu_ms is not None]
        return cls(
            first=median(each.ms for each in drawings.first),
            p50=median(times),
            p95=quantiles(times, n=20, method="inclusive")[-1],
            cpu_ms=median(spent) if spent else None,
            size_bytes=median(each.size_bytes for each in drawings.following),
        )


def cases(sides: Sequence[Side], cards: Sequence[str], forms: Sequence[str]) -> list[Case]:
    """Every card in every format that a side can write."""
    return [Case(side.name, card, form) for form in forms for card in cards for side in sides if form in side.formats]


def measure(
    sides: Sequence[Side], every: Sequence[Case], *, rounds: int, in_a_row: int, warm_up: int, step: Callable[[], None]
) -> dict[Case, Drawings]:
    """Draw each case in one turn a round, in an order shuffled anew each time, so that bad moments hit all alike.

    in_a_row: the drawings of a turn, one after the other. Before the first of them others were at work, and it finds
    their bytes in the processor's caches.
    The drawings of the first warm_up rounds are thrown away. No title comes twice, so nothing can answer from memory.
    step is called after each turn.
    """
    by_name = {side.name: side for side in sides}
    drawings = {case: Drawings() for case in every}
    order, shuffler, number = list(every), random.Random(1), count(1)
    for turn in range(warm_up + rounds):
        shuffler.shuffle(order)
        for case in order:
            first, *following = (
                by_name[case.side].draw(case.card, title(next(number)), case.form) for _ in range(in_a_row)
            )
            if turn >= warm_up:
                drawings[case].first.append(first)
                drawings[case].following.extend(following)
            step()
    return drawings
