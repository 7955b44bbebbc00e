"""The application with a pen and an errand boy that do as the tests say."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from frontis.edge import make_app
from frontis.errors import FetchFailed, UpstreamTimeout
from frontis.fetch import Fetched
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.settings import Settings

CARD = "/card/article.png?title=Hello"
HERO = "https://elsewhere.example/hero.png"
WITH_HERO = f"{CARD}&hero={HERO}"
PIXEL = b"a picture from elsewhere"


@dataclass
class Pen:
    """Draws, in place of the engine. While `paper` is cleared, every drawing waits for it."""

    cards: list[Card] = field(default_factory=list)
    paper: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None
    spoiled: str = ""

    def __post_init__(self) -> None:
        self.paper.set()

    def draw(self, card: Card, pictures: Mapping[str, bytes]) -> Picture:
        self.cards.append(card)
        self.begun.set()
        assert self.paper.wait(20)
        if self.failure is not None:
            raise self.failure
        wanted = [str(card.values[name]) for name in ("hero", "avatar", "image") if card.values.get(name)]
        missing = tuple(address for address in wanted if address not in pictures or address == self.spoiled)
        data = f"{card.fingerprint} {sorted(pictures)}".encode() * 100
        return Picture(data, Format(card.format), card.output.size, missing=missing)


@dataclass
class Boy:
    """Fetches, in place of the door."""

    errands: list[str] = field(default_factory=list)
    failure: FetchFailed | None = None
    seconds: float = 0
    is_closed: bool = False

    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None) -> Fetched:
        self.errands.append(url)
        if budget_seconds is not None and self.seconds > budget_seconds:
            await asyncio.sleep(budget_seconds)
            raise UpstreamTimeout(url, "it took too long")
        await asyncio.sleep(self.seconds)
        if self.failure is not None:
            raise self.failure
        return Fetched(url, url, PIXEL, accept)

    async def close(self) -> None:
        self.is_closed = True


@dataclass
class Stand:
    app: Starlette
    client: httpx.AsyncClient
    pen: Pen
    boy: Boy

    def stop_the_minute(self) -> None:
        """Requests are counted by the minute of the clock on the wall, which may end in the midst of a test."""
        self.app.state.admission._rates._clock = lambda: 1_000.0

    async def begun(self) -> None:
        """Wait until a drawing is under way."""
        await asyncio.to_thread(self.pen.begun.wait, 5)
        assert self.pen.begun.is_set()


@asynccontextmanager
async def stand(
    change: Callable[[Pen, Boy], None] | None = None, *, options: Mapping[str, Any] | None = None, **settings: object
) -> AsyncIterator[Stand]:
    """The application, open. options: of make_app. settings: as Settings takes them."""
    pen, boy = Pen(), Boy()
    if change is not None:
        change(pen, boy)
    app = make_app(
        Settings(**{"access_log": False, "render_threads": 2, "store_mb": 0, "originals_mb": 0, **settings}),
        **{"draw": pen.draw, "open_source": lambda *_: boy, **(options or {})},
    )
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://og.example.com") as client:
            try:
                yield Stand(app, client, pen, boy)
            finally:
                pen.paper.set()
