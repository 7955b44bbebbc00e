"""Finds the best encoding that stays within a number of bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Rung = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ways to encode one bitmap, from the best looking to the smallest.

    first: at least one; the very first is what is taken when there is no budget.
    rest: gives those below, which are tried by bisection: a hundred of them cost seven tries.
    """

    first: Sequence[Rung]
    rest: Callable[[], Sequence[Rung]] = tuple


def best(ladder: Ladder, most_bytes: int | None) -> tuple[bytes, bool]:
    """The encoding on the highest rung that fits, and True; or the smallest that was tried, and False."""
    smallest = None
    for rung in ladder.first:
        data = rung()
        if most_bytes is None or len(data) <= most_bytes:
            return data, True
        smallest = data if smallest is None else min(smallest, data, key=len)
    rest = ladder.rest()
    fitting = None
    too_large, fits = -1, len(rest)
    while fits - too_large > 1:
        middle = (too_large + fits) // 2
        data = rest[middle]()
        if most_bytes is not None and len(data) <= most_bytes:
            fits, fitting = middle, data
        else:
            too_large, smallest = middle, min(smallest or data, data, key=len)
    if fitting is not None:
        return fitting, True
    return smallest or b"", False
