"""The threads that draw: so many at one time, so many waiting, and none that holds up the others for ever."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextvars import Context, copy_context
from dataclasses import dataclass, field

import structlog

from frontis.errors import DrawFailed, DrawTooSlow, FrontisError, Overloaded
from frontis.model.card import Card
from frontis.model.laps import timed
from frontis.model.picture import Picture

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

Draw = Callable[[Card, Mapping[str, bytes]], Picture]
LOST_AFTER_SECONDS = 30
MOST_LOST = 4
WATCH_SECONDS = 1.0
CLOSE_SECONDS = 2.0


@dataclass(eq=False, slots=True)
class _Job:
    card: Card
    pictures: Mapping[str, bytes]
    queued: float = field(default_factory=time.monotonic)
    began: float = 0
    # What is logged while it is drawn belongs to the request that asked for it.
    context: Context = field(default_factory=copy_context)
    future: "Future[Rendered]" = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture, and how long it waited for a thread and was drawn. laps: the seconds of each step of that."""

    picture: Picture
    wait_seconds: float
    draw_seconds: float
    laps: Mapping[str, float] = field(default_factory=dict)


class Renderers:
    """A pool of threads that draw cards.

    most_waiting: jobs in the queue; one more is Overloaded at once.
    lost_after_seconds: a thread that draws one card for longer is given up, and another takes its place as long as
    fewer than `most_lost` are given up.
    """

    def __init__(
        self,
        draw: Draw,
        *,
        threads: int,
        most_waiting: int,
        lost_after_seconds: float = LOST_AFTER_SECONDS,
        most_lost: int = MOST_LOST,
    ) -> None:
        self._draw = draw
        self._wanted = threads
        self._most_waiting = most_waiting
        self._lost_after_seconds = lost_after_seconds
        self._most_lost = most_lost
        self._gate = threading.Condition()
        self._queue: deque[_Job] = deque()
        self._busy: dict[threading.Thread, _Job] = {}
        self._lost: set[threading.Thread] = set()
        self._threads: set[threading.Thread] = set()
        self._mean_seconds = 0.01
        self._is_closing = False
        self._watch: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start the threads, and the watch over them in the running event loop."""
        with self._gate:
            for _ in range(self._wanted):
                self._hire()
        self._watch = asyncio.create_task(self._watch_over())

    async def close(self) -> None:
        """Let the cards under way be finished, for a moment, and drop those that wait."""
        if self._watch is not None:
            self._watch.cancel()
        with self._gate:
            self._is_closing = True
            dropped, self._queue = self._queue, deque()
            staying = self._threads - self._lost
            self._gate.notify_all()
        for job in dropped:
            job.future.cancel()
        await asyncio.to_thread(_join, staying, CLOSE_SECONDS)

    @property
    def has_hands(self) -> bool:
        """Whether any thread is left that was not given up."""
        return bool(self._threads - self._lost)

    @property
    def lost(self) -> int:
        """How many threads were given up, and have not come back."""
        return len(self._lost)

    @property
    def drawing(self) -> int:
        """How many cards are being drawn."""
        return len(self._busy)

    @property
    def waiting(self) -> int:
        """How many cards wait for a thread."""
        return len(self._queue)

    def is_drawing(self, card: Card) -> bool:
        """Whether a thread is at work on that card."""
        with self._gate:
            return any(job.card.fingerprint == card.fingerprint for job in self._busy.values())

    def check_room(self) -> None:
        """Raise Overloaded when the queue is full."""
        waiting = len(self._queue)
        if waiting >= self._most_waiting:
            raise Overloaded(math.ceil(waiting * self._mean_seconds / self._wanted) or 1)

    async def render(self, card: Card, pictures: Mapping[str, bytes]) -> Rendered:
        """The card's picture. A caller who is cancelled before its turn leaves the queue.

        Raises Overloaded at once when the queue is full, what `draw` raises, and DrawTooSlow for a thread given up.
        """
        job = _Job(card, pictures)
        with self._gate:
            self.check_room()
            self._queue.append(job)
            self._gate.notify()
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            with self._gate:
                if job in self._queue:
                    self._queue.remove(job)
            raise

    def _hire(self) -> None:
        thread = threading.Thread(target=self._work, name="frontis-renderer", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            try:
                picture, laps = job.context.run(self._drawn, job)
            except FrontisError as error:
                _settle(job, error)
            except BaseException as error:  # noqa: BLE001  (it is logged, as part of its request)
                # A panic of a native library is no Exception. The thread lives on.
                job.context.run(log.exception, "render failed unexpectedly", template=job.card.template)
                failure = DrawFailed("The card could not be drawn.")
                failure.__cause__ = error
                _settle(job, failure)
            else:
                seconds = time.monotonic() - job.began
                self._mean_seconds += (seconds - self._mean_seconds) / 16
                _settle(job, Rendered(picture, job.began - job.queued, seconds, laps))

    def _drawn(self, job: _Job) -> tuple[Picture, Mapping[str, float]]:
        with timed() as laps:
            picture = self._draw(job.card, job.pictures)
        # Hashed here, so that the event loop need not.
        _ = picture.etag
        return picture, laps.seconds

    def _next_job(self) -> _Job | None:
        """The next job for the calling thread; None when it is to end."""
        me = threading.current_thread()
        with self._gate:
            self._busy.pop(me, None)
            self._lost.discard(me)
            while not self._is_closing and len(self._threads - self._lost) <= self._wanted:
                if not self._queue:
                    self._gate.wait()
                    continue
                job = self._queue.popleft()
                if job.future.set_running_or_notify_cancel():
                    job.began = time.monotonic()
                    self._busy[me] = job
                    return job
            self._threads.discard(me)
            return None

    async def _watch_over(self) -> None:
        while True:
            await asyncio.sleep(min(WATCH_SECONDS, self._lost_after_seconds / 4))
            for job in self._give_up_late():
                job.context.copy().run(
                    log.error, "renderer given up", template=job.card.template, seconds=self._lost_after_seconds
                )
                _settle(job, DrawTooSlow(self._lost_after_seconds))

    def _give_up_late(self) -> list[_Job]:
        now = time.monotonic()
        with self._gate:
            late = {
                thread: job
                for thread, job in self._busy.items()
                if thread not in self._lost and now - job.began > self._lost_after_seconds
            }
            for thread in late:
                if len(self._lost) < self._most_lost:
                    self._hire()
                self._lost.add(thread)
        return list(late.values())


def _settle(job: _Job, outcome: Rendered | FrontisError) -> None:
    try:
        if isinstance(outcome, FrontisError):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(outcome)
    except InvalidStateError:
        # Its thread was given up, and the asker told so.
        pass


def _join(threads: set[threading.Thread], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
