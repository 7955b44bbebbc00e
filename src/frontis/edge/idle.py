"""Writes stored PNGs tighter while nobody waits for a thread."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from frontis.edge.cache import PictureCache
from frontis.edge.rendering import Renderers
from frontis.edge.stored import StoredPictures
from frontis.model.card import Card
from frontis.model.picture import Picture

Tighten = Callable[[Picture], Picture | None]

# Most cards are asked for in the minute after a link was posted: their picture is left alone meanwhile.
SETTLED_SECONDS = 60.0
MOST_REMEMBERED = 1_000
EVERY_SECONDS = 1.0
# The last that the system gives a core to.
_NICENESS = 19


class Tightener:
    """One picture at a time. Belongs to one event loop. clock: monotonic seconds."""

    def __init__(
        self,
        renderers: Renderers,
        stored: StoredPictures,
        memory: PictureCache,
        tighten: Tighten,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renderers = renderers
        self._stored = stored
        self._memory = memory
        self._tighten = tighten
        self._clock = clock
        self._drawn: deque[tuple[float, Card]] = deque(maxlen=MOST_REMEMBERED)
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="frontis-idle", initializer=_yield_to_others)

    def remember(self, card: Card) -> None:
        """Its picture was drawn just now, and is in the store."""
        self._drawn.append((self._clock(), card))

    async def work(self) -> bool:
        """Write one picture tighter, if there is time for it. Whether one was."""
        is_settled = self._drawn and self._clock() - self._drawn[0][0] >= SETTLED_SECONDS
        if not is_settled or self._renderers.waiting or self._renderers.drawing:
            return False
        _, card = self._drawn.popleft()
        picture = await self._stored.get(card)
        if picture is None:
            return False
        tighter = await asyncio.get_running_loop().run_in_executor(self._hand, self._tighten, picture)
        if tighter is None:
            return False
        self._stored.put(card, tighter)
        if self._memory.has(card.fingerprint):
            self._memory.put(card.fingerprint, tighter)
        return True

    async def close(self) -> None:
        """Wait for nothing."""
        self._hand.shutdown(wait=False, cancel_futures=True)


def _yield_to_others() -> None:
    # Linux counts niceness by the thread; elsewhere it would be the whole process's.
    if hasattr(os, "sched_getaffinity"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
