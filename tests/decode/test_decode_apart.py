import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from specimens import AS_IT_IS, PLAIN, QUARTERS, assert_near, quartered, quartered_svg, quarters_of, saved, seen, svg

from frontis.decode import apart, decode
from frontis.decode.limits import IDLE_SECONDS_APART, MEMORY_APART, SECONDS_APART
from frontis.errors import BadPicture, DamagedPicture, PictureTooLarge
from frontis.model.output import Size

# Within all limits of size, and most of a minute's work: each paints the whole canvas through a gradient.
ENDLESS = svg(
    '<radialGradient id="g"><stop stop-color="red"/><stop offset="1" stop-opacity="0"/></radialGradient>'
    + '<rect width="100" height="50" fill="url(#g)" opacity=".5"/>' * 4900
)


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[apart._Pool]:
    fresh = apart._Pool()
    monkeypatch.setattr(apart, "_pool", fresh)
    yield fresh
    fresh.end()


def process_of(pool: apart._Pool) -> "subprocess.Popen[bytes]":
    (process,) = pool._idle
    return process._process


def test_a_drawing_that_takes_too_long_is_stopped_and_the_next_one_is_drawn(
    monkeypatch: pytest.MonkeyPatch, pool: apart._Pool
) -> None:
    assert_near(seen(quartered_svg()), QUARTERS)
    process = process_of(pool)
    monkeypatch.setattr(apart, "SECONDS_APART", 0.5)
    with pytest.raises(DamagedPicture, match=r"takes more than 0\.5 s"):
        decode(ENDLESS, AS_IT_IS)
    assert process.poll() == -signal.SIGKILL
    monkeypatch.setattr(apart, "SECONDS_APART", SECONDS_APART)
    assert_near(seen(quartered_svg()), QUARTERS)


def test_endless_drawings_on_many_threads_leave_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, pool: apart._Pool
) -> None:
    monkeypatch.setattr(apart, "SECONDS_APART", 3)

    def outcome(data: bytes) -> str:
        try:
            return str(decode(data, AS_IT_IS).width)
        except DamagedPicture:
            return "stopped"

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(outcome, [ENDLESS, PLAIN["SVG"](), PLAIN["AVIF"](), ENDLESS, PLAIN["SVG"]()]))
    assert outcomes == ["stopped", "1260", "80", "stopped", "1260"]
    assert 1 <= len(pool._idle) <= 2


def test_one_process_serves_many_pictures_and_refusals(pool: apart._Pool) -> None:
    assert_near(seen(quartered_svg()), QUARTERS)
    process = process_of(pool)
    for _ in range(3):
        with pytest.raises(PictureTooLarge, match="nests"):
            decode(svg("<g>" * 100 + "</g>" * 100), AS_IT_IS)
        assert_near(seen(PLAIN["AVIF"]()), QUARTERS)
    assert process_of(pool) is process


def test_a_process_that_has_ended_of_itself_is_replaced(pool: apart._Pool) -> None:
    decode(quartered_svg(), AS_IT_IS)
    process_of(pool).kill()
    assert_near(seen(quartered_svg()), QUARTERS)
    process_of(pool).kill()
    process_of(pool).wait()
    assert_near(seen(quartered_svg()), QUARTERS)


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit",
        "print('hello', flush=True)",
        "print('{}', flush=True)",
        "print('[]', flush=True)",
        """print('{"refusal": "SystemExit", "words": ""}', flush=True)""",
        """print('{"length": 10, "width": 1, "height": 1, "brightness": 0, "opaque": true}', flush=True)""",
        """print('{"length": 0, "width": 1}', flush=True)""",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    ],
)
def test_a_process_that_crashes_or_babbles_is_a_damaged_picture(
    program: str, monkeypatch: pytest.MonkeyPatch, pool: apart._Pool
) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", program)
    with pytest.raises(DamagedPicture, match="SVG"):
        decode(quartered_svg(), AS_IT_IS)
    assert pool._idle == []


def test_without_a_process_the_picture_cannot_be_decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(BadPicture, match="no process could be started"):
        decode(quartered_svg(), AS_IT_IS)


@pytest.mark.parametrize(
    ("format_", "options", "width"),
    [("PNG", {}, 4400), ("JPEG", {}, 4400), ("JPEG", {"progressive": True}, 2200)],
)
def test_pictures_of_very_many_pixels_are_decoded_apart_and_come_out_the_same(
    format_: str, options: dict[str, Any], width: int, pool: apart._Pool
) -> None:
    small, large = (saved(quartered(side, side * 3 // 4), format_, **options) for side in (width * 3 // 4, width))
    assert_near(quarters_of(decode(small, Size(40, 30))), QUARTERS)
    assert pool._idle == []
    assert_near(quarters_of(decode(large, Size(40, 30))), QUARTERS)
    assert len(pool._idle) == 1


def test_a_process_is_bounded_in_memory_and_knows_no_secrets(
    monkeypatch: pytest.MonkeyPatch, pool: apart._Pool
) -> None:
    monkeypatch.setenv("FRONTIS_SECRET_KEY", "a-secret")
    decode(quartered_svg(), AS_IT_IS)
    facts = Path("/proc", str(process_of(pool).pid))
    limits = {line[:26].strip(): line[26:].split()[0] for line in (facts / "limits").read_text().splitlines()}
    assert limits["Max data size"] == str(MEMORY_APART)
    assert limits["Max core file size"] == "0"
    environment = (facts / "environ").read_bytes()
    assert b"PATH=" in environment
    assert b"a-secret" not in environment


SCRIPT = """
import os, sys
from frontis.decode import apart, decode
from frontis.model.output import Size
drawing = b'<svg viewBox="0 0 2 1"/>'
decode(drawing, Size(20, 10))
parent = apart._pool._idle[0]._process.pid
"""


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT + script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_process_outlives_the_one_that_started_it() -> None:
    assert not is_running(int(run("print(parent)")))


def test_a_process_ends_soon_after_its_starter_is_killed() -> None:
    pid = int(run("print(parent, flush=True); os._exit(0)"))
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} still runs, and would for {IDLE_SECONDS_APART} s")


def test_a_fork_starts_processes_of_its_own() -> None:
    script = """
if os.fork() == 0:
    decode(drawing, Size(20, 10))
    os._exit(0 if apart._pool._idle[0]._process.pid != parent else 1)
_, status = os.wait()
decode(drawing, Size(20, 10))
print(status, apart._pool._idle[0]._process.pid == parent)
"""
    assert run(script).split() == ["0", "True"]
