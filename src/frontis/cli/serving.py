"""frontis serve: makes the database ready, tries the operator's templates, then starts the edge with its studio."""

from collections.abc import Callable
from functools import partial
from typing import cast

from starlette.applications import Starlette
from starlette.types import ASGIApp

from frontis.edge import make_app, serve
from frontis.errors import BadSetting
from frontis.settings import NO_DATABASE, Settings

TRIED = "good-templates"
"""In the data folder."""


def serve_cards(host: str, port: int, workers: int) -> None:
    """Answer on that address until a signal ends it.

    Raises BadSetting for a wrong environment variable, for a database that cannot be used, and for a template of the
    operator's that cannot be drawn in time: it would take a render thread with it.
    """
    settings = Settings()
    if settings.templates_dir:
        # The engine is loaded in this process only where it has something to try.
        from frontis.cli.trial import faults  # noqa: PLC0415

        found = faults(settings.templates_dir, settings.data_dir / TRIED)
        if found:
            raise BadSetting("FRONTIS_TEMPLATES_DIR: " + "; ".join(map(str, found)))
    load: Callable[[Settings], Starlette] = make_app
    if settings.database_url != NO_DATABASE:
        from frontis.studio.preparing import prepare  # noqa: PLC0415  (an edge alone loads no Django)

        prepare()
        load = with_studio
    serve(settings, load, host=host, port=port, workers=workers)


def with_studio(settings: Settings) -> Starlette:
    """The application with accounts: the studio behind its ports, and the studio's pages beside its own."""
    from frontis.studio.web import PREFIXES, pages_app  # noqa: PLC0415  (these must find Django set up)

    # Another name for the same protocol.
    pages = cast("ASGIApp", pages_app())
    from frontis.studio.standing import open_ports  # noqa: PLC0415

    return make_app(settings, open_ports=partial(open_ports, settings), pages=dict.fromkeys(PREFIXES, pages))
