"""The edge with the studio's pages before it, in one process: python together.py PORT."""

import os
import sys

import django
from django.core.management import call_command
from granian import Granian
from granian.constants import Interfaces
from starlette.types import ASGIApp, Receive, Scope, Send

from frontis.edge.app import make_app
from frontis.edge.logs import GRANIAN_LOGS, write_json_logs
from frontis.settings import Settings
from frontis.studio.web import PREFIXES, pages_app


def migrate() -> None:
    """Make the tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontis.studio.configuration")
    django.setup()
    call_command("migrate", verbosity=0)


def load() -> ASGIApp:
    write_json_logs()
    edge = make_app(Settings())
    pages = pages_app()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_page = any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES)
        await (pages if is_page else edge)(scope, receive, send)  # type: ignore[arg-type]

    return both


if __name__ == "__main__":
    migrate()
    server = Granian("together", port=int(sys.argv[1]), interface=Interfaces.ASGI, log_dictconfig=GRANIAN_LOGS)
    server.serve(target_loader=load, wrap_loader=False)
