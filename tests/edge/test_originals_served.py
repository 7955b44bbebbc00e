"""Originals, by a real server: fetched once for a herd, there after a restart, and used while their host is away."""

import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from test_serving import Server, server

CARD = "/card/article.png"


@dataclass
class Host:
    """Somebody's pictures. seconds: how long each takes. status: what it answers."""

    port: int = 0
    seconds: float = 0
    status: int = 200
    tags: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hero.png"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), "#dc2626").save(out, "PNG")
    return out.getvalue()


@contextmanager
def hosting() -> Iterator[Host]:
    host, data = Host(), picture()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers["If-None-Match"]
            host.tags.append(tag)
            time.sleep(host.seconds)
            status = 304 if tag and host.status == 200 else host.status
            body = data if status == 200 else b""
            self.send_response(status)
            for name, value in {"ETag": '"one"', "Content-Type": "image/png", "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    there = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.port = there.server_address[1]
    threading.Thread(target=there.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        there.shutdown()
        there.server_close()


def counted(here: Server, name: str) -> dict[str, float]:
    page = here.client.get("/metrics").text
    return {labels: float(value) for labels, value in re.findall(rf"^{name}_total\{{(.*)\}} (.*)$", page, re.MULTILINE)}


def ask(here: Server, title: str, host: Host) -> httpx.Response:
    return httpx.get(f"{here.url}{CARD}", params={"title": title, "hero": host.url}, timeout=60)


def wait_for_files(folder: Path, count: int) -> list[Path]:
    for _ in range(1000):
        found = [path for path in folder.rglob("originals/*/*") if re.fullmatch("[0-9a-f]{64}", path.name)]
        if len(found) >= count:
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def test_two_hundred_who_ask_for_one_new_card_with_a_slow_picture_cost_one_fetch_and_one_drawing(
    tmp_path: Path,
) -> None:
    with hosting() as host, server(tmp_path, FRONTIS_FETCH_ALLOW="127.0.0.0/8") as here:
        host.seconds = 1
        with ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(lambda _: ask(here, "Herd", host), range(200)))
        renders, sources = counted(here, "frontis_renders"), counted(here, "frontis_originals")
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert "max-age=60" not in answers[0].headers["cache-control"]
    assert len(host.tags) == 1
    assert sources == {'source="fetched"': 1}
    assert sum(renders.values()) == 1


def test_an_original_outlives_a_process_that_was_killed_and_its_host(tmp_path: Path) -> None:
    start = partial(server, tmp_path, FRONTIS_FETCH_ALLOW="127.0.0.0/8", FRONTIS_SECRET_KEY="a secret of tests")
    with hosting() as host:
        with start() as first:
            whole = ask(first, "One", host)
            (file,) = wait_for_files(tmp_path, 1)
            first.process.send_signal(signal.SIGKILL)
            first.process.wait(20)
        url = host.url
    with start() as second:
        again = httpx.get(f"{second.url}{CARD}", params={"title": "Two", "hero": url}, timeout=60)
        assert again.headers["cache-control"] == whole.headers["cache-control"]
        assert counted(second, "frontis_originals") == {'source="shelf"': 1}
    assert b"hero.png" in file.read_bytes()
    assert "hero" not in str(file.relative_to(tmp_path))


def test_without_room_for_originals_nothing_is_written(tmp_path: Path) -> None:
    with (
        hosting() as host,
        server(tmp_path, FRONTIS_FETCH_ALLOW="127.0.0.0/8", FRONTIS_ORIGINALS_MB="0") as here,
    ):
        assert ask(here, "One", host).status_code == 200
        assert ask(here, "Two", host).status_code == 200
        assert here.stop() == 0
    assert len(host.tags) == 1
    assert list(tmp_path.rglob("originals")) == []
