"""The commands and their options; the work is done by the modules that they import."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from frontis.cli.cache import cache_app
from frontis.cli.people import account_app, key_app, project_app
from frontis.errors import FrontisError

app = typer.Typer(
    name="frontis",
    help="Draws the picture that faces a link: social cards from a few words, in any script.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
templates_app = typer.Typer(help="The templates that can be drawn here.", invoke_without_command=True)
app.add_typer(templates_app, name="templates")
app.add_typer(account_app, name="account")
app.add_typer(key_app, name="key")
app.add_typer(project_app, name="project")
app.add_typer(cache_app, name="cache")

# What is printed holds names, paths and addresses of others: no bracket or colon in them is a command to Rich, and no
# line is broken, so that another program can read it.
_say = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
_complain = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def main() -> None:
    """Run the command that the arguments name. When it cannot be done, say in one line why, and exit with 1."""
    try:
        app()
    except FrontisError as error:
        _complain.print(f"frontis: {error}")
        sys.exit(1)
    except OSError as error:
        named = f"{error.filename}: {error.strerror}" if error.filename else f"{error}. `frontis doctor` may tell more."
        _complain.print(f"frontis: {named}")
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
) -> None:
    """Answer requests for cards over HTTP."""
    from frontis.cli.serving import serve_cards  # noqa: PLC0415  (each command loads only what it needs)

    serve_cards(host, port, workers)


@app.command()
def render(
    template: Annotated[str, typer.Argument(help="The template's id, such as article.")],
    title: Annotated[str, typer.Option(help="The same as --set title=…")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A variable's value; repeat it.")
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The file to write; its ending tells the format.")
    ] = Path("card.png"),
    width: Annotated[int | None, typer.Option(help="Pixels; the template's own without it.")] = None,
    height: Annotated[int | None, typer.Option(help="Pixels; the template's own without it.")] = None,
    quality: Annotated[int | None, typer.Option(help="1 to 100.")] = None,
    max_kb: Annotated[int | None, typer.Option(help="The byte budget in KiB.")] = None,
    watermark: Annotated[str, typer.Option(help="Words for the corner.")] = "",
) -> None:
    """Draw one card into a file. A picture is given by a file's path or an address (https://…)."""
    from frontis.cli.drawing import Wish, draw_to_file  # noqa: PLC0415

    values = dict(_pair(each) for each in set_ or [])
    if title:
        values["title"] = title
    started = time.perf_counter()
    picture = draw_to_file(Wish(template, values, output, width, height, quality, max_kb, watermark))
    spent = (time.perf_counter() - started) * 1000
    _say.print(
        f"{output}: {picture.size.width}x{picture.size.height}, {len(picture.data) / 1024:.1f} KiB, {spent:.0f} ms"
    )
    for address in picture.missing:
        _complain.print(f"frontis: drawn without {address}: it could not be had")
    if not picture.within_budget:
        _complain.print(f"frontis: even the smallest is over {max_kb} KiB")


@templates_app.callback()
def templates(context: typer.Context) -> None:
    """List the templates, show one, or check a folder of your own."""
    if context.invoked_subcommand is None:
        list_templates()


@templates_app.command("list")
def list_templates() -> None:
    """Every template with its name and what it is for."""
    from frontis.templates import catalogue  # noqa: PLC0415

    table = Table("id", "name", "description", box=None, pad_edge=False)
    for identity in catalogue().ids():
        template = catalogue().look(identity).template
        table.add_row(identity, template.name, template.description)
    _say.print(table)
    for fault in catalogue().faults:
        _complain.print(f"frontis: left out: {fault}")


@templates_app.command("show")
def show_template(identity: Annotated[str, typer.Argument(metavar="ID", help="The template's id.")]) -> None:
    """A template's variables: what each is for, and what it may be."""
    from frontis.cli.listing import variable_rows  # noqa: PLC0415
    from frontis.templates import catalogue  # noqa: PLC0415

    template = catalogue().look(identity).template
    _say.print(f"{template.id}: {template.name}\n{template.description}")
    _say.print(f"sizes: {', '.join(f'{size.width}x{size.height}' for size in template.sizes)}\n")
    table = Table("variable", "kind", "default", "may be", "help", box=None, pad_edge=False)
    for row in variable_rows(template):
        table.add_row(*row)
    _say.print(table)


@templates_app.command("check")
def check_templates(
    folder: Annotated[Path, typer.Argument(help="A template's folder, or a folder of such folders.")],
) -> None:
    """Check templates of your own: what is wrong, in which file and line, and how to mend it."""
    from frontis.cli.trial import check  # noqa: PLC0415

    faults = 0
    for path, fault in check(folder):
        faults += fault is not None
        _say.print(str(fault) if fault else f"{path}: good")
    if faults:
        raise typer.Exit(1)


@app.command()
def gallery(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")] = Path("gallery"),
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ID", help="This template alone; repeat it.")
    ] = None,
) -> None:
    """Draw every template with every kind of content, as PNGs and one index.html."""
    from frontis.cli.gallery import make_gallery, shots  # noqa: PLC0415
    from frontis.templates import catalogue  # noqa: PLC0415

    identities = tuple(only or catalogue().ids())
    total = sum(len(list(shots(identity))) for identity in identities) + 1
    files = list(track(make_gallery(output, identities), "Drawing", total, console=_complain, transient=True))
    _say.print(f"{files[-1]}: {total - 1} pictures")


@app.command()
def sign(
    url: Annotated[str, typer.Argument(help="The address of a card, such as https://og.example.com/g?title=Hello")],
    expires_in: Annotated[
        int, typer.Option(help="Seconds until the address ends.", min=1, max=10 * 366 * 86400)
    ] = 2_592_000,
) -> None:
    """Sign an address, so that nobody can change it, with the service's FRONTIS_SECRET_KEY or FRONTIS_DATA_DIR."""
    from frontis.settings import SECRET_FILE, Settings, secret_key  # noqa: PLC0415
    from frontis.signing import sign_url  # noqa: PLC0415

    settings = Settings()
    file = settings.data_dir / SECRET_FILE
    is_new = not settings.secret_key and not file.exists()
    signed = sign_url(url, secret=secret_key(settings), expires_at=int(time.time()) + expires_in)
    if is_new:
        _complain.print(f"frontis: made a secret, {file.absolute()}: the service that answers must have the same.")
    _say.print(signed)


@app.command()
def doctor(
    server: Annotated[
        str, typer.Option(metavar="URL", help="Also look at a server that runs, such as http://127.0.0.1:8000.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for another program.")] = False,
) -> None:
    """Look for what is missing or set up wrongly, and say how to mend it. Exits with 1 when there is a fault."""
    from frontis.cli.diagnosis import tell_as_json, tell_in_words  # noqa: PLC0415
    from frontis.cli.doctor import examine  # noqa: PLC0415

    if not (tell_as_json if as_json else tell_in_words)(examine(server)):
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE")
    return name, value
