"""The threads that draw: so many at one time, so many waiting, and none that holds up the others for ever."""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import InvalidStateError
from dataclasses import dataclass, field

import structlog

from frontis.edge.turns import Claim, Job, Turns
from frontis.edge.wild import WildTemplates
from frontis.errors import DrawFailed, DrawTooSlow, FrontisError, Overloaded
from frontis.model.card import Card
from frontis.model.laps import timed
from frontis.model.picture import Picture

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

Draw = Callable[[Card, Mapping[str, bytes]], Picture]
ANYBODY = Claim()
LOST_AFTER_SECONDS = 30
MOST_LOST = 4
WATCH_SECONDS = 1.0
CLOSE_SECONDS = 2.0
# What is drawn at one time: four of the largest cards, which take 110 MB each at their peak, and 250 as AVIF.
MOST_PIXELS = 4 * 8_400_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture, and how long it waited for a thread and was drawn. laps: the seconds of each step of that."""

    picture: Picture
    wait_seconds: float
    draw_seconds: float
    laps: Mapping[str, float] = field(default_factory=dict)


class Renderers:
    """A pool of threads that draw cards.

    most_waiting: jobs in the queue; one more is Overloaded at once. Tenants take turns, see `turns.py`.
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
        self._lost_after_seconds = lost_after_seconds
        self._most_lost = most_lost
        self._gate = threading.Condition(threading.RLock())
        self._turns = Turns(most_waiting)
        self._wild = WildTemplates()
        self._busy: dict[threading.Thread, Job] = {}
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
            dropped = self._turns.clear()
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
        return len(self._turns)

    def is_drawing(self, card: Card) -> bool:
        """Whether a thread is at work on that card."""
        with self._gate:
            return any(job.card.fingerprint == card.fingerprint for job in self._busy.values())

    @property
    def shunned_templates(self) -> tuple[str, ...]:
        """Those whose drawings had to be given up, so that they are not tried for a while."""
        with self._gate:
            return self._wild.names()

    def check_room(self, claim: Claim = ANYBODY) -> None:
        """Raise Overloaded when the queue has no room for that claim, or its turn would come too late."""
        with self._gate:
            seconds = self._turns.before(claim.lane) * self._mean_seconds / self._wanted
            if not self._turns.has_room(claim.lane) or time.monotonic() + seconds > claim.deadline:
                raise Overloaded(math.ceil(seconds) or 1)

    async def render(self, card: Card, pictures: Mapping[str, bytes], claim: Claim = ANYBODY) -> Rendered:
        """The card's picture. A caller who is cancelled before its turn leaves the queue.

        Raises Overloaded at once when there is no room, and later when its deadline is over or another tenant's turn
        is more due; what `draw` raises; DrawTooSlow for a thread given up, DrawFailed for a template that is shunned.
        """
        job = Job(card, pictures, claim)
        with self._gate:
            self._wild.check(card.template)
            self.check_room(claim)
            displaced = self._turns.put(job)
            self._gate.notify()
        if displaced is not None:
            _settle(displaced, Overloaded(1))
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            with self._gate:
                self._turns.remove(job)
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

    def _drawn(self, job: Job) -> tuple[Picture, Mapping[str, float]]:
        with timed() as laps:
            picture = self._draw(job.card, job.pictures)
        # Hashed here, so that the event loop need not.
        _ = picture.etag
        return picture, laps.seconds

    def _fits(self, job: Job) -> bool:
        """Whether its pixels have room beside those that are being drawn. What is given up counts on."""
        under_way = sum(each.pixels for each in self._busy.values())
        return not under_way or under_way + job.pixels <= MOST_PIXELS

    def _next_job(self) -> Job | None:
        """The next job for the calling thread; None when it is to end."""
        me = threading.current_thread()
        with self._gate:
            if self._busy.pop(me, None) is not None:
                # A large card may have waited for the room.
                self._gate.notify_all()
            self._lost.discard(me)
            while not self._is_closing and len(self._threads - self._lost) <= self._wanted:
                job = self._turns.take(self._fits)
                if job is None:
                    self._gate.wait()
                    continue
                if job.future.set_running_or_notify_cancel():
                    job.began = time.monotonic()
                    self._busy[me] = job
                    return job
            self._threads.discard(me)
            return None

    async def _watch_over(self) -> None:
        while True:
            await asyncio.sleep(min(WATCH_SECONDS, self._lost_after_seconds / 4))
            with self._gate:
                too_late = self._turns.late()
            for job in too_late:
                _settle(job, Overloaded(1))
            for job in self._give_up_late():
                template = job.card.template
                with self._gate:
                    is_shunned = self._wild.note(template)
                # Written in the context of the request that it belongs to.
                here = job.context.copy()
                here.run(log.error, "renderer given up", template=template, seconds=self._lost_after_seconds)
                if is_shunned:
                    here.run(log.error, "template shunned", template=template)
                _settle(job, DrawTooSlow(self._lost_after_seconds))

    def _give_up_late(self) -> list[Job]:
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


def _settle(job: Job, outcome: Rendered | FrontisError) -> None:
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
