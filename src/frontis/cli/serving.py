"""frontis serve: tries the operator's templates, makes the database ready, then starts the edge with its studio."""

from functools import partial
from typing import TYPE_CHECKING, cast

from frontis.edge import Program, serve
from frontis.errors import BadSetting
from frontis.settings import NO_DATABASE, Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

TRIED = "good-templates"
"""In the data folder."""


def serve_cards(host: str, port: int, workers: int) -> None:
    """Answer on that address until a signal ends it.

    Raises BadSetting for a wrong environment variable, for a database that cannot be used, and for a template of the
    operator's that cannot be drawn in time: it would take a render thread with it.
    """
    settings = Settings()
    has_accounts = settings.database_url != NO_DATABASE
    program = Program(with_studio, prepare_all) if has_accounts else Program(prepare=try_templates)
    serve(settings, program, host=host, port=port, workers=workers)


def try_templates(settings: Settings) -> None:
    """Raise BadSetting for templates of the operator's that are not fit to be served."""
    if settings.templates_dir:
        from frontis.cli.trial import faults  # noqa: PLC0415  (who has none need not wait for it)

        found = faults(settings.templates_dir, settings.data_dir / TRIED)
        if found:
            raise BadSetting("FRONTIS_TEMPLATES_DIR: " + "; ".join(map(str, found)))


def prepare_all(settings: Settings) -> None:
    """Try the templates, and bring the database up to date. Raises BadSetting."""
    try_templates(settings)
    from frontis.studio.preparing import prepare  # noqa: PLC0415  (an edge alone loads no Django)

    prepare()


def with_studio(settings: Settings) -> "Starlette":
    """The application with accounts: the studio behind its ports, and the studio's pages beside its own."""
    from frontis.edge.app import make_app  # noqa: PLC0415
    from frontis.studio.web import PREFIXES, pages_app  # noqa: PLC0415  (these must find Django set up)

    # Another name for the same protocol.
    pages = cast("ASGIApp", pages_app())
    from frontis.studio.standing import open_ports  # noqa: PLC0415

    return make_app(settings, open_ports=partial(open_ports, settings), pages=dict.fromkeys(PREFIXES, pages))
