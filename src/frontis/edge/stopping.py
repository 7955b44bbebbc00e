"""The end of a process: what was begun is answered, what was counted is written, and no client holds it up."""

import asyncio
import os
import signal
import sys
import threading
import time
from types import FrameType

import structlog
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from frontis.edge.counters import Metrics
from frontis.edge.crowding import Crowds
from frontis.edge.listening import drop_the_deaf

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# For the server, to close its connections by itself once everything is answered.
GRACE_SECONDS = 1.0
LOOK_SECONDS = 0.05


class Stoppable:
    """The application as the server sees it. A signal begins its end, and a second one is it.

    The server waits for every connection, and one that sends half a request would keep it from telling the application
    that the end has come; then the process would be killed with whatever is not written. So the application is told
    from here, once all requests are answered or `most_seconds` are over, and then the process ends.
    """

    def __init__(self, app: Starlette, *, most_seconds: float, trusted: str = "") -> None:
        self._app = app
        self._crowds = Crowds(trusted=trusted)
        self._most_seconds = most_seconds
        self._under_way = 0
        self._ending: asyncio.Task[None] | None = None
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = asyncio.create_task(self._end.wait())
        watching = [asyncio.create_task(each) for each in (drop_the_deaf(), self._crowds.watch())]
        is_ours = False

        async def hear() -> Message:
            nonlocal is_ours
            server = asyncio.ensure_future(receive())
            await asyncio.wait({server, told}, return_when=asyncio.FIRST_COMPLETED)
            if server.done():
                if self._ending is not None:
                    self._ending.cancel()
                return server.result()
            server.cancel()
            is_ours = True
            return {"type": "lifespan.shutdown"}

        async def tell(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._listen()
                metrics: Metrics = self._app.state.metrics
                metrics.watch("requests_under_way", "Requests that are being answered.", lambda: self._under_way)
            if is_ours and message["type"].startswith("lifespan.shutdown."):
                _leave(0)
            await send(message)

        await self._app(scope, hear, tell)
        for each in watching:
            each.cancel()

    def _listen(self) -> None:
        """Hear of signals beside the event loop, which goes on to tell the server of them."""
        self._loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, self._hear_signal)
                signal.siginterrupt(each, False)  # noqa: FBT003  (it knows no names)

    def _hear_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self._app.state.is_stopping:
            _leave(1)
        self._app.state.is_stopping = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._ending = asyncio.create_task(self._wait_and_end())

    async def _wait_and_end(self) -> None:
        log.info("stopping", requests=self._under_way)
        ends = time.monotonic() + self._most_seconds
        # Few are left, and they end soon: that needs no bookkeeping in the way of every request.
        while self._under_way and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(GRACE_SECONDS)
        log.info("clients that are not done are left", requests=self._under_way)
        self._end.set()


def _leave(code: int) -> None:
    """End this process now."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
