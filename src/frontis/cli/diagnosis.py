"""How the doctor's findings are told: in lines as they come, or as JSON at the end."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from frontis.cli.doctor.finding import Finding, Verdict

# The words of others are escaped, and no line is broken, so that another program can read it.
_say = Console(highlight=False, emoji=False, soft_wrap=True)
_SIGNS = {Verdict.GOOD: "[green]ok[/]   ", Verdict.NOTE: "[yellow]note[/] ", Verdict.FAULT: "[bold red]fault[/]"}


def tell_in_words(findings: Iterable[Finding]) -> bool:
    """Print each as it comes, then how many there were. Whether there is no fault."""
    counts: Counter[Verdict] = Counter()
    for finding in findings:
        counts[finding.verdict] += 1
        _say.print(f"{_SIGNS[finding.verdict]}  {escape(finding.subject)}: {escape(finding.words)}")
        if finding.remedy:
            _say.print(f"       {escape(finding.remedy)}")
    faults, notes = counts[Verdict.FAULT], counts[Verdict.NOTE]
    _say.print(f"\n{_count(faults, 'fault')}, {_count(notes, 'note')}, {counts[Verdict.GOOD]} good.")
    return not faults


def tell_as_json(findings: Iterable[Finding]) -> bool:
    """Print all of them at once. Whether there is no fault."""
    found = list(findings)
    is_well = not any(each.verdict is Verdict.FAULT for each in found)
    print(json.dumps({"ok": is_well, "findings": [asdict(each) for each in found]}, ensure_ascii=False, indent=2))
    return is_well


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
