"""The ASGI application: every address of every dialect, and ours."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.routing import Route as Path
from starlette.types import ASGIApp

from frontis.dialects import DIALECTS
from frontis.edge.admission import Admission, House
from frontis.edge.alone import alone
from frontis.edge.answering import Address
from frontis.edge.attempts import note_fetch
from frontis.edge.cache import PictureCache
from frontis.edge.cards import Cards
from frontis.edge.clients import Clients
from frontis.edge.errands import Errands
from frontis.edge.gathering import Source
from frontis.edge.health import healthz
from frontis.edge.home import Home
from frontis.edge.openapi import find_spots, openapi
from frontis.edge.orders import Orders
from frontis.edge.paper import asset
from frontis.edge.rates import RateLimiter
from frontis.edge.reference import Reference
from frontis.edge.rendering import Draw, Renderers
from frontis.edge.replies import OPEN_TO_ALL, problem, respond
from frontis.edge.visits import Visits
from frontis.fetch import Door, Policy, parse_allow
from frontis.fetch.attempts import OnAttempt
from frontis.model.dialect import Dialect, Reply, Route
from frontis.model.ports import Ports
from frontis.settings import Settings, secret_key
from frontis.templates import Catalogue, catalogue

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MEGABYTE = 1_000_000


OpenSource = Callable[[OnAttempt], Source]
OpenPorts = Callable[[], AbstractAsyncContextManager[Ports]]


def make_app(
    settings: Settings,
    *,
    dialects: tuple[Dialect, ...] = DIALECTS,
    draw: Draw | None = None,
    open_source: OpenSource | None = None,
    open_ports: OpenPorts = alone,
    pages: Mapping[str, ASGIApp] | None = None,
) -> Starlette:
    """The application. Its threads, its door and its ports open with its lifespan.

    draw, open_source: what draws and what fetches, in place of the engine and the door. open_ports: the studio's;
    without it there are no accounts. pages: the studio's, by the beginning of their path. Raises BadSetting.
    """
    looks = catalogue()
    for fault in looks.faults:
        log.warning("template left out", fault=str(fault))
    home = Home(looks, dialects, public_url=settings.public_url)
    spots = tuple(find_spots(dialects, looks))
    reference = Reference(dialects, spots, looks, public_url=settings.public_url)
    parts = _Parts(settings, looks, draw or _drawing(looks), open_source or _door(settings), open_ports)
    app = Starlette(
        routes=[
            Path("/", home.answer),
            Path("/docs", reference.answer),
            Path("/healthz", healthz),
            Path("/openapi.json", _description(openapi(spots, looks))),
            Path("/assets/{name}", asset),
            *_addresses(dialects, settings),
            *(Mount(path, page) for path, page in (pages or {}).items()),
        ],
        middleware=[
            Middleware(Visits, log_each=settings.access_log),
            Middleware(Clients, trusted=settings.trusted_proxies),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=partial(_lifespan, parts=parts),
    )
    # A crawler that asks for a picture does not follow where it is sent.
    app.router.redirect_slashes = False
    return app


def _addresses(dialects: tuple[Dialect, ...], settings: Settings) -> list[Path]:
    """One for each path, with what each method there answers."""
    paths: dict[str, dict[str, tuple[Dialect, Route]]] = {}
    for dialect in dialects:
        for route in dialect.routes:
            paths.setdefault(route.path, {}).update(dict.fromkeys(route.methods, (dialect, route)))
    return [Path(path, Address(routes, public_url=settings.public_url)) for path, routes in paths.items()]


def _drawing(templates: Catalogue) -> Draw:
    # The engine's codecs are loaded with the application and not with this module, so that tests of the rest need none.
    from frontis.pipeline import render  # noqa: PLC0415

    return partial(render, templates=templates)


def policy_of(settings: Settings) -> Policy:
    """What may be fetched. Raises BadSetting."""
    return Policy(
        allow=parse_allow(settings.fetch_allow),
        ca_file=settings.fetch_ca_file,
        total_seconds=settings.image_fetch_timeout_seconds,
        most_attempts=settings.render_max_attempts,
    )


def _door(settings: Settings) -> OpenSource:
    policy = policy_of(settings)
    return lambda on_attempt: Door(policy, on_attempt=on_attempt)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the application is made of, when its lifespan begins."""

    settings: Settings
    templates: Catalogue
    draw: Draw
    open_source: OpenSource
    open_ports: OpenPorts

    @property
    def house(self) -> House:
        settings = self.settings
        return House(secret_key(settings), settings.require_signature, settings.anonymous_per_minute)


@asynccontextmanager
async def _lifespan(app: Starlette, *, parts: _Parts) -> AsyncIterator[None]:
    settings = parts.settings
    source = parts.open_source(note_fetch)
    renderers = Renderers(parts.draw, threads=settings.threads, most_waiting=settings.render_queue)
    rates = RateLimiter(settings.redis_url)
    async with parts.open_ports() as ports:
        cards = Cards(
            source,
            renderers,
            PictureCache(settings.cache_mb * MEGABYTE),
            parts.templates,
            ports.attempts,
            fetch_seconds=settings.image_fetch_timeout_seconds,
            request_seconds=settings.request_seconds,
        )
        app.state.renderers = renderers
        app.state.admission = admission = Admission(ports, rates, parts.house)
        app.state.orders = Orders(cards, admission, ports.meter, watermark=settings.watermark)
        app.state.errands = Errands(ports, admission)
        renderers.open()
        try:
            yield
        finally:
            await cards.close()
            await renderers.close()
            await source.close()
            await rates.close()


def _description(document: dict[str, object]) -> Callable[[Request], Awaitable[Response]]:
    reply = Reply(
        200, json.dumps(document).encode(), "application/json", {"Cache-Control": "public, max-age=300", **OPEN_TO_ALL}
    )

    async def answer(request: Request) -> Response:
        return respond(reply, method=request.method, if_none_match=request.headers.get("if-none-match", ""))

    return answer


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    words = {404: "There is nothing at this address. /docs lists those that there are."}
    # Starlette's own refusals say no more than the phrase.
    detail = words.get(error.status_code, error.detail) if error.detail == phrase else error.detail
    return respond(problem(error.status_code, phrase, detail, error.headers), method=request.method)
