"""Remembers the templates whose drawings had to be given up, and leaves them alone for a while."""

import time
from collections.abc import Callable

from frontis.errors import DrawFailed

MOST_LOST = 2
WITHIN_SECONDS = 600.0
SHUNNED_SECONDS = 300.0


class WildTemplates:
    """Each drawing that is given up costs a thread, which nothing can end. clock: monotonic seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lost: dict[str, list[float]] = {}

    def note(self, template: str) -> bool:
        """One of its drawings was given up. Whether the template is shunned from now on."""
        now = self._clock()
        recent = [each for each in self._lost.get(template, ()) if now - each < WITHIN_SECONDS]
        self._lost[template] = [*recent, now]
        return len(self._lost[template]) >= MOST_LOST

    def check(self, template: str) -> None:
        """Raise DrawFailed for a template that is shunned."""
        if template in self.names():
            raise DrawFailed(f"The template {template!r} took too long to draw, and is not tried for some minutes.")

    def names(self) -> tuple[str, ...]:
        """Those that are shunned now."""
        if not self._lost:
            return ()
        now = self._clock()
        return tuple(
            name for name, times in self._lost.items() if len(times) >= MOST_LOST and now - times[-1] < SHUNNED_SECONDS
        )
