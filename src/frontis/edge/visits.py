"""One line of the log for each request, and an answer when something broke."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontis.edge.counters import Metrics
from frontis.edge.masking import masked_path, remember_what_is_shown
from frontis.edge.replies import problem, respond
from frontis.edge.request_ids import HEADER, REQUEST_ID

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_KEY = "frontis.visit"
_LONGEST_PATH = 200
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


@dataclass
class Visit:
    """What is known of a request by its end, for the log and the metrics.

    Never a query string: keys and signatures travel in it. source: where its picture came from: hot, by its address
    alone; held, where the asker has it; or as Drawn has it. stages: seconds of each, of one that was not in memory.
    refusal: the name of the error that it met.
    """

    status: int = 0
    sent_bytes: int = 0
    dialect: str = ""
    template: str = ""
    source: str = ""
    stages: Mapping[str, float] = field(default_factory=dict)
    refusal: str = ""


def visit_of(scope: Scope) -> Visit:
    """The visit that a request is part of."""
    visit: Visit = scope[_KEY]
    return visit


def known_visit(scope: Scope) -> Visit | None:
    """The same, or None for one that was answered by its address alone."""
    visit: Visit | None = scope.get(_KEY)
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
                own = (HEADER, scope[REQUEST_ID].encode("ascii"))
                message = {**message, "headers": [*message.get("headers", ()), own]}
            else:
                visit.sent_bytes += len(message.get("body", b""))
            await send(message)

        remember_what_is_shown(scope["query_string"], scope["headers"])
        # It is part of the context of each task, and of each drawing, that is begun for this request.
        tokens = structlog.contextvars.bind_contextvars(request_id=scope[REQUEST_ID])
        try:
            await self._app(scope, receive, watched_send)
        except Exception:
            log.exception("request failed unexpectedly", path=masked_path(loggable(scope["path"])))
            if not visit.status:
                reply = problem(500, "Internal Server Error", "Something broke here. It was logged.")
                await respond(reply, method=scope["method"])(scope, receive, watched_send)
        finally:
            write_down(scope, visit, time.perf_counter() - began, log_it=self._log_each)
            structlog.contextvars.reset_contextvars(**tokens)


def write_down(scope: Scope, visit: Visit, seconds: float, *, log_it: bool) -> None:
    """Count one request, and write its line."""
    metrics: Metrics = scope["app"].state.metrics
    metrics.answered(visit.dialect, visit.status, visit.sent_bytes, seconds)
    if visit.source:
        metrics.served(visit.dialect, visit.template, visit.source, visit.stages)
    if visit.refusal:
        metrics.refused(visit.dialect, visit.refusal)
    if not log_it:
        return
    known = {"dialect": visit.dialect, "template": visit.template, "cache": visit.source, "refusal": visit.refusal}
    log.info(
        "request",
        request_id=scope[REQUEST_ID],
        method=scope["method"] if scope["method"] in _METHODS else "other",
        path=loggable(scope["path"]) if visit.status < 400 else masked_path(loggable(scope["path"])),
        status=visit.status,
        ms=round(seconds * 1000, 1),
        bytes=visit.sent_bytes,
        **{name: value for name, value in known.items() if value},
    )
