"""How long each step of a drawing took, for whoever wants to know it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Laps:
    """Seconds by step. A lap lasts from the end of the one before it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._ended = time.perf_counter()

    def end(self, step: str) -> None:
        """A lap is over."""
        now = time.perf_counter()
        self.seconds[step] = now - self._ended
        self._ended = now


_running: ContextVar[Laps | None] = ContextVar("frontis.laps", default=None)


@contextmanager
def timed() -> Iterator[Laps]:
    """Within the context the steps of a drawing are timed."""
    laps = Laps()
    token = _running.set(laps)
    try:
        yield laps
    finally:
        _running.reset(token)


def end_lap(step: str) -> None:
    """Tell that a step is done; of no effect where nobody times them."""
    laps = _running.get()
    if laps is not None:
        laps.end(step)
