"""The runner: `python -m bench.run` draws the same cards on all sides and prints how they compare."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.cards import CARDS, QUALITY, title
from bench.material import laid_out
from bench.measure import Case, Result, cases, measure
from bench.report import Run, as_data, as_markdown, heading, machine, results_table, verdicts_table
from bench.sides import HERE, OURS, PEERS, Side, SideError


def main() -> None:
    """Measure as the command line asks, and print the report."""
    options = _options()
    # Wide enough for every column, where nobody's window says how wide it is.
    console = Console(width=None if sys.stdout.isatty() else 110)
    _check_tools(options.peers)
    where = machine()
    with console.status("laying out the cards, the photo and the fonts"):
        folder = laid_out(HERE.parent / "build" / "bench")
    with ExitStack() as running:
        sides = []
        for name in ([] if options.without_ours else [OURS]) + options.peers:
            with console.status(f"starting {name}"):
                sides.append(running.enter_context(Side(name, folder)))
        if options.look:
            _save_pictures(sides, options)
        results = _results(sides, options, console)
    run = Run(where, options.rounds, options.in_a_row, sides, results)
    _tell(run, options, console)


def _tell(run: Run, options: argparse.Namespace, console: Console) -> None:
    for line in heading(run):
        console.print(line, highlight=False)
    for form in options.formats:
        console.print(results_table(form, run))
    if run.verdicts:
        console.print(verdicts_table(run, options.cards))
    if options.json:
        options.json.write_text(json.dumps(as_data(run), indent=1) + "\n", encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(as_markdown(run, options.formats), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="Measure Frontis beside its peers.")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each card that count (20)")
    parser.add_argument("--in-a-row", type=int, default=5, help="drawings in each turn (5)")
    parser.add_argument("--warm-up", type=int, default=4, help="turns of each card before those that count (4)")
    for name, choices in (("cards", CARDS), ("formats", tuple(QUALITY)), ("peers", PEERS)):
        words = f"some of {','.join(choices)} (all)"
        parser.add_argument(f"--{name}", type=_some_of(choices), default=list(choices), metavar="A,B", help=words)
    parser.add_argument("--without-ours", action="store_true", help="measure the peers alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the results there, as one table")
    parser.add_argument(
        "--look", type=Path, metavar="DIR", help="also write each side's pictures there, to be looked at"
    )
    options = parser.parse_args()
    if min(options.rounds, options.in_a_row) < 2 or options.warm_up < 0:
        parser.error("--rounds and --in-a-row must be at least 2, --warm-up at least 0")
    return options


def _some_of(choices: Sequence[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := set(names) - set(choices):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is none of {', '.join(choices)}")
        return [name for name in choices if name in names]

    return read


def _check_tools(peers: Sequence[str]) -> None:
    """Stop, saying what is missing, if a peer cannot run."""
    if peers and not shutil.which("node"):
        sys.exit("the peers need Node 20 or newer: install it, or measure without them (--peers '')")
    if peers and not (HERE / "peers" / "node_modules").is_dir():
        sys.exit("the peers are not installed: npm ci --prefix bench/peers")


def _save_pictures(sides: Sequence[Side], options: argparse.Namespace) -> None:
    options.look.mkdir(parents=True, exist_ok=True)
    for side, card, form in cases(sides, options.cards, options.formats):
        drawn_by = next(each for each in sides if each.name == side)
        drawn_by.draw(card, title(0), form, options.look / f"{card}-{side}.{form}")


def _results(sides: Sequence[Side], options: argparse.Namespace, console: Console) -> dict[Case, Result]:
    every = cases(sides, options.cards, options.formats)
    columns = (TextColumn("drawing"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn())
    # Drawn seldom, for the bar shares the processor with what it counts.
    with Progress(*columns, console=console, transient=True, refresh_per_second=1) as progress:
        task = progress.add_task("", total=len(every) * (options.warm_up + options.rounds))
        drawings = measure(
            sides,
            every,
            rounds=options.rounds,
            in_a_row=options.in_a_row,
            warm_up=options.warm_up,
            step=lambda: progress.advance(task),
        )
    return {case: Result.of(drawn) for case, drawn in drawings.items()}


if __name__ == "__main__":
    try:
        main()
    except SideError as failure:
        sys.exit(str(failure))
