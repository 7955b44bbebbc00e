"""The runner: each claim about the service, measured beside its peer in one run."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from bench.cards import EYEBROW, SITE, SUBTITLE, title
from bench.material import laid_out
from bench.report import machine
from bench.service.load import Answered, load
from bench.service.servers import HERE, ServerError, fetch, frontis, memory_mb, nginx, takumi
from frontis.cli.samples import SAMPLES
from frontis.model.machine import usable_cores

CARDS = ("flat", "gradient")
TEMPLATES = {"FRONTIS_TEMPLATES_DIR": str(HERE / "templates")}
MOST_PATHS = 40_000
BUSY_CONNECTIONS = 16
# No more than the cores of a small machine can draw at once: what waits in the queue is not measured.
DRAWING_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One claim.

    ours, peer: as `unit` has it; peer is None where the goal is a number. share: what the goal is about.
    """

    what: str
    unit: str
    ours: float
    peer: float | None
    share: float
    goal: str
    is_met: bool


def main() -> None:
    """Measure as the command line asks, and print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.service", description="Measure the service beside its peers."
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often both sides of a row are measured in turn (5)")
    parser.add_argument("--seconds", type=int, default=5, help="how long each time (5)")
    parser.add_argument("--cards", type=int, default=2_000, help="unique cards for the row of memory (2,000)")
    parser.add_argument("--rows", default="unique,cached,calm,start,memory", help="some of these (all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results there")
    options = parser.parse_args()
    console = Console()
    where = machine()
    measures = {"unique": unique, "cached": cached, "calm": calm, "start": start, "memory": memory}
    rows: list[Row] = []
    for name in options.rows.split(","):
        with console.status(f"measuring: {name}"):
            rows += measures[name](options)
    console.print("; ".join(f"{name}: {value}" for name, value in where.items()), highlight=False)
    console.print(table(rows))
    if options.json:
        options.json.write_text(json.dumps({"machine": where, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")


def table(rows: Sequence[Row]) -> Table:
    """The rows for people."""
    made = Table("what", "ours", "peer", "share", "goal", "")
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:,.1f} {row.unit}"
        word = "[bold green]PASS[/]" if row.is_met else "[bold red]MISS[/]"
        made.add_row(row.what, f"{row.ours:,.1f} {row.unit}", peer, f"{row.share:.2f}", row.goal, word)
    return made


def _ours(number: int) -> str:
    """Where our service has the numbered card."""
    words = f"eyebrow={quote(EYEBROW)}&subtitle={quote(SUBTITLE)}&site={SITE}&title={quote(title(number))}"
    return f"/card/bench-{CARDS[number % 2]}.png?{words}"


def unique(options: argparse.Namespace) -> list[Row]:
    """Cards that nobody has asked for before, as many as can be drawn in a second, by one process and by one a core."""
    ours_paths = [_ours(number) for number in range(MOST_PATHS)]
    peer_paths = [f"/{CARDS[number % 2]}?title={quote(title(number))}" for number in range(MOST_PATHS)]
    # Each round goes on where the last one ended, so that no card comes twice.
    cores = usable_cores()
    one, each, peer = "one process", f"{cores} processes", "peer"
    asked, rates = dict.fromkeys((one, each, peer), 0), {side: list[float]() for side in (one, each, peer)}
    with (
        frontis(**TEMPLATES) as (port, _, _),
        frontis(workers=cores, **TEMPLATES) as (cores_port, _, _),
        takumi(laid_out(HERE.parent / "build" / "bench")) as peer_port,
    ):
        sides = ((one, port, ours_paths), (each, cores_port, ours_paths), (peer, peer_port, peer_paths))
        for turn in range(options.rounds + 1):
            for side, at, paths in sides:
                done = load(at, paths, connections=DRAWING_CONNECTIONS, seconds=options.seconds, first=asked[side])
                _check(done)
                asked[side] += done.requests + DRAWING_CONNECTIONS
                # The first round warms all up.
                if turn:
                    rates[side].append(done.rate)
    theirs = median(rates[peer])
    found = {side: median(rates[side]) for side in (one, each)}
    return [
        Row(f"unique cards, {side}", "a second", ours, theirs, ours / theirs, ">= 1.3", ours / theirs >= 1.3)
        for side, ours in found.items()
    ]


def cached(options: argparse.Namespace) -> list[Row]:
    """A card that is there, as often as it can be sent, beside nginx with the same bytes on the disk."""
    path = _ours(1)
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    with frontis(**TEMPLATES) as (port, _, _), nginx({"card.png": fetch(port, path)}) as peer_port:
        for turn in range(options.rounds + 1):
            for side, at, asked in (("ours", port, path), ("peer", peer_port, "/card.png")):
                done = load(at, [asked], connections=BUSY_CONNECTIONS, seconds=options.seconds)
                _check(done)
                if turn:
                    rates[side].append(done.rate)
    ours, peer = median(rates["ours"]), median(rates["peer"])
    return [Row("cached card", "a second", ours, peer, ours / peer, ">= 0.25", ours / peer >= 0.25)]


def calm(options: argparse.Namespace) -> list[Row]:
    """A card that is there, while the machine is busy with new ones: the 99th percentile of its answers."""
    path = _ours(1)
    fresh = [_ours(number) for number in range(2, MOST_PATHS)]
    with frontis(**TEMPLATES) as (port, _, _):
        fetch(port, path)
        seconds = options.seconds * options.rounds
        drawing = threading.Thread(
            target=load, args=(port, fresh), kwargs={"connections": DRAWING_CONNECTIONS, "seconds": seconds + 2}
        )
        drawing.start()
        time.sleep(1)
        times = sorted(_timed(port, path, seconds))
        drawing.join()
    p99 = times[int(len(times) * 0.99)]
    return [Row("cached card while others are drawn, p99", "ms", p99, None, p99, "< 10", p99 < 10)]


def _timed(port: int, path: str, seconds: float) -> Iterator[float]:
    """Milliseconds of one request after the other, ten a second at most, over one connection each."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        fetch(port, path)
        yield (time.perf_counter() - began) * 1000
        time.sleep(0.02)


def start(options: argparse.Namespace) -> list[Row]:
    """From the command to the first picture."""
    times = []
    for _ in range(options.rounds + 1):
        with frontis() as (port, _, began):
            fetch(port, "/card/article.png?title=Hello")
            times.append(time.perf_counter() - began)
    taken = median(times[1:])
    return [Row("start to first picture", "s", taken, None, taken, "< 2", taken < 2)]


def memory(options: argparse.Namespace) -> list[Row]:
    """All processes, after unique cards in every script that we ship; and what the second half of them added."""
    words = cycle([sample.headline or "Hello" for sample in SAMPLES] + ["한국어 제목", "Заголовок", "தமிழ்", "ภาษาไทย"])
    with frontis() as (port, process, _):
        half = 0.0
        for number, word in zip(range(options.cards), words, strict=False):
            form = ("png", "jpg", "webp")[number % 3]
            fetch(port, f"/card/article.{form}?title={quote(f'{word} {number}'[-120:])}")
            if number == options.cards // 2:
                half = memory_mb(process.pid)
        whole = memory_mb(process.pid)
    grown = f", {whole - half:+.0f} since half of them"
    return [Row(f"memory after {options.cards:,} unique cards{grown}", "MB", whole, None, whole, "< 300", whole < 300)]


def _check(done: Answered) -> None:
    if done.failed:
        raise ServerError(f"{done.failed} of {done.requests} requests failed")


if __name__ == "__main__":
    try:
        main()
    except ServerError as failure:
        sys.exit(str(failure))
