"""The command cache, beside a server that runs."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from command import frontis

CARD = "/card/article.png?title=Warm"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environment = os.environ | {"FRONTIS_DATA_DIR": str(folder), "FRONTIS_DATABASE_URL": ""}
    command = [sys.executable, "-m", "frontis.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError):
                urlopen(f"{address}/healthz")
                break
            time.sleep(0.05)
        yield address
        process.terminate()


def told(folder: Path, *words: str) -> str:
    done = frontis("cache", *words, FRONTIS_DATA_DIR=str(folder), FRONTIS_DATABASE_URL="")
    assert done.returncode == 0, done.stderr
    return done.stdout


def stored(folder: Path, prefix: str = "cards") -> int:
    return int(json.loads(told(folder, "stats", "--json"))["stored"][prefix]["count"])


def until_stored(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 20
    while stored(folder) != count:
        assert time.monotonic() < deadline


def source_of(server: str, path: str = CARD) -> str:
    with urlopen(server + path) as answer:
        answer.read()
        return str(answer.headers["server-timing"]).partition(",")[0]


def test_pictures_are_warmed_counted_and_forgotten_one_by_one_and_all(
    server: str, folder: Path, tmp_path: Path
) -> None:
    told(folder, "clear")
    before = stored(folder)
    file = tmp_path / "addresses"
    file.write_text(f"# ours\n{CARD}\n\nhttps://og.example.com/g?title=Hello\n")
    assert told(folder, "warm", str(file), "--server", server) == "2 of 2 pictures are warm.\n"
    assert source_of(server) == 'cache;desc="hit"'
    until_stored(folder, before + 2)
    assert "finished pictures" in told(folder, "stats")
    told(folder, "clear", "--url", CARD)
    until_stored(folder, before + 1)
    deadline = time.monotonic() + 30
    while source_of(server) != 'cache;desc="miss"':
        assert time.monotonic() < deadline
        time.sleep(0.2)
    told(folder, "clear")
    assert stored(folder, "marks") == 0


def test_the_pictures_of_an_account_are_forgotten(server: str, folder: Path) -> None:
    made = frontis(
        "account", "create", "alice@example.org", "--plan", "pro", "--json",
        FRONTIS_DATA_DIR=str(folder), FRONTIS_DATABASE_URL="",
    )  # fmt: skip
    key: Any = json.loads(made.stdout)["keys"]["osig"]
    assert source_of(server, f"/g?title=Hers&key={key}") == 'cache;desc="miss"'
    deadline = time.monotonic() + 20
    while told(folder, "clear", "--account", "alice@example.org") != "1 picture forgotten.\n":
        assert time.monotonic() < deadline
    assert told(folder, "clear", "--project", "abcdefghijkl") == "0 pictures forgotten.\n"


def test_what_cannot_be_warmed_is_told(server: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "addresses"
    file.write_text("/nowhere\n/templates\nnonsense\n")
    done = frontis("cache", "warm", str(file), "--server", server, FRONTIS_DATA_DIR=str(folder))
    assert done.returncode == 1
    assert done.stdout == "0 of 3 pictures are warm.\n"
    assert "/nowhere: answers 404" in done.stderr
    assert "/templates: is no picture but application/json" in done.stderr
    assert "nonsense: is no address and no path" in done.stderr
    gone = frontis("cache", "warm", str(file), "--server", "http://127.0.0.1:1", FRONTIS_DATA_DIR=str(folder))
    assert "/nowhere: cannot be asked" in gone.stderr
    assert frontis("cache", "warm", str(file), "--server", "file:///etc").returncode == 1


def test_what_cannot_be_cleared_is_told(folder: Path) -> None:
    for words in (["--url", "/nowhere"], ["--url", CARD, "--project", "x"], ["--account", "nobody@example.org"]):
        done = frontis("cache", "clear", *words, FRONTIS_DATA_DIR=str(folder), FRONTIS_DATABASE_URL="")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("frontis: ")
