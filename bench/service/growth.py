"""How cost grows: with cores, with the size of a card, and with what is stored. `python -m bench.service.growth`."""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from bench.cards import title
from bench.report import machine
from bench.service.load import load
from bench.service.servers import fetch, frontis

SIZES = ((600, 315), (1200, 630), (2400, 1260))
STORED = (10, 1_000, 100_000)
ASKED = 200
CONNECTIONS = 8
BARE = {"FRONTIS_DATABASE_URL": "none", "FRONTIS_STORE_MB": "0"}
# What a stored picture is beside those that are asked for: it is never read.
FILLER = bytes(1_000)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.service.growth", description="Measure how cost grows.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turns (3)")
    parser.add_argument("--seconds", type=int, default=5, help="how long each time (5)")
    options = parser.parse_args()
    console = Console()
    console.print("; ".join(f"{name}: {value}" for name, value in machine().items()), highlight=False)
    console.print(cores(options.rounds, options.seconds))
    console.print(sizes(options.rounds, options.seconds))
    console.print(stored())


def cores(rounds: int, seconds: int) -> Table:
    """Unique cards a second, with the service held to some of the machine's cores; wrk has all of them."""
    every = sorted(os.sched_getaffinity(0))
    counts = sorted({1, 2, len(every)})
    # By the number of cores and of processes.
    rates: dict[tuple[int, int], list[float]] = {(count, each): [] for count in counts for each in {1, count}}
    for turn in range(rounds):
        for (count, processes), found in rates.items():
            os.sched_setaffinity(0, set(every[:count]))
            try:
                with frontis(workers=processes, **BARE) as (port, _, _):
                    os.sched_setaffinity(0, set(every))
                    found.append(_unique(port, (1200, 630), seconds, turn))
            finally:
                os.sched_setaffinity(0, set(every))
    rows = [(f"{count} / {processes}", found) for (count, processes), found in rates.items()]
    return _table("cores / processes", "cards a second, 1200x630 PNG", rows)


def sizes(rounds: int, seconds: int) -> Table:
    """Unique cards a second by size."""
    rates: dict[tuple[int, int], list[float]] = {size: [] for size in SIZES}
    with frontis(**BARE) as (port, _, _):
        for turn in range(rounds):
            for size in SIZES:
                rates[size].append(_unique(port, size, seconds, turn))
    return _table(
        "size", "cards a second, all cores", [(f"{width}x{height}", rates[width, height]) for width, height in SIZES]
    )


def stored() -> Table:
    """Milliseconds to answer out of the store after a restart, by how much is stored beside."""
    rows = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        settings = {"FRONTIS_DATABASE_URL": "none", "FRONTIS_DATA_DIR": made, "FRONTIS_STORE_MB": "10000"}
        paths = [f"/card/article.png?title={quote(title(number))}" for number in range(ASKED)]
        with frontis(**settings) as (port, _, _):
            for path in paths:
                fetch(port, path)
        for count in STORED:
            _fill(folder / "pictures" / "cards" / "0" / "filler", count - ASKED)
            with frontis(**settings) as (port, _, _):
                fetch(port, "/card/article.png?title=Warm")
                rows.append((f"{max(count, ASKED):,}", [_timed(port, path) for path in paths]))
        shutil.rmtree(folder / "pictures")
    return _table("stored pictures", "ms for one that is not in memory, p50", rows)


def _fill(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(len(list(folder.iterdir())), count):
        (folder / f"{number:064x}.png").write_bytes(FILLER)


def _timed(port: int, path: str) -> float:
    began = time.perf_counter()
    fetch(port, path)
    return (time.perf_counter() - began) * 1000


def _unique(port: int, size: tuple[int, int], seconds: int, turn: int) -> float:
    width, height = size
    words = f"width={width}&height={height}"
    paths = [f"/card/article.png?title={quote(title(number))}&{words}&site={turn}" for number in range(20_000)]
    done = load(port, paths, connections=CONNECTIONS, seconds=seconds, first=0)
    return (done.requests - done.failed) / done.seconds


def _table(first: str, second: str, rows: Sequence[tuple[str, Sequence[float]]]) -> Table:
    made = Table(first, second)
    for name, values in rows:
        made.add_row(name, f"{median(values):,.1f}")
    return made


if __name__ == "__main__":
    main()
