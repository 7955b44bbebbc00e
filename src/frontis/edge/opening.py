"""Opens what the application is made of, and closes it at the end, in this order and back."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from frontis.edge.admission import Admission, House
from frontis.edge.attempts import note_fetch
from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.cards import Cards
from frontis.edge.counters import CountedAttempts, Metrics
from frontis.edge.drawings import Drawings
from frontis.edge.errands import Errands
from frontis.edge.gathering import Source
from frontis.edge.hot import HotAnswers
from frontis.edge.ledger import Membership
from frontis.edge.library import Librarian
from frontis.edge.making import Maker
from frontis.edge.numbers import watch_numbers
from frontis.edge.orders import Orders
from frontis.edge.pages import Pages
from frontis.edge.parts import watch_parts
from frontis.edge.rates import RateLimiter
from frontis.edge.readiness import Readiness
from frontis.edge.rendering import Draw, Renderers
from frontis.edge.slowness import SlowCards
from frontis.edge.store import open_store
from frontis.edge.sweeping import Sweeper
from frontis.fetch import Door, Policy, parse_allow
from frontis.fetch.attempts import OnAttempt
from frontis.model.ports import Ports
from frontis.settings import Settings, secret_key
from frontis.templates import Catalogue

MEGABYTE = 1_000_000
# What a card waits for its page, of the time that it has in all.
SHARE_OF_READING = 0.5

OpenSource = Callable[[OnAttempt], Source]
OpenPorts = Callable[[], AbstractAsyncContextManager[Ports]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of. clock: seconds, for the age of pictures that lack something."""

    settings: Settings
    templates: Catalogue
    draw: Draw
    open_source: OpenSource
    open_ports: OpenPorts
    clock: Callable[[], float] = time.monotonic


@asynccontextmanager
async def lifespan(app: Starlette, *, parts: Parts) -> AsyncIterator[None]:
    """Put what answers into the application's state. Raises BadSetting."""
    settings = parts.settings
    house = House(secret_key(settings), settings.require_signature, settings.anonymous_per_minute)
    metrics = Metrics(parts.templates.ids())
    source = parts.open_source(partial(note_fetch, metrics=metrics))
    renderers = Renderers(parts.draw, threads=settings.threads, most_waiting=settings.render_queue)
    rates = RateLimiter(settings.redis_url)
    page_seconds = min(settings.image_fetch_timeout_seconds, SHARE_OF_READING * settings.request_seconds)
    async with parts.open_ports() as ports:
        attempts = CountedAttempts(ports.attempts, metrics)
        pictures = PictureCache(settings.cache_mb * MEGABYTE)
        degraded = DegradedPictures(settings.cache_mb * MEGABYTE, clock=parts.clock)
        cards = Cards(
            source,
            renderers,
            pictures,
            degraded,
            parts.templates,
            attempts,
            fetch_seconds=settings.image_fetch_timeout_seconds,
            request_seconds=settings.request_seconds,
            slow=SlowCards(settings.slow_seconds),
        )
        app.state.metrics = metrics
        app.state.membership = membership = _membership(app, metrics)
        app.state.hot = HotAnswers(pictures)
        app.state.renderers = renderers
        app.state.admission = admission = Admission(ports, rates, house)
        pages = Pages(source, attempts, seconds=page_seconds, clock=parts.clock)
        watch_numbers(metrics, settings, renderers, pictures, degraded, pages, source)
        drawings = Drawings(rates, wait_seconds=settings.request_seconds)
        maker = Maker(pages, watermark=settings.watermark)
        app.state.orders = Orders(cards, maker, drawings, admission, ports.meter)
        store = open_store(settings)
        librarian = Librarian(ports, store, cards, pages, maker, drawings, most_seconds=settings.request_seconds)
        app.state.errands = Errands(ports, admission, rates, librarian)
        app.state.readiness = readiness = Readiness()
        watch_parts(readiness, settings, ports, rates, store, renderers, parts.templates)
        app.state.sweeper = sweeper = Sweeper(ports.library, store)
        sweeper.open()
        renderers.open()
        if membership:
            membership.open()
        try:
            yield
        finally:
            readiness.stop()
            await readiness.close()
            if membership:
                await membership.close()
            await sweeper.close()
            await cards.close()
            await pages.close()
            await renderers.close()
            await source.close()
            await rates.close()
            if app.state.tracing:
                await app.state.tracing.close()


def _membership(app: Starlette, metrics: Metrics) -> Membership | None:
    """Among the processes that answer, where `frontis serve` started several."""
    folder: Path | None = getattr(app.state, "ledger", None)
    return Membership(folder, metrics.registry) if folder else None


def engine(templates: Catalogue) -> Draw:
    """What draws."""
    # The engine's codecs are loaded with the application and not with this module, so that tests of the rest need none.
    from frontis.pipeline import render  # noqa: PLC0415

    return partial(render, templates=templates)


def door(settings: Settings) -> OpenSource:
    """What fetches. Raises BadSetting."""
    policy = policy_of(settings)
    return lambda on_attempt: Door(policy, on_attempt=on_attempt)


def policy_of(settings: Settings) -> Policy:
    """What may be fetched. Raises BadSetting."""
    return Policy(
        allow=parse_allow(settings.fetch_allow),
        ca_file=settings.fetch_ca_file,
        total_seconds=settings.image_fetch_timeout_seconds,
        most_attempts=settings.render_max_attempts,
    )
