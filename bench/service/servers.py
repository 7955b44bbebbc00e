"""The servers that are measured, each a process of its own on a port of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent.parent
WAIT_SECONDS = 60
NGINX = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  types {{ image/png png; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


class ServerError(Exception):
    """A server did not start, or stopped."""


@contextmanager
def frontis(*, workers: int = 1, **settings: str) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """Our service with the bench's templates, on a data folder of its own: its port, its process, its start's time."""
    port = _free_port()
    command = [sys.executable, "-m", "frontis.cli", "serve", "--port", str(port), "--workers", str(workers)]
    with tempfile.TemporaryDirectory() as data:
        known = {"FRONTIS_DATA_DIR": data, "FRONTIS_ACCESS_LOG": "false"}
        began = time.perf_counter()
        with _running(command, port, {**known, **settings}) as process:
            yield port, process, began


@contextmanager
def takumi(material: Path) -> Iterator[int]:
    """A Node server with Takumi in worker threads: its port."""
    port = _free_port()
    with _running(["node", str(HERE / "peers" / "server.mjs"), str(material), str(port)], port, {}):
        yield port


@contextmanager
def nginx(files: Mapping[str, bytes]) -> Iterator[int]:
    """nginx, which serves these files from the disk: its port."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "files").mkdir()
        for name, data in files.items():
            (folder / "files" / name).write_bytes(data)
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-e", f"{folder}/error.log", "-c", str(configuration), "-g", "daemon off;"]
        with _running(command, port, {}):
            yield port


def fetch(port: int, path: str) -> bytes:
    """The body at a path."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        body: bytes = answer.read()
        return body


def memory_mb(process: int) -> float:
    """What a process and its children take: their proportional set size, where shared pages count once in all."""
    of_one = Path(f"/proc/{process}/smaps_rollup").read_text()
    kilobytes = next(int(line.split()[1]) for line in of_one.splitlines() if line.startswith("Pss:"))
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return kilobytes * 1024 / 1e6 + sum(memory_mb(int(child)) for child in children)


@contextmanager
def _running(command: Sequence[str], port: int, more: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            command, env={**os.environ, **more}, cwd=HERE.parent, stdout=complaints, stderr=complaints
        )
        try:
            _wait(port, process)
            yield process
        except ServerError as error:
            complaints.seek(0)
            raise ServerError(f"{' '.join(command)} {error}:\n{complaints.read()[-2000:]}") from None
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until something listens there."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError("stopped")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise ServerError("does not listen")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
