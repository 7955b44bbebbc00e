"""A PostgreSQL of a test's own, which it may stop and start."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "tools" / "postgres"


class PostgresServer:
    """Listens on a socket in its folder, and keeps there what it was told when it is stopped."""

    def __init__(self) -> None:
        self._folder = Path(_run("make"))
        self.url = _run("url", self._folder)

    def start(self) -> None:
        _run("start", self._folder)

    def stop(self) -> None:
        """At once, as a machine that loses its power."""
        _run("stop", self._folder)

    def pause(self) -> None:
        """Connections and questions are taken, and never answered."""
        self._tell(signal.SIGSTOP)

    def resume(self) -> None:
        self._tell(signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        _run("remove", self._folder)

    def _tell(self, number: signal.Signals) -> None:
        first = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        for each in (first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())):
            os.kill(each, number)


def _run(task: str, *folder: Path) -> str:
    done = subprocess.run([PROGRAM, task, *folder], stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return done.stdout.strip()


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
