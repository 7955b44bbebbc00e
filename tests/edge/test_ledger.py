"""/metrics of several processes: real ones, with a real first process."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from test_metrics import numbers
from test_serving import Server, children_of, free_port, server, started, until

from frontis.edge.samples import book_of, lasting, page_of, read_book, total, write_book
from frontis.settings import Settings

CARD = "/card/metric.png?value=42"
NATIVE = 'frontis_requests_total{dialect="native",status="200"}'


def told(one: Server) -> dict[str, float]:
    return numbers(httpx.get(f"{one.url}/metrics").raise_for_status().text)


def ask_both(one: Server, path: str, times: int) -> None:
    """Connections of their own, so that every process answers some."""
    for _ in range(times):
        assert httpx.get(f"{one.url}{path}").status_code == 200


@dataclass
class Two:
    server: Server
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/metrics"

    def shown(self) -> dict[str, float]:
        return numbers(httpx.get(self.url).raise_for_status().text)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    port = free_port()
    with server(tmp_path_factory.mktemp("two"), workers=2, FRONTIS_METRICS_PORT=str(port)) as one:
        until(lambda: started(one) == 2)
        until(lambda: told(one)["frontis_processes"] == 2)
        yield Two(one, port)


def test_whichever_process_answers_it_tells_of_all(two: Two) -> None:
    before = told(two.server).get(NATIVE, 0)
    ask_both(two.server, CARD, 30)
    answers = [told(two.server) for _ in range(10)]
    assert {answer[NATIVE] for answer in answers} == {before + 30}
    assert {answer["frontis_queue_limit"] for answer in answers} == {256}


def test_the_processes_share_the_cores(two: Two) -> None:
    assert told(two.server)["frontis_renderers"] == 2 * max(1, Settings().threads // 2)


def test_the_memory_is_that_of_all_processes(two: Two) -> None:
    pids = {two.server.process.pid, *children_of(two.server.process.pid)}
    assert len(pids) == 3
    pages = {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids}
    resident = sum(pages.values()) * os.sysconf("SC_PAGESIZE")
    assert told(two.server)["process_resident_memory_bytes"] == pytest.approx(resident, rel=0.2)


def test_the_port_of_its_own_shows_the_same_and_nothing_else(two: Two) -> None:
    ask_both(two.server, CARD, 3)
    found = two.shown()
    assert found[NATIVE] == told(two.server)[NATIVE]
    assert httpx.get(two.url.removesuffix("/metrics")).status_code == 404
    assert httpx.post(two.url).status_code == 404
    form = httpx.get(two.url, headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert form.headers["content-type"].startswith("application/openmetrics-text")
    assert form.text.endswith("# EOF\n")


@pytest.mark.parametrize(
    "request_", [b"", b"GET", b"\xff\r\n\r\n", b"GET /metrics\r\n\r\n", b"x" * 100_000, b"\r\n\r\n"]
)
def test_no_bytes_break_the_port_of_its_own(two: Two, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", two.port), timeout=10) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except ConnectionResetError:
            pass
    assert answer[:12] in {b"", b"HTTP/1.1 200", b"HTTP/1.1 400", b"HTTP/1.1 404"}
    assert httpx.get(two.url).status_code == 200


def test_those_who_connect_and_say_nothing_keep_nobody_from_asking(two: Two) -> None:
    silent = [socket.create_connection(("127.0.0.1", two.port)) for _ in range(20)]
    try:
        assert httpx.get(two.url).status_code == 200
    finally:
        for each in silent:
            each.close()


def test_a_process_that_is_held_up_is_known_by_what_it_told_before(two: Two) -> None:
    ask_both(two.server, CARD, 20)
    before = two.shown()
    held = max(children_of(two.server.process.pid))
    os.kill(held, signal.SIGSTOP)
    try:
        assert two.shown()[NATIVE] == before[NATIVE]
    finally:
        os.kill(held, signal.SIGCONT)
    until(lambda: two.shown()[NATIVE] == before[NATIVE])


def test_no_total_falls_when_a_process_dies_and_its_numbers_of_now_are_gone(tmp_path: Path) -> None:
    with server(tmp_path, workers=2) as one:
        until(lambda: started(one) == 2)
        until(lambda: told(one)["frontis_processes"] == 2)
        ask_both(one, CARD, 40)
        before = told(one)
        assert before[NATIVE] == 40
        os.kill(max(children_of(one.process.pid)), signal.SIGKILL)
        until(still_told(one, "frontis_processes_ended_total", 1))
        until(still_told(one, "frontis_processes", 2))
        after = told(one)
        assert after[NATIVE] == 40
        assert after["frontis_queue_limit"] == before["frontis_queue_limit"]
        assert one.stop() == 0


def still_told(one: Server, name: str, value: float) -> Callable[[], bool]:
    def is_so() -> bool:
        try:
            return told(one)[name] == value
        except httpx.HTTPError:
            # It died with this connection.
            return False

    return is_so


def test_nothing_is_left_of_it_at_the_end_whoever_is_killed(tmp_path: Path) -> None:
    # Of its own, because other servers come and go beside this one.
    own = tmp_path / "own"
    own.mkdir()
    with server(tmp_path, workers=2, TMPDIR=str(own)) as one:
        (folder,) = own.glob("frontis-*")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert one.stop() == 0
        assert not folder.exists()
    with server(tmp_path, workers=2, TMPDIR=str(own)) as one:
        (folder,) = own.glob("frontis-*")
        one.process.kill()
        until(lambda: not folder.exists())


def test_a_port_that_is_taken_stops_the_start_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(pytest.fail.Exception, match=f"FRONTIS_METRICS_PORT: cannot listen on .* port {port}"),
            server(tmp_path, FRONTIS_METRICS_PORT=str(port)),
        ):
            pass


def counted() -> CollectorRegistry:
    registry = CollectorRegistry()
    Counter("cards", "Cards.", ["kind"], registry=registry).labels('a "quoted"\nkind').inc(3)
    Gauge("waiting", "Waiting.", registry=registry).set(2)
    Histogram("seconds", "Seconds.", registry=registry, buckets=(1, 2)).observe(1.5)
    Gauge("process_start_time_seconds", "Since.", registry=registry).set(100)
    return registry


def test_books_travel_whole_and_add_up() -> None:
    book = book_of(counted())
    assert read_book(write_book(book)) == book
    text = page_of(total([book, read_book(write_book(book))]), "")[0].decode()
    found = [line for line in text.splitlines() if not line.startswith("#")]
    assert found == [
        r'cards_total{kind="a \"quoted\"\nkind"} 6.0',
        "waiting 4.0",
        'seconds_bucket{le="1.0"} 0.0',
        'seconds_bucket{le="2.0"} 2.0',
        'seconds_bucket{le="+Inf"} 2.0',
        "seconds_count 2.0",
        "seconds_sum 3.0",
        "process_start_time_seconds 100.0",
    ]
    assert set(lasting(book)) == {"cards", "seconds"}
