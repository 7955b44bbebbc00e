"""Runs the application in Granian's processes."""

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import rmtree

from granian import Granian
from granian.constants import Interfaces
from starlette.applications import Starlette

from frontis.edge.app import make_app
from frontis.edge.ledger import Ledger
from frontis.edge.logs import GRANIAN_LOGS, write_json_logs
from frontis.edge.opening import policy_of
from frontis.errors import BadSetting
from frontis.fetch import Door
from frontis.settings import Settings

# Far more than the cards that may be under way, so that what is refused, and /healthz, never wait to be let in.
MOST_CONNECTIONS = 8_192
MOST_FILES = 65_536
STOP_SECONDS = 15
WATCH_SECONDS = 1.0


def serve(
    settings: Settings,
    load: Callable[[Settings], Starlette] = make_app,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
) -> None:
    """Answer on that address until SIGINT or SIGTERM ends it. Port 0 is any that is free; the log tells which.

    load: makes the application, in each process.
    A process that dies is replaced; when another dies in its place within seconds, all end. Raises BadSetting for a
    setting or an address that cannot be used.
    """
    asyncio.run(_check(settings))
    _raise_file_limit()
    write_json_logs()
    address = (settings.metrics_host, settings.metrics_port) if settings.metrics_port else None
    with closing(Ledger(address)) as ledger:
        ledger.open()
        _start(settings, load, ledger.folder, host=host, port=_checked_port(host, port), workers=workers)


def _start(
    settings: Settings, load: Callable[[Settings], Starlette], ledger: Path, *, host: str, port: int, workers: int
) -> None:
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
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=partial(_load, load, settings, ledger), wrap_loader=False)


def _load(load: Callable[[Settings], Starlette], settings: Settings, ledger: Path) -> Starlette:
    """Runs in each process."""
    threading.Thread(target=_end_with_the_first, args=(ledger,), name="frontis-end", daemon=True).start()
    write_json_logs()
    app = load(settings)
    app.state.ledger = ledger
    return app


def _end_with_the_first(ledger: Path) -> None:
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
    time.sleep(STOP_SECONDS)
    os._exit(1)


async def _check(settings: Settings) -> None:
    """Raise BadSetting here, in one line, and not in a process that would be started again and again."""
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
