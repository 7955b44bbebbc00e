"""The real thing: a process of its own, the real engine, real sockets."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

SERVE = """
import sys
from frontis.edge import serve
from frontis.settings import Settings
serve(Settings(), port=int(sys.argv[1]), workers=int(sys.argv[2]))
"""
WORDS = "title=10%20Years%20of%20Great%20Books&eyebrow=Article"


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int
    client: httpx.Client
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def server(
    folder: Path,
    *,
    port: int = 0,
    workers: int = 1,
    stdout: Path | None = None,
    code: str = SERVE,
    **variables: str,
) -> Iterator[Server]:
    port, output = port or free_port(), folder / "log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    with output.open("a") as log, (stdout or output).open("a") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(port), str(workers)],
            cwd=folder,
            env=environment | variables,
            stdout=told,
            stderr=log,
            text=True,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_for(client, process, output)
            yield Server(process, port, client, output)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(client: httpx.Client, process: subprocess.Popen[str], output: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"The server did not start:\n{output.read_text()}")


@contextmanager
def silent_host() -> Iterator[tuple[str, threading.Event]]:
    """An address on the loopback that takes requests and says nothing, and whether one came."""
    asked = threading.Event()

    def listen() -> None:
        with ExitStack() as held, suppress(OSError):
            while True:
                connection, _ = listener.accept()
                held.enter_context(connection)
                asked.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hero.png", asked
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(
        tmp_path_factory.mktemp("running"),
        FRONTIS_RENDER_THREADS="1",
        FRONTIS_RENDER_QUEUE="1",
        FRONTIS_FETCH_ALLOW="127.0.0.0/8",
        OSIG_IMAGE_FETCH_TIMEOUT_SECONDS="2",
    ) as one:
        yield one


def test_osigs_card_comes_as_a_real_picture_in_its_documented_sizes(running: Server) -> None:
    for site, size in (("x", (1600, 900)), ("meta", (1200, 630))):
        answer = running.client.get(f"/g?site={site}&style=base&font=helvetica&{WORDS}")
        assert answer.status_code == 200
        with Image.open(BytesIO(answer.content)) as picture:
            assert (picture.size, picture.format) == (size, "PNG")
        assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "avif"])
def test_each_format_is_what_it_says(running: Server, extension: str) -> None:
    answer = running.client.get(f"/card/article.{extension}?{WORDS}")
    with Image.open(BytesIO(answer.content)) as picture:
        assert Image.MIME[str(picture.format)] == answer.headers["content-type"]


def test_head_304_range_and_options_go_over_the_wire_as_they_should(running: Server) -> None:
    address = f"/g?{WORDS}"
    get = running.client.get(address)
    head = running.client.head(address)
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.content == b""
    held = running.client.get(address, headers={"if-none-match": f'"x", W/{get.headers["etag"]}'})
    assert (held.status_code, held.content) == (304, b"")
    assert running.client.get(address, headers={"range": "bytes=0-1"}).content == get.content
    assert running.client.options(address).headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "target",
    [
        b"/g?title=\xff\xfe", b"/g?title=%00%ff%", b"/g?%=%&&&=", b"/g?title=\xe6\x97\xa5", b"/%ff%00", b"//g",
        b"/../../etc/passwd", b"/card/%00.png?title=a", b"/card/..%2f..%2fx.png",
        b"/g?" + b"a" * 16_500, b"/g?" + b"a" * 60_000,
    ],
)  # fmt: skip
def test_no_bytes_in_an_address_break_the_server(running: Server, target: bytes) -> None:
    status = raw(running.port, b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert status in {200, 400, 404, 414}
    assert running.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("host", [b"", b'"><script>', b"\xff", b"a" * 5_000])
def test_no_bytes_in_the_host_break_the_pages(running: Server, host: bytes) -> None:
    assert raw(running.port, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n") in {200, 400}


def raw(port: int, request: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    line = answer.split(b"\r\n", 1)[0].split()
    assert line[0] == b"HTTP/1.1"
    return int(line[1])


def test_a_flood_of_cards_is_shed_at_once_and_the_health_and_cached_cards_are_not_behind_it(running: Server) -> None:
    known = f"/card/metric.png?value=42&label={time.time_ns()}"
    assert running.client.get(known).status_code == 200
    with ThreadPoolExecutor(16) as pool:
        flood = [
            pool.submit(httpx.get, f"{running.url}/card/article.png?{WORDS}&site={n}", timeout=30) for n in range(60)
        ]
        while not all(answer.done() for answer in flood):
            assert running.client.get("/healthz").status_code == 200
            assert running.client.get(known).headers["server-timing"] == 'cache;desc="hit"'
    answers = [answer.result() for answer in flood]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert all(int(each.headers["retry-after"]) >= 1 for each in answers if each.status_code == 503)


def test_a_picture_that_does_not_come_is_left_out_and_holds_up_nobody(running: Server) -> None:
    with silent_host() as (address, asked), ThreadPoolExecutor(1) as pool:
        slow = pool.submit(running.client.get, "/card/article.png", params={"title": "Slow", "hero": address})
        assert asked.wait(10)
        assert httpx.get(f"{running.url}/card/article.png?title=Quick").status_code == 200
        assert not slow.done()
        answer = slow.result()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")


def test_a_client_that_hangs_up_is_noticed_and_not_drawn_for(running: Server) -> None:
    with silent_host() as (address, asked):
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(f"GET /card/article.png?title=Gone&hero={address} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert asked.wait(10)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not [line for line in running.lines() if line.get("status") == 499]:
            time.sleep(0.05)
    assert [line for line in running.lines() if line.get("status") == 499]


def test_an_address_that_is_not_public_is_not_asked(tmp_path: Path) -> None:
    with silent_host() as (address, asked), server(tmp_path) as guarded:
        answer = guarded.client.get("/g", params={"title": "Hello", "image_url": address})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")
        assert not asked.is_set()


def test_the_log_is_json_without_keys_and_the_end_is_clean(tmp_path: Path) -> None:
    with server(tmp_path) as one:
        one.client.get(f"/g?{WORDS}&key=SECRETKEY1")
        assert one.client.get(f"/g?{WORDS}&key=SECRETKEY1&sig=SECRETSIG", timeout=30).status_code == 403
        with pytest.raises(httpx.HTTPStatusError):
            one.client.get("/nowhere").raise_for_status()
        assert one.stop() == 0
        lines = one.lines()
        assert "SECRET" not in one.output.read_text()
    requests = [line for line in lines if line["event"] == "request" and line["path"] != "/healthz"]
    assert [(line["path"], line["status"]) for line in requests] == [("/g", 200), ("/g", 403), ("/nowhere", 404)]
    assert any("Listening at" in str(line["event"]) for line in lines)


def test_a_stop_waits_for_the_card_under_way(tmp_path: Path) -> None:
    with (
        silent_host() as (address, asked),
        server(tmp_path, FRONTIS_FETCH_ALLOW="127.0.0.0/8", OSIG_IMAGE_FETCH_TIMEOUT_SECONDS="1") as one,
        ThreadPoolExecutor(1) as pool,
    ):
        under_way = pool.submit(one.client.get, "/card/article.png", params={"title": "Hello", "hero": address})
        assert asked.wait(10)
        assert one.stop() == 0
        assert under_way.result().status_code in {200, 503}


def test_a_log_that_cannot_be_written_fails_no_request(tmp_path: Path) -> None:
    with server(tmp_path, stdout=Path("/dev/full")) as one:
        assert one.client.get(f"/g?{WORDS}").status_code == 200
        assert one.client.get("/g", params={"title": "Hello", "image_url": one.url}).status_code == 200
        assert one.client.get("/nowhere").status_code == 404
        assert one.stop() == 0
    assert "edge/visits.py" not in (tmp_path / "log").read_text()


def children_of(process: int) -> set[int]:
    return {int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def is_there(process: int) -> bool:
    """Whether it runs: one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def started(one: Server) -> int:
    """How many processes have come to answer since the start."""
    return len([line for line in one.lines() if str(line["event"]).startswith("Started worker")])


