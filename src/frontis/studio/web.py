"""The pages as an ASGI application, which the edge answers with at their addresses."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

from frontis.errors import StudioUnavailable
from frontis.studio.database import soon

PREFIXES = ("/accounts", "/settings", "/admin", "/static")
"""Every address of the studio is one of these, or begins with one of these and a slash."""
LARGEST_BODY = 1_000_000
SLOWEST_BODY_SECONDS = 10
# Each page that is made holds a thread and a connection to the database, and one that hangs holds them for as long.
MOST_AT_ONCE = 64
SLOWEST_PAGE_SECONDS = 20.0

_WORDS = {
    408: b"The body did not arrive in time.",
    413: b"The body is too large.",
    503: b"Accounts cannot be reached just now. Pictures can. Try again in a moment.",
}


class _Refused(Exception):
    """A body that is too large or too slow, or a page that cannot be made in time. status: what to answer."""

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

    async def make(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        # Django gives each request a thread of its own. A connection that is kept would outlive its thread.
        async with ThreadSensitiveContext():
            try:
                await pages(_placed(scope, public_url), receive, send)  # type: ignore[arg-type]  # the same protocol
            finally:
                await sync_to_async(connections.close_all)()

    bounds = _Bounds()

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        told = _Answer(send)
        try:
            body: bytes | None = await _body(receive)

            async def replay() -> Any:  # noqa: ANN401  (a message)
                nonlocal body
                if body is None:
                    return await receive()
                whole, body = body, None
                return {"type": "http.request", "body": whole, "more_body": False}

            await bounds.keep(make(scope, replay, told), told)
        except _Refused as refusal:
            told.is_over = True
            await _refuse(send, refusal.status)

    return answer


class _Bounds:
    """How many pages may be made at a time, and how long one may take."""

    def __init__(self) -> None:
        # Those that were given up among them: their threads are held still.
        self._under_way: set[asyncio.Task[None]] = set()

    async def keep(self, page: Coroutine[Any, Any, None], told: "_Answer") -> None:
        """Make the page. Raises _Refused."""
        if len(self._under_way) >= MOST_AT_ONCE:
            page.close()
            raise _Refused(503)
        task = asyncio.create_task(page)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            await soon(task, seconds=SLOWEST_PAGE_SECONDS)
        except StudioUnavailable:
            if not told.is_begun:
                raise _Refused(503) from None
            await task
        except asyncio.CancelledError:
            task.cancel()
            raise


class _Answer:
    """Passes on what a page sends, until it is over."""

    def __init__(self, send: ASGISendCallable) -> None:
        self._send = send
        self.is_begun = False
        self.is_over = False

    async def __call__(self, message: ASGISendEvent) -> None:
        if not self.is_over:
            self.is_begun = True
            await self._send(message)


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
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        *([(b"retry-after", b"10")] if status == 503 else [(b"connection", b"close")]),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": _WORDS.get(status, b"")})
