"""Who is drawn for next: jobs wait in lanes, one for each tenant, and the lanes take turns."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from frontis.errors import Overloaded
from frontis.model.card import Card

if TYPE_CHECKING:
    from frontis.edge.rendering import Rendered

# A large card that found no room is not passed by others for longer than this.
MOST_PASSED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """For whom a card is drawn, and until when it is of use. lane: a tenant. deadline: monotonic seconds."""

    lane: str = ""
    deadline: float = math.inf


@dataclass(eq=False, slots=True)
class Job:
    """A card that waits to be drawn. pixels: its width times its height."""

    card: Card
    pictures: Mapping[str, bytes]
    claim: Claim
    queued: float = field(default_factory=time.monotonic)
    began: float = 0
    # What is logged while it is drawn belongs to the request that asked for it.
    context: Context = field(default_factory=copy_context)
    future: "Future[Rendered]" = field(default_factory=Future)

    @property
    def pixels(self) -> int:
        """Which tell the memory that it takes while it is drawn."""
        width, height = self.card.size
        return width * height


class Turns:
    """Not to be used by two threads at a time.

    most_waiting: jobs in all lanes. Where it is full, one of a lane that has less than another takes the place of the
    youngest of the longest lane, so that no tenant can keep the others out.
    """

    def __init__(self, most_waiting: int) -> None:
        self._most_waiting = most_waiting
        self._lanes: OrderedDict[str, deque[Job]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def before(self, lane: str) -> int:
        """How many jobs would have their turn before a new one of that lane."""
        mine = len(self._lanes.get(lane, ())) + 1
        return sum(min(len(each), mine) for each in self._lanes.values())

    def has_room(self, lane: str) -> bool:
        """Whether a new job of that lane would be let in."""
        return self._length < self._most_waiting or self._longest_beside(lane) is not None

    def put(self, job: Job) -> Job | None:
        """Let a job wait, and return the one that has to leave for it, if any. Raises Overloaded: there is no room."""
        lane = job.claim.lane
        displaced = None
        if self._length >= self._most_waiting:
            longest = self._longest_beside(lane)
            if longest is None:
                raise Overloaded(1)
            displaced = self._lanes[longest][-1]
            self.remove(displaced)
        self._lanes.setdefault(lane, deque()).append(job)
        self._length += 1
        return displaced

    def take(self, fits: Callable[[Job], bool]) -> Job | None:
        """The next job, of the lane whose turn it is; None where none waits that fits."""
        now = time.monotonic()
        for lane, jobs in self._lanes.items():
            job = jobs[0]
            if fits(job):
                self.remove(job)
                if lane in self._lanes:
                    self._lanes.move_to_end(lane)
                return job
            if now - job.queued > MOST_PASSED_SECONDS:
                return None
        return None

    def remove(self, job: Job) -> None:
        """A job leaves. One that has left already is no error."""
        jobs = self._lanes.get(job.claim.lane)
        if jobs is None or job not in jobs:
            return
        jobs.remove(job)
        self._length -= 1
        if not jobs:
            del self._lanes[job.claim.lane]

    def late(self) -> list[Job]:
        """Those whose deadline is over: they leave."""
        now = time.monotonic()
        late = [job for jobs in self._lanes.values() for job in jobs if job.claim.deadline < now]
        for job in late:
            self.remove(job)
        return late

    def clear(self) -> list[Job]:
        """All of them: they leave."""
        everyone = [job for jobs in self._lanes.values() for job in jobs]
        self._lanes.clear()
        self._length = 0
        return everyone

    def _longest_beside(self, lane: str) -> str | None:
        """The longest lane, where it has more than that one would have with one more."""
        if not self._lanes:
            return None
        longest = max(self._lanes, key=lambda each: len(self._lanes[each]))
        return longest if len(self._lanes[longest]) > len(self._lanes.get(lane, ())) + 1 else None
