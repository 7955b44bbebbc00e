"""Threads that help one that encodes, while there are cores for them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from frontis.model.machine import usable_cores

MOST_HELPERS = 3

T = TypeVar("T")
R = TypeVar("R")

_cores = usable_cores()
_lock = threading.Lock()
_drawing = 0


def use_cores(count: int) -> None:
    """Leave the others to other processes."""
    global _cores  # noqa: PLW0603  (they are those of the process)
    _cores = count


@contextmanager
def drawing() -> Iterator[None]:
    """Within it, a card has a core of its own, which helpers of others leave to it."""
    global _drawing  # noqa: PLW0603  (cores are the machine's)
    with _lock:
        _drawing += 1
    try:
        yield
    finally:
        with _lock:
            _drawing -= 1


def side_by_side(prepare: Callable[[int], T], work: Callable[[T], R], count: int) -> list[R]:
    """What `work` makes of what `prepare` gives for 0 to count - 1, in order.

    The caller prepares all of it: what holds Python's lock is done no sooner by two. The work, which lets go of it, is
    done by helpers as well, if cores are idle. They begin at the start and the caller at the end, so nobody waits for a
    busy helper.
    """
    # Whoever encodes is at work, also where no card is drawn.
    if count < 2 or _cores <= max(1, _drawing):
        return [work(prepare(index)) for index in range(count)]
    tasks = []
    for index in range(count - 1):
        prepared = prepare(index)
        tasks.append((prepared, _helpers().submit(work, prepared)))
    made = [work(prepare(count - 1))]
    made += (work(prepared) if future.cancel() else future.result() for prepared, future in reversed(tasks))
    return made[::-1]


@cache
def _helpers() -> ThreadPoolExecutor:
    """Threads for the cores that the caller does not use itself."""
    return ThreadPoolExecutor(min(MOST_HELPERS, _cores - 1), "frontis-deflate")
