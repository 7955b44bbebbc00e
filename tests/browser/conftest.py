"""A real server process, a real Chromium, and a page on which any error fails the test."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIETER = ["--disable-sync", "--disable-quic", "--no-first-run"]
START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A server that runs: where it answers, and the file with what it says."""

    address: str
    log: Path


@contextmanager
def running(program: list[str], folder: Path) -> Iterator[Served]:
    """A server with a data folder and a port of its own, which is its program's last argument."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *program, str(port)],
            cwd=folder,
            env=environment | {"FRONTIS_DATA_DIR": str(folder / "data")},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(address, process, log)
        yield Served(address, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`frontis serve`."""
    with running(["-m", "frontis.cli", "serve", "--port"], tmp_path_factory.mktemp("server")) as served:
        yield served


@pytest.fixture(scope="session")
def server(studio: Served) -> str:
    """Its address."""
    return studio.address


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start. It said:\n{log.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, [os.environ.get("CHROMIUM", ""), *PROGRAMS])), None)
    if program is None:
        pytest.fail("There is no Chromium. `make browser` installs it, or says what to do.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *QUIETER])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page of the server's."""
    with watched_page(browser, server) as page:
        yield page


@contextmanager
def watched_page(browser: Browser, server: str, **options: Any) -> Iterator[Page]:
    """A page. Errors in its console, failed requests and requests to elsewhere fail the test."""
    context = browser.new_context(base_url=server, **options)
    page = context.new_page()
    problems: list[str] = []

    def watch(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != server:
            problems.append(f"a request went to {request.url}")

    def fail(request: Request) -> None:
        # A page counts as loaded before the browser has its icon, and a test that goes on at once stops that.
        if not (request.failure == "net::ERR_ABORTED" and request.url.endswith("/favicon.svg")):
            problems.append(f"{request.url}: {request.failure}")

    context.on("request", watch)
    context.on("requestfailed", fail)
    context.on("weberror", lambda error: problems.append(f"the page raised {error.error}"))
    context.on(
        "response", lambda answer: problems.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None
    )
    context.on(
        "console",
        lambda line: problems.append(f"{line.type}: {line.text}") if line.type in ("error", "warning") else None,
    )
    yield page
    context.close()
    assert not problems, "\n".join(problems)
