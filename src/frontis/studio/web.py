"""The pages as an ASGI application, which the edge answers with at their addresses."""

import asyncio
import os
from typing import Any
from urllib.parse import urlsplit

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

PREFIXES = ("/accounts", "/settings", "/admin", "/static")
"""Every address of the studio is one of these, or begins with one of these and a slash."""
LARGEST_BODY = 1_000_000
SLOWEST_BODY_SECONDS = 10


class _Refused(Exception):
    """A body that is too large or too slow. status: what to answer."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


def pages_app() -> ASGI3Application:
    """The application. It speaks HTTP alone: a lifespan is not passed on to it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontis.studio.configuration")
    django.setup()
    from django.conf import settings  # noqa: PLC0415  (Django is set up first)
    from django.core.handlers.asgi import ASGIHandler  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    pages = ASGIHandler()
    public_url: str = settings.FRONTIS.public_url

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            body = await _body(receive)
        except _Refused as refusal:
            await _refuse(send, refusal.status)
            return

        async def replay() -> Any:  # noqa: ANN401  (a message)
            nonlocal body
            if body is None:
                return await receive()
            whole, body = body, None
            return {"type": "http.request", "body": whole, "more_body": False}

        # Django gives each request a thread of its own. A connection that is kept would outlive its thread.
        async with ThreadSensitiveContext():
            try:
                await pages(_placed(scope, public_url), replay, send)  # type: ignore[arg-type]  # the same protocol
            finally:
                await sync_to_async(connections.close_all)()

    return answer


def _placed(scope: Any, public_url: str) -> Any:  # noqa: ANN401  (a scope)
    """The scope with whole addresses, wherever we are mounted, and with the host that the world knows us by."""
    scope = {**scope, "root_path": ""}
    if public_url:
        parts = urlsplit(public_url)
        rest = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope |= {"scheme": parts.scheme, "headers": [(b"host", parts.netloc.encode()), *rest]}
    return scope


async def _body(receive: ASGIReceiveCallable) -> bytes | None:
    """The whole body, read before Django holds a thread or a file for it. Raises _Refused."""
    parts = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            while (message := await receive())["type"] == "http.request":
                parts += message.get("body", b"")
                if len(parts) > LARGEST_BODY:
                    raise _Refused(413)
                if not message.get("more_body", False):
                    return bytes(parts)
    except TimeoutError:
        raise _Refused(408) from None
    raise _Refused(400)


async def _refuse(send: Any, status: int) -> None:  # noqa: ANN401
    words = {413: b"The body is too large.", 408: b"The body did not arrive in time."}.get(status, b"")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
