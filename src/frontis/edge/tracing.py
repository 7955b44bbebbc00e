"""Traces by OpenTelemetry, where its own environment variables ask for them; else none of it is loaded."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontis.edge.clients import is_from, parse_trusted
from frontis.edge.request_ids import REQUEST_ID
from frontis.edge.spans import traced
from frontis.edge.visits import known_visit

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
CLOSE_SECONDS = 3.0
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STEPS = ("decode", "compose", "draw", "encode")


class Tracing:
    """The traces of one process. provider: of the SDK."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self.tracer: Tracer = provider.get_tracer("frontis")

    async def close(self) -> None:
        """Send what is kept, if that takes no longer than some seconds."""
        flushed = asyncio.to_thread(self._provider.force_flush, int(CLOSE_SECONDS * 1000))
        try:
            await asyncio.wait_for(flushed, CLOSE_SECONDS)
        except TimeoutError:
            log.warning("traces could not be sent")


def open_tracing(environ: Mapping[str, str]) -> Tracing | None:
    """Traces, where a collector is named and nothing forbids them; else None, as where the SDK is not installed."""
    is_asked = any(environ.get(name) for name in ENDPOINTS) and environ.get("OTEL_TRACES_EXPORTER", "otlp") == "otlp"
    if not is_asked or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        log.warning("OTEL_ variables ask for traces, and OpenTelemetry is not installed: pip install 'frontis[otel]'")
        return None
    is_named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({} if is_named else {"service.name": "frontis"})
    # The SDK's own way to end waits without a bound for a collector that is away.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)


class Traces:
    """ASGI middleware, the outermost. trusted: whose traceparent is taken over (FRONTIS_TRUSTED_PROXIES)."""

    def __init__(self, app: ASGIApp, *, tracing: Tracing, trusted: str = "") -> None:
        self._app = app
        self._tracer = tracing.tracer
        self._trusted = parse_trusted(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Trace one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context  # noqa: PLC0415

        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        span = self._tracer.start_span(method, self._parent(scope), SpanKind.SERVER, {"http.request.method": method})

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= 500:
                    span.set_status(Status(StatusCode.ERROR))
            await send(message)

        try:
            with traced(_Spans(self._tracer, set_span_in_context(span))):
                await self._app(scope, receive, watched_send)
        finally:
            _describe(span, scope)
            span.end()

    def _parent(self, scope: Scope) -> "Context":
        from opentelemetry.context import Context  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        if not is_from(scope, self._trusted):
            return Context()
        said = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
        return TraceContextTextMapPropagator().extract(said, Context())


class _Spans:
    def __init__(self, tracer: "Tracer", parent: "Context") -> None:
        self._tracer = tracer
        self._parent = parent

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        # The text of an error may hold an address: its class is all that is told.
        with self._tracer.start_as_current_span(
            name, self._parent, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    def past(self, stages: Mapping[str, float]) -> None:
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415

        now = time.time_ns()
        began = now - _nanoseconds(stages.get("render", 0))
        self._past("queue", self._parent, began - _nanoseconds(stages.get("queue", 0)), began)
        render = self._tracer.start_span("render", self._parent, start_time=began)
        at = began
        for step in _STEPS:
            if step in stages:
                until = at + _nanoseconds(stages[step])
                self._past(step, set_span_in_context(render), at, until)
                at = until
        render.end(now)

    def _past(self, name: str, parent: "Context", began: int, ended: int) -> None:
        self._tracer.start_span(name, parent, start_time=began).end(ended)


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)


def _describe(span: "Span", scope: Scope) -> None:
    """What the log tells of it too, and no address."""
    told = {"frontis.request_id": scope.get(REQUEST_ID, "")}
    visit = known_visit(scope)
    if visit is not None:
        told |= {"frontis.dialect": visit.dialect, "frontis.template": visit.template, "frontis.source": visit.source}
        told["error.type"] = visit.refusal
    for name, value in told.items():
        if value:
            span.set_attribute(name, value)
