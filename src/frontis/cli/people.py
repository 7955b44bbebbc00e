"""The commands for people: account, key and project. Their work is done by `accounts.py` beside this, on the studio."""

import sys
from typing import Annotated

import typer

from frontis.cli import telling
from frontis.errors import BadInput

account_app = typer.Typer(help="Accounts: each has one e-mail address and one plan.", no_args_is_help=True)
key_app = typer.Typer(help="Keys: an account may have several of each kind.", no_args_is_help=True)
project_app = typer.Typer(help="Projects: the sites of an account.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="free, plus or pro, or another that the admin has.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for another program.")]


@account_app.command("create")
def create_account(
    email: Email,
    plan: Annotated[str, typer.Option(help="free, plus or pro; FRONTIS_DEFAULT_PLAN without it.")] = "",
    password: Annotated[
        str, typer.Option(help="To sign in with. Without it a password is set by `account password` or by mail.")
    ] = "",
    superuser: Annotated[bool, typer.Option("--superuser", help="May do everything in the admin.")] = False,
    project: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A project; repeat it.")] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="A domain of the project; of several projects one of each, in their order, or NAME=HOST. Repeat it.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an account with a key of each kind. The keys are shown this once."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415  (each command loads only what it needs)

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415  (its tables can be imported only now)

        told = accounts.create_account(email, plan, password, project or [], domain or [], is_superuser=superuser)
    telling.tell(told, as_json=as_json, text=telling.new_account)


@account_app.command("password")
def set_password(
    email: Email,
    password: Annotated[str, typer.Option(help="The password. Without it you are asked.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give an account another password, and end its sessions."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.change_password(accounts.known(email), password or _asked_password())
    telling.tell(told, as_json=as_json, text=lambda told: f"{told['email']}: has another password")


@account_app.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """Every account with its plan, and how many good keys and projects it has."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.list_accounts()
    telling.tell(told, as_json=as_json, text=telling.accounts)


@account_app.command("show")
def show_account(email: Email, as_json: AsJson = False) -> None:
    """One account with its keys and projects."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.show_account(email)
    telling.tell(told, as_json=as_json, text=telling.account)


@account_app.command("plan")
def change_plan(email: Email, plan: PlanName, as_json: AsJson = False) -> None:
    """Give an account another plan."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.change_plan(email, plan)
    telling.tell(told, as_json=as_json, text=lambda told: f"{told['email']}: plan {told['plan']}")


@account_app.command("delete")
def delete_account(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete an account with its keys, projects and usage, for good."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        address = accounts.known(email)
        if not yes:
            typer.confirm(f"Delete {address} with its keys, projects and usage?", abort=True, err=True)
        told = accounts.delete_account(address)
    telling.tell(told, as_json=as_json, text=lambda told: f"{told['email']}: deleted")


@key_app.command("create")
def create_key(
    email: Email,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="osig, ogimage, ogstack or urlpix.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "A key",
    project: Annotated[str, typer.Option(metavar="PUBLIC_ID", help="The only project that it is good for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown this once."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.create_key(email, kind, name, project)
    telling.tell(told, as_json=as_json, text=telling.new_key)


@key_app.command("list")
def list_keys(email: Email, as_json: AsJson = False) -> None:
    """The keys of an account: how each begins, and when it was last used."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.list_keys(email)
    telling.tell(told, as_json=as_json, text=telling.keys)


@key_app.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(metavar="PREFIX-OR-NUMBER", help="As `key list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """End a key. Every process knows it within five seconds."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.revoke_key(key)
    telling.tell(told, as_json=as_json, text=telling.revoked_key)


@project_app.command("create")
def create_project(
    email: Email,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    domain: Annotated[list[str] | None, typer.Option(metavar="HOST", help="One of its domains; repeat it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a project. Without a domain, the pages of every host are its."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.create_project(email, name, domain or [])
    telling.tell(told, as_json=as_json, text=telling.project)


@project_app.command("list")
def list_projects(email: Email, as_json: AsJson = False) -> None:
    """The projects of an account with their public ids and domains."""
    from frontis.studio.preparing import prepared  # noqa: PLC0415

    with prepared():
        from frontis.cli import accounts  # noqa: PLC0415

        told = accounts.list_projects(email)
    telling.tell(told, as_json=as_json, text=telling.projects)


def _asked_password() -> str:
    """What somebody types twice without seeing it, or the line that another program sends."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise BadInput("password", "must be given by --password or as a line on the standard input")
    return password
