"""The pages as an ASGI application, which the edge answers with at their addresses."""

import os

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

PREFIXES = ("/accounts", "/settings", "/admin", "/static")
"""Every address of the studio is one of these, or begins with one of these and a slash."""


def pages_app() -> ASGI3Application:
    """The application. It speaks HTTP alone: a lifespan is not passed on to it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontis.studio.configuration")
    django.setup()
    from django.core.handlers.asgi import ASGIHandler  # noqa: PLC0415  (Django is set up first)
    from django.db import connections  # noqa: PLC0415

    pages = ASGIHandler()

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        # Wherever we are mounted, our addresses are whole.
        scope = {**scope, "root_path": ""}  # type: ignore[assignment]  # it stays a scope of the same kind
        # Django gives each request a thread of its own. A connection that is kept would outlive its thread.
        async with ThreadSensitiveContext():
            try:
                await pages(scope, receive, send)  # type: ignore[arg-type]  # another name for the same protocol
            finally:
                await sync_to_async(connections.close_all)()

    return answer
