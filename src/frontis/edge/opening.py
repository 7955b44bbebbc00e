"""Opens what the application is made of, and closes it at the end, in the order back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from starlette.applications import Starlette

from frontis.edge.admission import Admission, House
from frontis.edge.attempts import note_fetch
from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.cards import Cards, Stored
from frontis.edge.counters import CountedAttempts, Metrics
from frontis.edge.drawings import Drawings
from frontis.edge.edition import Editions
from frontis.edge.errands import Errands
from frontis.edge.facts import Facts
from frontis.edge.fallback import Fallbacks
from frontis.edge.gathering import Source
from frontis.edge.hot import HotAnswers
from frontis.edge.idle import EVERY_SECONDS as IDLE_SECONDS
from frontis.edge.idle import Tightener
from frontis.edge.ledger import Membership
from frontis.edge.library import Librarian
from frontis.edge.making import Maker
from frontis.edge.memory import give_back_what_is_free
from frontis.edge.numbers import watch_numbers
from frontis.edge.orders import Orders
from frontis.edge.pages import Pages
from frontis.edge.parts import watch_parts
from frontis.edge.plain import PlainCards
from frontis.edge.purging import Purger
from frontis.edge.quick import QuickStore
from frontis.edge.rates import RateLimiter
from frontis.edge.readiness import Readiness
from frontis.edge.rendering import Draw, Renderers
from frontis.edge.rounds import Rounds
from frontis.edge.sharing import DrawnAlone, DrawnTogether, Sharing
from frontis.edge.shelf import ORIGINALS, OriginalsShelf
from frontis.edge.slowness import SlowCards
from frontis.edge.store import Store, open_store
from frontis.edge.stored import CARDS, MARKS, NoStoredPictures, StoredPictures
from frontis.edge.sweeping import Sweeper
from frontis.edge.tags import Tags
from frontis.edge.tidying import Bounds, Tidier
from frontis.fetch import Door, Policy, Shelf, parse_allow
from frontis.fetch.attempts import OnAttempt
from frontis.fetch.originals import NoShelf, OnFound
from frontis.fetch.vendors import Verifier
from frontis.model.crawler import is_social_crawler
from frontis.model.picture import Picture
from frontis.model.ports import Attempts, Ports
from frontis.settings import Settings, secret_key
from frontis.templates import Catalogue

MEGABYTE = 1_000_000
# What a card waits for its page, of the time that it has in all.
SHARE_OF_READING = 0.5
MARKS_LIVE_LONGER = 12

OpenSource = Callable[[OnAttempt, Shelf, OnFound], Source]
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
    # Whether a signal has begun the end; `stopping.py` sets it.
    app.state.is_stopping = False
    async with parts.open_ports() as ports, AsyncExitStack() as closing:
        if app.state.tracing:
            closing.push_async_callback(app.state.tracing.close)
        app.state.metrics = metrics = Metrics(parts.templates.ids())
        rates = _closed_at_the_end(closing, RateLimiter(settings.redis_url))
        store = open_store(settings)
        quick = _closed_at_the_end(closing, QuickStore(store, metrics))
        shelf = OriginalsShelf(quick) if settings.originals_mb else NoShelf()
        source = _closed_at_the_end(
            closing, parts.open_source(partial(note_fetch, metrics=metrics), shelf, metrics.found)
        )
        renderers = _closed_at_the_end(
            closing, Renderers(parts.draw, threads=settings.threads, most_waiting=settings.render_queue)
        )
        attempts = CountedAttempts(ports.attempts, metrics)
        pages = _closed_at_the_end(
            closing, Pages(source, attempts, seconds=_page_seconds(settings), facts=Facts(shelf), clock=parts.clock)
        )
        editions = Editions(parts.templates, settings)
        stored = _open_stored(closing, settings, editions, store, metrics, renderers)
        sharing = _closed_at_the_end(closing, _open_sharing(settings, editions))
        pictures = PictureCache(settings.cache_mb * MEGABYTE)
        tightener = _open_tightener(closing, renderers, stored, pictures)
        degraded = DegradedPictures(settings.cache_mb * MEGABYTE, clock=parts.clock)
        cards = _cards(parts, source, renderers, pictures, degraded, stored, attempts, sharing, tightener)
        closing.push_async_callback(cards.close)
        house = House(secret_key(settings), settings.require_signature, settings.anonymous_per_minute)
        app.state.admission = admission = Admission(ports, rates, house)
        maker = Maker(pages, watermark=settings.watermark)
        drawings = Drawings(rates, wait_seconds=settings.request_seconds)
        tags = Tags(parts.templates, editions)
        plain = _closed_at_the_end(closing, PlainCards(parts.draw, parts.templates, clock=parts.clock))
        verifier = _closed_at_the_end(closing, Verifier()) if settings.anonymous_per_minute else None
        # Read before the first crawler comes, and not in the event loop.
        await asyncio.to_thread(is_social_crawler, "")
        fallbacks = _closed_at_the_end(closing, Fallbacks(cards, maker, plain, admission, verifier, tags, metrics))
        librarian = Librarian(ports, store, cards, pages, maker, drawings, most_seconds=settings.request_seconds)
        watch_numbers(metrics, settings, renderers, pictures, degraded, pages, source)
        app.state.hot = HotAnswers(pictures)
        app.state.renderers = renderers
        app.state.orders = Orders(cards, maker, drawings, admission, ports.meter, tags)
        app.state.fallbacks = fallbacks if settings.crawler_fallback else None
        app.state.errands = Errands(ports, admission, rates, librarian)
        app.state.sweeper = Sweeper(ports.library, store)
        _open_rounds(closing, store, cards, app.state.sweeper, settings)
        app.state.readiness = readiness = _closed_at_the_end(closing, Readiness())
        watch_parts(readiness, settings, ports, rates, store, renderers, parts.templates)
        renderers.open()
        _join_the_ledger(closing, app, metrics)
        try:
            yield
        finally:
            readiness.stop()


def _open_stored(
    closing: AsyncExitStack,
    settings: Settings,
    editions: Editions,
    store: Store,
    metrics: Metrics,
    renderers: Renderers,
) -> Stored:
    if not settings.store_mb:
        return NoStoredPictures()
    # To store a card takes a third of the time that it takes to draw one: where cards wait, these come first.
    quick = _closed_at_the_end(closing, QuickStore(store, metrics, is_busy=lambda: renderers.waiting > 0))
    return StoredPictures(quick, editions)


def _open_sharing(settings: Settings, editions: Editions) -> Sharing:
    return DrawnTogether(settings.redis_url, editions) if settings.redis_url else DrawnAlone()


def _page_seconds(settings: Settings) -> float:
    return min(settings.image_fetch_timeout_seconds, SHARE_OF_READING * settings.request_seconds)


def _cards(
    parts: Parts,
    source: Source,
    renderers: Renderers,
    pictures: PictureCache,
    degraded: DegradedPictures,
    stored: Stored,
    attempts: Attempts,
    sharing: Sharing,
    tightener: Tightener | None,
) -> Cards:
    return Cards(
        source,
        renderers,
        pictures,
        degraded,
        stored,
        parts.templates,
        attempts,
        fetch_seconds=parts.settings.image_fetch_timeout_seconds,
        request_seconds=parts.settings.request_seconds,
        sharing=sharing,
        slow=SlowCards(parts.settings.slow_seconds),
        on_stored=tightener.remember if tightener else None,
    )


class _Closable(Protocol):
    async def close(self) -> None: ...


C = TypeVar("C", bound=_Closable)


def _closed_at_the_end(closing: AsyncExitStack, opened: C) -> C:
    closing.push_async_callback(opened.close)
    return opened


def _open_tightener(
    closing: AsyncExitStack, renderers: Renderers, stored: Stored, pictures: PictureCache
) -> Tightener | None:
    if isinstance(stored, NoStoredPictures):
        return None
    tightener = _closed_at_the_end(closing, Tightener(renderers, stored, pictures, _tightened))
    rounds = Rounds(tightener.work, every_seconds=IDLE_SECONDS)
    rounds.open()
    closing.push_async_callback(rounds.close)
    return tightener


def _tightened(picture: Picture) -> Picture | None:
    # As the engine's, these codecs are loaded when they are needed.
    from frontis.encode.tightening import tightened  # noqa: PLC0415

    return tightened(picture)


def _open_rounds(closing: AsyncExitStack, store: Store, cards: Cards, sweeper: Sweeper, settings: Settings) -> None:
    for rounds in (
        Rounds(sweeper.sweep_all, every_seconds=60),
        Rounds(Tidier(store, bounds_of(settings)).tidy, every_seconds=3_600, first_seconds=120),
        Rounds(Purger(store, cards.forget).hear, every_seconds=4, first_seconds=0),
        Rounds(give_back_what_is_free, every_seconds=3),
    ):
        rounds.open()
        closing.push_async_callback(rounds.close)


def bounds_of(settings: Settings) -> tuple[Bounds, ...]:
    """How much of what is stored, and for how long."""
    days = settings.store_days
    return (
        Bounds(CARDS, settings.store_mb, days),
        Bounds(ORIGINALS, settings.originals_mb, days),
        # A mark is not renewed with its picture, and takes hardly any room.
        Bounds(MARKS, 0, MARKS_LIVE_LONGER * days),
    )


def _join_the_ledger(closing: AsyncExitStack, app: Starlette, metrics: Metrics) -> None:
    """Be among the processes that answer, where `frontis serve` started several."""
    folder: Path | None = getattr(app.state, "ledger", None)
    app.state.membership = membership = Membership(folder, metrics.registry) if folder else None
    if membership:
        membership.open()
        closing.push_async_callback(membership.close)


def engine(templates: Catalogue, *, cores: int) -> Draw:
    """What draws, with so many cores."""
    # The engine's codecs are loaded with the application and not with this module, so that tests of the rest need none.
    from frontis.encode import use_cores  # noqa: PLC0415
    from frontis.pipeline import render  # noqa: PLC0415

    use_cores(cores)

    return partial(render, templates=templates)


def door(settings: Settings) -> OpenSource:
    """What fetches. Raises BadSetting."""
    policy = policy_of(settings)
    return lambda on_attempt, shelf, on_found: Door(policy, on_attempt=on_attempt, shelf=shelf, on_found=on_found)


def policy_of(settings: Settings) -> Policy:
    """What may be fetched. Raises BadSetting."""
    return Policy(
        allow=parse_allow(settings.fetch_allow),
        ca_file=settings.fetch_ca_file,
        total_seconds=settings.image_fetch_timeout_seconds,
        most_attempts=settings.render_max_attempts,
    )
