"""Runs the application in Granian's processes.

The first process only starts and replaces the others, so it loads nothing of what they are made of.
"""

import asyncio
import gc
import itertools
import math
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, cast

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.common import AbstractServer

from frontis.edge.ledger import Ledger
from frontis.edge.logs import GRANIAN_LOGS, write_json_logs
from frontis.errors import BadSetting
from frontis.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from frontis.edge.stopping import Stoppable

# Far more than the cards that may be under way, so that what is refused, and /healthz, never wait to be let in.
MOST_CONNECTIONS = 8_192
MOST_FILES = 65_536
# For the line and the headers of a request, from its first byte or the opening of its connection.
HEADER_SECONDS = 10
# After a request's own time: to finish what was begun, and to write down what was counted.
STOP_SECONDS = 5
WATCH_SECONDS = 1.0


def _make_app(settings: Settings) -> "Starlette":
    from frontis.edge.app import make_app  # noqa: PLC0415  (the first process has no use for it)

    return make_app(settings)


def _prepare_nothing(settings: Settings) -> None:
    """An edge alone needs no more than its settings."""


@dataclass(frozen=True, slots=True)
class Program:
    """What each process runs. Both are called there, and load what they need.

    prepare: once, before any process answers. load: makes the application. Both raise BadSetting.
    """

    load: "Callable[[Settings], Starlette]" = _make_app
    prepare: Callable[[Settings], None] = _prepare_nothing


def serve(
    settings: Settings, program: Program | None = None, *, host: str = "127.0.0.1", port: int = 8000, workers: int = 1
) -> None:
    """Answer on that address until SIGINT or SIGTERM ends it. Port 0 is any that is free; the log tells which.

    The first signal lets what was begun be answered, a second does not.
    A process that dies is replaced; when another dies in its place within seconds, all end. Raises BadSetting for a
    setting or an address that cannot be used.
    """
    _raise_file_limit()
    write_json_logs()
    address = (settings.metrics_host, settings.metrics_port) if settings.metrics_port else None
    with closing(Ledger(address)) as ledger:
        ledger.open()
        hears, complains = multiprocessing.Pipe(duplex=False)
        process = _Process(program or Program(), settings.divided(workers), complains, ledger.folder)
        _start(process, host=host, port=_checked_port(host, port), workers=workers)
        if hears.poll():
            raise BadSetting(hears.recv())


def _start(process: "_Process", *, host: str, port: int, workers: int) -> None:
    server = Granian(
        "frontis",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        backlog=MOST_CONNECTIONS,
        backpressure=MOST_CONNECTIONS,
        log_dictconfig=GRANIAN_LOGS,
        respawn_failed_workers=True,
        # With HTTP/2 as well, it would wait for ever for the first byte that tells which.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1_000),
        workers_kill_timeout=_stop_seconds(process.settings),
    )
    # The processes are forks of this one: what the collector never looks at stays in the memory that they share.
    _spare_what_is_there()
    _end_at_the_second_signal(server)
    server.serve(target_loader=process.load, wrap_loader=False)


def _end_at_the_second_signal(server: AbstractServer[Any]) -> None:
    begin_end, signals = cast("Callable[[], None]", server.signal_handler_interrupt), itertools.count(1)

    def interrupt(*_: object) -> None:
        if next(signals) > 1:
            for each in server.wrks:
                each.kill()
        begin_end()

    server.signal_handler_interrupt = interrupt  # type: ignore[method-assign]  # Granian asks for it at its start


def _stop_seconds(settings: Settings) -> int:
    return math.ceil(settings.request_seconds) + STOP_SECONDS


@dataclass(frozen=True, slots=True)
class _Process:
    """How each process comes to its application."""

    program: Program
    settings: Settings
    complains: Connection
    ledger: Path
    is_prepared: Event = field(default_factory=multiprocessing.Event)

    def load(self) -> "Stoppable":
        ends_with = self.ledger, _stop_seconds(self.settings)
        threading.Thread(target=_end_with_the_first, args=ends_with, name="frontis-end", daemon=True).start()
        write_json_logs()
        try:
            # One that takes the place of another must not fail because the database is away for a moment.
            if not self.is_prepared.is_set():
                asyncio.run(_check(self.settings))
                self.program.prepare(self.settings)
                self.is_prepared.set()
            app = self.program.load(self.settings)
            app.state.ledger = self.ledger
            # To look through all that was loaded would hold up the event loop for some milliseconds, again and again.
            _spare_what_is_there()
        except BadSetting as error:
            # Said by the first process, in one line, which ends the others; else they would be started again and again.
            self.complains.send(str(error))
            os.kill(os.getppid(), signal.SIGTERM)
            time.sleep(STOP_SECONDS)
            raise
        from frontis.edge.stopping import Stoppable  # noqa: PLC0415

        return Stoppable(app, most_seconds=self.settings.request_seconds, trusted=self.settings.trusted_proxies)


def _spare_what_is_there() -> None:
    """Let the collector of garbage never look at what is loaded by now."""
    gc.collect()
    gc.freeze()


def _end_with_the_first(ledger: Path, stop_seconds: float) -> None:
    """End this process when the first one is gone: else it would go on, and hold the port."""
    first = multiprocessing.parent_process()
    if first is None:
        return
    while os.getppid() == first.pid:
        # Returns at once when the first is gone, except where a sister process holds a copy of the pipe that tells so.
        first.join(WATCH_SECONDS)
    # Which it would have taken away itself.
    rmtree(ledger, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_seconds)
    os._exit(1)


async def _check(settings: Settings) -> None:
    """Raise BadSetting for what is only found out when the application opens."""
    from frontis.edge.opening import policy_of  # noqa: PLC0415
    from frontis.fetch import Door  # noqa: PLC0415

    await Door(policy_of(settings)).close()


def _raise_file_limit() -> None:
    """A connection is an open file, and shells allow few by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _checked_port(host: str, port: int) -> int:
    """The port to listen on. Granian's sockets may share an address, so a second server would start and take half."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return int(trial.getsockname()[1])
    except OSError as error:
        raise BadSetting(f"Frontis cannot listen on {host} port {port}: {error.strerror}. Choose another.") from None
