"""How the commands for people tell what they did: as JSON, or as lines and tables."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rich.cells import cell_len
from rich.console import Console

Told = dict[str, Any]
T = TypeVar("T", Told, list[Told])

# The names of others are no commands to Rich, and no line is broken: a key that is cut is no key.
_say = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
_ONCE = "Keep what is secret now: it is not shown again."


def tell(told: T, *, as_json: bool, text: Callable[[T], str]) -> None:
    """Print what was told."""
    if as_json:
        _say.print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say.print(text(told))


def new_account(told: Told) -> str:
    """The account with the keys, which are told only here."""
    keys = _table([], [list(pair) for pair in told["keys"].items()])
    made = [projects(told["projects"]), ""] if told["projects"] else []
    return "\n".join([f"{told['email']}: plan {told['plan']}", "", keys, "", *made, _ONCE])


def accounts(told: list[Told]) -> str:
    """A line for each account."""
    rows = [
        [each["email"], each["plan"], str(each["keys"]), str(each["projects"]), _day(each["joined_at"]), _state(each)]
        for each in told
    ]
    return _table(["e-mail", "plan", "keys", "projects", "joined", ""], rows) if rows else "There are no accounts."


def account(told: Told) -> str:
    """One account with all that is its."""
    state = _state(told)
    first = f"{told['email']}: plan {told['plan']}" + (f", {state}" if state else "")
    seen = _day(told["last_login"]) or "never"
    lines = [first, f"joined {_day(told['joined_at'])}, last signed in {seen}"]
    return "\n".join([*lines, "", keys(told["keys"]), "", projects(told["projects"])])


def new_key(told: Told) -> str:
    """A key, which is told only here."""
    made = f"{told['email']}: {told['kind']} key {told['number']}, {told['name']}"
    return "\n".join([made, "", told["key"], "", _ONCE])


def keys(told: list[Told]) -> str:
    """A line for each key."""
    rows = [
        [
            str(each["number"]),
            each["kind"],
            f"{each['prefix']}…",
            each["name"],
            each["project"] or "any",
            _day(each["created_at"]),
            _day(each["last_used_at"]) or "never",
            f"revoked {_day(each['revoked_at'])}" if each["revoked_at"] else "",
        ]
        for each in told
    ]
    headings = ["number", "kind", "key", "name", "project", "made", "last used", ""]
    return _table(headings, rows) if rows else "There are no keys."


def revoked_key(told: Told) -> str:
    """What became of it."""
    return f"{told['email']}: {told['prefix']}… ({told['name']}) is revoked since {_day(told['revoked_at'])}"


def project(told: Told) -> str:
    """One project."""
    return projects([told])


def projects(told: list[Told]) -> str:
    """A line for each project."""
    rows = [
        [
            each["public_id"],
            each["name"],
            ", ".join(each["domains"]) or "every host",
            "" if each.get("is_active", True) else "closed",
        ]
        for each in told
    ]
    return _table(["public id", "project", "domains", ""], rows) if rows else "There are no projects."


def _state(told: Told) -> str:
    words = [("superuser", told["is_superuser"]), ("closed", not told["is_active"])]
    return ", ".join(word for word, holds in words if holds)


def _day(moment: str | None) -> str:
    """A moment in UTC, to the minute."""
    return moment[:16].replace("T", " ") if moment else ""


def _table(headings: Sequence[str], rows: list[list[str]]) -> str:
    """Columns as wide as what is in them; Rich's own tables are cut at the edge of the terminal."""
    lines = [list(headings), *rows] if headings else rows
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = (
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)
