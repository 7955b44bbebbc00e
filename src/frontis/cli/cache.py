"""The command cache. Its work is done by `caching.py` beside this."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from frontis.errors import BadInput

if TYPE_CHECKING:
    from frontis.cli.caching import Failure

cache_app = typer.Typer(help="Finished pictures in the data folder or the bucket.", no_args_is_help=True)

_say = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
_complain = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


@cache_app.command("stats")
def show_stats(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for another program.")] = False,
) -> None:
    """How many pictures are stored, how large they are, and since when."""
    from frontis.cli.caching import KINDS, stats  # noqa: PLC0415  (each command loads only what it needs)

    told = stats()
    if as_json:
        _say.print(json.dumps(told, indent=2))
        return
    table = Table("", "count", "MB", "oldest", box=None, pad_edge=False)
    for prefix, found in told["stored"].items():
        table.add_row(KINDS[prefix], f"{found['count']:,}", f"{found['bytes'] / 1e6:,.1f}", found["oldest"] or "")
    _say.print(table)
    limits = told["limits"]
    _say.print(f"At most {limits['most_megabytes']:,} MB, for {limits['most_days']} days since they were asked for.")


@cache_app.command("clear")
def clear_pictures(
    account: Annotated[str, typer.Option(metavar="EMAIL", help="What was drawn for this account alone.")] = "",
    project: Annotated[str, typer.Option(metavar="PUBLIC_ID", help="What was drawn for this project alone.")] = "",
    url: Annotated[str, typer.Option(metavar="URL", help="The picture of this address alone.")] = "",
) -> None:
    """Forget finished pictures, all or those of one account, project or address. Servers hear of it in seconds."""
    from frontis.cli import caching  # noqa: PLC0415

    if sum(map(bool, (account, project, url))) > 1:
        raise BadInput("clear", "takes one of --account, --project and --url at a time")
    if account:
        _say.print(_count(caching.clear_account(_number_of(account))))
    elif project:
        _say.print(_count(caching.clear_project(project)))
    elif url:
        caching.clear_address(url)
        _say.print("The address is drawn anew when it is next asked for.")
    else:
        caching.clear()
        _say.print("All finished pictures are forgotten.")


@cache_app.command("warm")
def warm_addresses(
    file: Annotated[Path, typer.Argument(help="A file with one address or path a line; - for standard input.")],
    server: Annotated[
        str, typer.Option(metavar="URL", help="The server that is to draw them.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Let a server draw pictures before anybody asks for them. Exits with 1 when one could not be had."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    addresses = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    failures = asyncio.run(_warm(addresses, server))
    for each in failures:
        _complain.print(f"frontis: {each.address}: {each.problem}")
    _say.print(f"{len(addresses) - len(failures)} of {len(addresses)} pictures are warm.")
    if failures:
        raise typer.Exit(1)


async def _warm(addresses: list[str], server: str) -> "list[Failure]":
    from frontis.cli.caching import warm  # noqa: PLC0415

    with Progress(console=_complain, transient=True) as progress:
        task = progress.add_task("Warming", total=len(addresses))
        failures = []
        async for each in warm(addresses, server):
            progress.advance(task)
            failures += [each] if each else []
        return failures


def _number_of(email: str) -> int:
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.studio.accounts.finding import find_account  # noqa: PLC0415

        number: Any = find_account(email).pk
        return int(number)


def _count(pictures: int) -> str:
    return f"{pictures} picture{'' if pictures == 1 else 's'} forgotten."
