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


def side_by_side(work: Callable[[int], T], count: int) -> list[T]:
    """What `work` makes of 0 to count - 1, in order, made by several threads if cores are idle.

    The caller begins at the end and helpers at the start, so nobody waits for a busy helper.
    """
    # Whoever encodes is at work, also where no card is drawn.
    if count < 2 or _cores <= max(1, _drawing):
        return [work(index) for index in range(count)]
    futures = [(index, _helpers().submit(work, index)) for index in range(count - 1)]
    made = [work(count - 1)]
    made += (work(index) if future.cancel() else future.result() for index, future in reversed(futures))
    return made[::-1]


@cache
def _helpers() -> ThreadPoolExecutor:
    """Threads for the cores that the caller does not use itself."""
    return ThreadPoolExecutor(min(MOST_HELPERS, _cores - 1), "frontis-deflate")
