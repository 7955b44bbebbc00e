"""`frontis serve` in processes of its own, with accounts, and upstreams that do it harm."""

import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

# Bounds of seconds for what takes many of them outside.
SERVE = """
import sys
import frontis.edge.listening, frontis.edge.serving
from frontis.cli.serving import serve_cards
frontis.edge.serving.HEADER_SECONDS = 1
frontis.edge.listening.drop_the_deaf.__kwdefaults__["seconds"] = 1
import frontis.studio.web
frontis.studio.web.SLOWEST_PAGE_SECONDS = 1
for file in sys.argv[3:]:
    import wall_clock
    wall_clock.follow(file)
serve_cards("127.0.0.1", int(sys.argv[1]), int(sys.argv[2]))
"""
# Of a lease, which is what a process that is killed may cost.
MOST_UNITS = 64
Upstream = Callable[[socket.socket], None]


@dataclass
class Installation:
    """folder: the data folder. variables: of the environment."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
        kept["PYTHONPATH"] = str(Path(__file__).parent)
        return kept | {"FRONTIS_DATA_DIR": str(self.folder), "FRONTIS_FETCH_ALLOW": "127.0.0.0/8"} | self.variables

    def account(self, plan: str = "free") -> str:
        """The OSIG key of a new one."""
        done = subprocess.run(
            [sys.executable, "-m", "frontis.cli", "account", "create", "alice@example.com", "--plan", plan, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return str(json.loads(done.stdout)["keys"]["osig"])

    @contextmanager
    def serving(self, *, workers: int = 1, has_clock: bool = False) -> Iterator["Serving"]:
        """has_clock: which can be set."""
        port, output = free_port(), self.folder.parent / f"log-{time.monotonic_ns()}"
        wall_clock = output.with_name(f"{output.name}-clock")
        wall_clock.touch()
        words = [sys.executable, "-c", SERVE, str(port), str(workers), *([str(wall_clock)] if has_clock else [])]
        with output.open("a") as log:
            process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                one = Serving(process, port, client, output, wall_clock)
                until(one.is_well)
                yield one
        finally:
            end(process)

    def counted(self) -> int:
        """Pictures that all accounts were given this month."""
        return int(self._asked("SELECT coalesce(sum(given_out), 0) FROM metering_count WHERE length(period) = 7"))

    def leases(self) -> int:
        return int(self._asked("SELECT count(*) FROM metering_lease"))

    def _asked(self, question: str) -> int:
        address = self.variables.get("FRONTIS_DATABASE_URL")
        opened = psycopg.connect(address) if address else sqlite3.connect(self.folder / "frontis.sqlite3")
        with closing(opened) as database, closing(database.cursor()) as cursor:
            cursor.execute(question)
            ((number,),) = cursor.fetchall()
        return int(number)


@dataclass
class Serving:
    process: "subprocess.Popen[bytes]"
    port: int
    client: httpx.Client
    output: Path
    wall_clock: Path

    def is_well(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        with suppress(httpx.TransportError):
            return self.client.get("/healthz").status_code == 200
        return False

    def lines(self) -> list[dict[str, Any]]:
        """Of the log."""
        return [json.loads(line) for line in self.output.read_text().splitlines() if line.startswith("{")]

    def events(self) -> list[str]:
        return [line["event"] for line in self.lines()]

    def set_clock(self, days: float) -> None:
        """Of its processes: so many days off."""
        self.wall_clock.write_text(str(days))
        wanted = datetime.now(UTC) + timedelta(days=days)

        def is_set() -> bool:
            self.client.get("/healthz")
            told = [line["timestamp"] for line in self.lines() if line["event"] == "request"][-1]
            return abs(datetime.fromisoformat(told) - wanted) < timedelta(minutes=10)

        until(is_set)

    def status(self, path: str, **parameters: str) -> int:
        """Of an answer by a new connection, that came whole; 0 where none did."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", params=parameters, timeout=30).status_code
        except httpx.TransportError:
            return 0

    def metric(self, name: str) -> float:
        """A number of /metrics, with whatever labels."""
        return sum(self.metrics(name).values())

    def metrics(self, name: str, label: str = "") -> dict[str, float]:
        """The same, by the values of a label."""
        families = text_string_to_metric_families(self.client.get("/metrics").text)
        found: defaultdict[str, float] = defaultdict(float)
        for sample in (each for family in families for each in family.samples if each.name == name):
            found[sample.labels.get(label, "")] += sample.value
        return found

    def connect(self, words: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(words)
        return connection

    def children(self) -> set[int]:
        number = self.process.pid
        return {int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()}

    @contextmanager
    def without_room(self) -> Iterator[None]:
        """No file of its processes can grow, as on a full disk: Python ignores SIGXFSZ, so that a write fails."""
        before = {each: resource.prlimit(each, resource.RLIMIT_FSIZE) for each in self.children()}
        for each, (_, hard) in before.items():
            resource.prlimit(each, resource.RLIMIT_FSIZE, (0, hard))
        yield
        for each, limits in before.items():
            resource.prlimit(each, resource.RLIMIT_FSIZE, limits)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def picture() -> bytes:
    page = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(page, "PNG")
    return page.getvalue()


def as_answer(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        + body
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    process.wait()


@contextmanager
def upstream(answer: Upstream) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server on the loopback, with a thread for each request, and what it was asked."""
    asked: list[bytes] = []

    def listen() -> None:
        with ExitStack() as held, suppress(OSError):
            while True:
                connection = held.enter_context(listener.accept()[0])
                threading.Thread(target=reply, args=(connection,), daemon=True).start()

    def reply(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            asked.append(connection.recv(65_536))
            answer(connection)

    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    folder = tmp_path / "data"
    folder.mkdir()
    return Installation(folder)
