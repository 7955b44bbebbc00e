"""One line of the log for each request, and an answer when something broke."""

import time
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontis.edge.replies import problem, respond

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_KEY = "frontis.visit"
_LONGEST_PATH = 200


@dataclass
class Visit:
    """What is known of a request by its end, for the log. Never a query string: keys and signatures travel in it."""

    status: int = 0
    sent_bytes: int = 0
    dialect: str = ""
    template: str = ""
    is_cached: bool | None = None


def visit_of(scope: Scope) -> Visit:
    """The visit that a request is part of."""
    visit: Visit = scope[_KEY]
    return visit


def loggable(path: str) -> str:
    """A path as it may stand in the log: those of accounts end with what was mailed to one reader alone."""
    pieces = [piece for piece in path.split("/") if piece]
    if pieces[:1] == ["accounts"] and len(pieces) > 2:
        return f"/accounts/{pieces[1][:_LONGEST_PATH]}/…"
    return path[:_LONGEST_PATH]


class Visits:
    """ASGI middleware, behind the short way alone."""

    def __init__(self, app: ASGIApp, *, log_each: bool = True) -> None:
        self._app = app
        self._log_each = log_each

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and write down how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        visit = scope[_KEY] = Visit()

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
            else:
                visit.sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception:
            log.exception("request failed unexpectedly", path=loggable(scope["path"]))
            if not visit.status:
                reply = problem(500, "Internal Server Error", "Something broke here. It was logged.")
                await respond(reply, method=scope["method"])(scope, receive, watched_send)
        finally:
            if self._log_each:
                write_down(scope, visit, time.perf_counter() - began)


def write_down(scope: Scope, visit: Visit, seconds: float) -> None:
    """Write the line of one request."""
    known: dict[str, object] = {"dialect": visit.dialect, "template": visit.template}
    if visit.is_cached is not None:
        known["cache"] = "hit" if visit.is_cached else "miss"
    log.info(
        "request",
        method=scope["method"],
        path=loggable(scope["path"]),
        status=visit.status,
        ms=round(seconds * 1000, 1),
        bytes=visit.sent_bytes,
        **{name: value for name, value in known.items() if value},
    )
