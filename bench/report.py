"""What a run came to: tables for people, JSON for programs."""

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from rich.table import Table

from bench.cards import QUALITY
from bench.goals import Verdict, judge
from bench.measure import Case, Result
from bench.sides import OURS, Side


@dataclass(frozen=True)
class Run:
    """One whole run. where: as `machine` tells it."""

    where: Mapping[str, str]
    rounds: int
    in_a_row: int
    sides: Sequence[Side]
    results: Mapping[Case, Result]

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """One on each claim that this run can judge."""
        return judge(self.results)


def machine() -> dict[str, str]:
    """When and on what this is measured."""
    known = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", known.read_text(), re.MULTILINE) if known.exists() else None
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": model[1] if model else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def heading(run: Run) -> Iterator[str]:
    """Where, when and what was measured, line by line."""
    yield "; ".join(f"{name}: {value}" for name, value in run.where.items())
    yield from (f"{side.name}: {side.label}, on {side.runtime}" for side in run.sides)
    yield f"{run.rounds} rounds, {run.in_a_row} cards in a row, one in flight; no title twice"
    yield "times in ms; first: the first of a row, before which others were at work; the rest: those that follow"


def results_table(form: str, run: Run) -> Table:
    """All sides of one format, card by card; the last columns are our share of each peer's time and bytes."""
    table = Table(title=_format_title(form), title_justify="left", title_style="bold")
    table.add_column("card", no_wrap=True)
    table.add_column("side", no_wrap=True)
    for name in ("first", "p50", "p95", "CPU", "kB", "our first", "our p50", "our kB"):
        table.add_column(name, justify="right", no_wrap=True)
    shown = ""
    for case, result in run.results.items():
        if case.form != form:
            continue
        if shown and shown != case.card:
            table.add_section()
        table.add_row("" if shown == case.card else case.card, case.side, *_cells(case, result, run.results))
        shown = case.card
    return table


def _format_title(form: str) -> str:
    quality = QUALITY[form]
    return f"{form.upper()}, quality {quality}" if quality else form.upper()


def _cells(case: Case, result: Result, results: Mapping[Case, Result]) -> list[str]:
    ours = None if case.side == OURS else results.get(Case(OURS, case.card, case.form))
    return [
        f"{result.first:.1f}",
        f"{result.p50:.1f}",
        f"{result.p95:.1f}",
        "" if result.cpu_ms is None else f"{result.cpu_ms:.1f}",
        f"{result.size_bytes / 1000:.1f}",
        f"{ours.first / result.first:.2f}x" if ours else "",
        f"{ours.p50 / result.p50:.2f}x" if ours else "",
        f"{ours.size_bytes / result.size_bytes:.2f}x" if ours else "",
    ]


def verdicts_table(run: Run, cards: Sequence[str]) -> Table:
    """Each claim: PASS or MISS by the mean over the cards; each share is green within the limit and red past it."""
    table = Table(title="What we claim", title_justify="left", title_style="bold")
    for name in ("format", "our share of", "at most", "mean", *cards, ""):
        table.add_column(name)
    for verdict in run.verdicts:
        shares = [_coloured(verdict.shares[card], verdict.limit) if card in verdict.shares else "" for card in cards]
        word = "[bold green]PASS[/]" if verdict.is_met else "[bold red]MISS[/]"
        subject, limit = f"{verdict.peer}'s {verdict.what}", f"{verdict.limit:.2f}x"
        table.add_row(verdict.form.upper(), subject, limit, _coloured(verdict.mean, verdict.limit), *shares, word)
    return table


def _coloured(share: float, limit: float) -> str:
    return f"[{'green' if share <= limit else 'red'}]{share:.2f}x[/]"


def as_data(run: Run) -> dict[str, object]:
    """The run as plain data. Times in milliseconds."""
    return {
        "machine": dict(run.where),
        "rounds": run.rounds,
        "in_a_row": run.in_a_row,
        "sides": {side.name: {"name": side.label, "runtime": side.runtime} for side in run.sides},
        "results": [{**case._asdict(), **asdict(result)} for case, result in run.results.items()],
        "verdicts": [{**asdict(verdict), "mean": verdict.mean, "is_met": verdict.is_met} for verdict in run.verdicts],
    }


def as_markdown(run: Run, forms: Sequence[str]) -> str:
    """The run as one table for a README: a row a format and card, first and p50 ms and kB for each side."""
    names = [side.name for side in run.sides]
    lines = [
        f"| first, p50 ms / kB | {' | '.join(side.label for side in run.sides)} |",
        f"| --- |{' --- |' * len(names)}",
    ]
    for form in forms:
        for card in dict.fromkeys(case.card for case in run.results):
            found = [run.results.get(Case(name, card, form)) for name in names]
            cells = [
                f"{each.first:.1f}, {each.p50:.1f} / {each.size_bytes / 1000:.0f}" if each else "" for each in found
            ]
            lines.append(f"| {_format_title(form)}: {card} | {' | '.join(cells)} |")
    told = "; ".join(f"{name}: {value}" for name, value in run.where.items())
    return "\n".join([*lines, "", f"Measured by `make bench`. {told}; {run.rounds} rounds of {run.in_a_row}.", ""])