def test_a_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with server(tmp_path, workers=2) as one:
        until(lambda: started(one) == 2)
        before = children_of(one.process.pid)
        os.kill(max(before), signal.SIGKILL)
        until(lambda: len(children_of(one.process.pid) - before) == 1)
        until(lambda: started(one) == 3)
        assert one.client.get(f"/g?{WORDS}").status_code == 200
        assert one.stop() == 0


def test_none_is_left_when_the_first_process_is_killed_and_the_port_is_free_again(tmp_path: Path) -> None:
    with server(tmp_path, workers=2) as one:
        until(lambda: started(one) == 2)
        children = children_of(one.process.pid)
        assert len(children) == 2
        one.process.kill()
        one.process.wait()
        try:
            until(lambda: not any(map(is_there, children)))
        finally:
            for child in filter(is_there, children):
                os.kill(child, signal.SIGKILL)
    with server(tmp_path, port=one.port) as again:
        assert again.client.get("/healthz").status_code == 200


def failed_start(port: int, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(port), "1"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def test_a_port_that_is_taken_is_refused_in_one_line(running: Server) -> None:
    line = failed_start(running.port)
    assert re.search(rf"BadSetting: Frontis cannot listen on 127\.0\.0\.1 port {running.port}: ", line)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("FRONTIS_FETCH_ALLOW", "10.0.0.1/8"), ("FRONTIS_CACHE_MB", "x"), ("FRONTIS_FETCH_CA_FILE", __file__)],
)
def test_a_wrong_setting_is_refused_in_one_line_before_anything_starts(variable: str, value: str) -> None:
    assert f"BadSetting: {variable}" in failed_start(free_port(), **{variable: value})


def test_no_process_looks_for_garbage_among_what_it_shares_with_the_first(tmp_path: Path) -> None:
    told = tmp_path / "frozen"
    code = f"""
import gc, pathlib, sys
from frontis.edge import Program, make_app, serve
from frontis.settings import Settings

def load(settings):
    pathlib.Path({str(told)!r}).write_text(str(gc.get_freeze_count()))
    return make_app(settings)

serve(Settings(), Program(load), port=int(sys.argv[1]), workers=int(sys.argv[2]))
"""
    with server(tmp_path, code=code) as one:
        assert int(told.read_text()) > 50_000
        assert one.stop() == 0
