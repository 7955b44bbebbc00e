"""The ASGI application: every address of every dialect, and ours."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as Path
from starlette.types import ASGIApp, Receive, Scope, Send

from frontis.dialects import DIALECTS
from frontis.edge.alone import alone
from frontis.edge.answering import Address, Nowhere
from frontis.edge.clients import Clients
from frontis.edge.describing import Descriptions
from frontis.edge.examples import signed
from frontis.edge.health import healthz
from frontis.edge.home import Home
from frontis.edge.hot import ShortWay
from frontis.edge.metrics import MetricsPage
from frontis.edge.opening import OpenPorts, OpenSource, Parts, door, engine, lifespan
from frontis.edge.paper import asset
from frontis.edge.readiness import readyz
from frontis.edge.rendering import Draw
from frontis.edge.replies import problem, respond
from frontis.edge.tracing import Traces, open_tracing
from frontis.edge.visits import Visits
from frontis.model.dialect import Dialect, Route
from frontis.settings import Settings, secret_key
from frontis.templates import catalogue

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def make_app(
    settings: Settings,
    *,
    dialects: tuple[Dialect, ...] = DIALECTS,
    draw: Draw | None = None,
    open_source: OpenSource | None = None,
    open_ports: OpenPorts = alone,
    pages: Mapping[str, ASGIApp] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The application. Its threads, its door and its ports open with its lifespan.

    draw, open_source: what draws and what fetches, in place of the engine and the door. open_ports: the studio's;
    without it there are no accounts. pages: the studio's, by the beginning of their path. clock:
    seconds, for the age of pictures that lack something. Raises BadSetting.
    """
    looks = catalogue()
    for fault in looks.faults:
        log.warning("template left out", fault=str(fault))
    home = Home(looks, dialects, public_url=settings.public_url)
    descriptions = Descriptions(dialects, looks, public_url=settings.public_url)
    parts = Parts(
        settings, looks, draw or engine(looks, cores=settings.threads), open_source or door(settings), open_ports, clock
    )
    tracing = open_tracing(os.environ)
    app = Starlette(
        routes=[
            Path("/", home.answer),
            *(Path(path, descriptions.page) for path in ("/docs", "/docs/")),
            Path("/healthz", healthz),
            Path("/readyz", readyz),
            Path("/metrics", MetricsPage(settings.metrics_token).answer),
            Path("/openapi.json", descriptions.document),
            Path("/assets/{name}", asset),
            *_addresses(dialects, settings),
            *(route for path, page in (pages or {}).items() for route in _whole(path, page)),
        ],
        middleware=[
            *([Middleware(Traces, tracing=tracing, trusted=settings.trusted_proxies)] if tracing else []),
            Middleware(ShortWay, log_each=settings.access_log, trusted=settings.trusted_proxies),
            Middleware(Visits, log_each=settings.access_log),
            Middleware(Clients, trusted=settings.trusted_proxies),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=partial(lifespan, parts=parts),
    )
    app.state.tracing = tracing
    app.state.has_accounts = bool(pages)
    # Where addresses must be signed, so must be those of the pictures on our own pages.
    app.state.live = partial(signed, secret=secret_key(settings)) if settings.require_signature else str
    # A crawler that asks for a picture does not follow where it is sent.
    app.router.redirect_slashes = False
    return app


def _addresses(dialects: tuple[Dialect, ...], settings: Settings) -> list[Path]:
    """One for each path, with what each method there answers."""
    paths: dict[str, dict[str, tuple[Dialect, Route]]] = {}
    for dialect in dialects:
        for route in dialect.routes:
            for path in (route.path, *route.aliases):
                # People add a slash or leave it out, and a crawler does not follow where it is sent.
                for each in (path, f"{path}/"):
                    paths.setdefault(each, {}).update(dict.fromkeys(route.methods, (dialect, route)))
    addresses = [Path(path, Address(routes, public_url=settings.public_url)) for path, routes in paths.items()]
    # Behind all addresses: realms may overlap with the addresses of other dialects.
    realms = [each for each in dialects if each.realm]
    nowhere = [Path(f"{each.realm}{{rest:path}}", Nowhere(each, public_url=settings.public_url)) for each in realms]
    return addresses + nowhere


def _whole(path: str, page: ASGIApp) -> Iterator[BaseRoute]:
    """Everything at a path and below it."""
    # A Mount has what is below only, and a Route would take a function for one that answers a Request.
    yield Path(path, _Whole(page))
    yield Mount(path, page)


class _Whole:
    def __init__(self, page: ASGIApp) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._page(scope, receive, send)


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    words = {404: "There is nothing at this address. /docs lists those that there are."}
    # Starlette's own refusals say no more than the phrase.
    detail = words.get(error.status_code, error.detail) if error.detail == phrase else error.detail
    return respond(problem(error.status_code, phrase, detail, error.headers), method=request.method)
