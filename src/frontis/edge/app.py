"""The ASGI application: every address of every dialect, and ours."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from frontis.dialects import DIALECTS
from frontis.edge.answering import Address
from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.cards import Cards
from frontis.edge.gathering import Source
from frontis.edge.health import healthz
from frontis.edge.home import Home
from frontis.edge.openapi import find_spots, openapi
from frontis.edge.paper import asset
from frontis.edge.reference import Reference
from frontis.edge.rendering import Draw, Renderers
from frontis.edge.replies import OPEN_TO_ALL, problem, respond
from frontis.edge.visits import Visits
from frontis.fetch import Door, Policy, parse_allow
from frontis.model.dialect import Dialect, Reply, Route
from frontis.settings import Settings
from frontis.templates import Catalogue, catalogue

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MEGABYTE = 1_000_000


def make_app(
    settings: Settings,
    *,
    dialects: tuple[Dialect, ...] = DIALECTS,
    draw: Draw | None = None,
    open_source: Callable[[], Source] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The application. Its threads and its door open with its lifespan.

    draw, open_source: what draws and what fetches, in place of the engine and the door. clock: seconds, for the age of
    pictures that lack something. Raises BadSetting.
    """
    looks = catalogue()
    for fault in looks.faults:
        log.warning("template left out", fault=str(fault))
    home = Home(looks, dialects, public_url=settings.public_url)
    spots = tuple(find_spots(dialects, looks))
    reference = Reference(dialects, spots, looks, public_url=settings.public_url)
    app = Starlette(
        routes=[
            Path("/", home.answer),
            Path("/docs", reference.answer),
            Path("/healthz", healthz),
            Path("/openapi.json", _description(openapi(spots, looks))),
            Path("/assets/{name}", asset),
            *_addresses(dialects, settings),
        ],
        middleware=[Middleware(Visits, log_each=settings.access_log)],
        exception_handlers={HTTPException: _refuse},
        lifespan=partial(
            _lifespan,
            settings=settings,
            templates=looks,
            draw=draw or _drawing(looks),
            open_source=open_source or partial(Door, policy_of(settings)),
            clock=clock,
        ),
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
    return [
        Path(path, Address(routes, public_url=settings.public_url, watermark=settings.watermark))
        for path, routes in paths.items()
    ]


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


@asynccontextmanager
async def _lifespan(
    app: Starlette,
    *,
    settings: Settings,
    templates: Catalogue,
    draw: Draw,
    open_source: Callable[[], Source],
    clock: Callable[[], float],
) -> AsyncIterator[None]:
    source = open_source()
    renderers = Renderers(draw, threads=settings.threads, most_waiting=settings.render_queue)
    app.state.renderers = renderers
    app.state.cards = cards = Cards(
        source,
        renderers,
        PictureCache(settings.cache_mb * MEGABYTE),
        DegradedPictures(settings.cache_mb * MEGABYTE, clock=clock),
        templates,
        fetch_seconds=settings.image_fetch_timeout_seconds,
        request_seconds=settings.request_seconds,
    )
    renderers.open()
    try:
        yield
    finally:
        await cards.close()
        await renderers.close()
        await source.close()


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
