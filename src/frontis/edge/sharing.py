"""A card is drawn once at a time, among all processes that share a Redis."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from frontis.edge.edition import Editions
from frontis.edge.redis_outage import REDIS_SECONDS, RedisOutage
from frontis.edge.stored import key_of
from frontis.model.card import Card
from frontis.model.picture import Picture

if TYPE_CHECKING:
    from frontis.edge.together import SharedTurns

# What is left, when the process that draws is gone, to draw the card oneself.
SHARE_OF_WAITING = 0.5
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.2
# Who waits asks again sooner than that.
PASSED_ON_SECONDS = 10
MOST_PASSED_ON_BYTES = 4_000_000


@dataclass(slots=True)
class Turn:
    """A card's turn to be drawn. found: what another process has drawn meanwhile. made: what is to be passed on."""

    found: bytes | None = None
    made: bytes | None = None

    def pass_on(self, picture: Picture) -> None:
        """Give it to the processes that wait for it. What is not as it should be they try to do better."""
        if not picture.missing and picture.within_budget and len(picture.data) <= MOST_PASSED_ON_BYTES:
            self.made = picture.data


class Sharing(Protocol):
    """Whose turn it is to draw a card."""

    def turn(self, card: Card, *, seconds: float) -> AbstractAsyncContextManager[Turn]:
        """Wait until nobody else draws this resolved card, or for half of these seconds. It raises nothing."""
        ...

    async def close(self) -> None:
        """Let go of what is held."""
        ...


class DrawnAlone:
    """Where no other process draws."""

    @asynccontextmanager
    async def turn(self, card: Card, *, seconds: float) -> AsyncIterator[Turn]:  # noqa: ARG002
        """At once."""
        yield Turn()

    async def close(self) -> None:
        """Nothing is held."""


class DrawnTogether:
    """Belongs to one event loop. While Redis does not answer, each process draws for itself.

    clock: monotonic seconds. redis_seconds: how long Redis may take.
    """

    def __init__(
        self,
        redis_url: str,
        editions: Editions,
        *,
        clock: Callable[[], float] = time.monotonic,
        redis_seconds: float = REDIS_SECONDS,
    ) -> None:
        self._turns = _shared(redis_url, redis_seconds)
        self._editions = editions
        self._outage = RedisOutage(
            "redis does not answer: each process draws alone",
            "redis is back: a card is drawn by one process",
            clock=clock,
        )
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self, card: Card, *, seconds: float) -> AsyncIterator[Turn]:
        """Wait until nobody else draws this resolved card, or for half of these seconds. It raises nothing."""
        key, token = key_of(card, self._editions), secrets.token_hex(8)
        turn, is_ours = await self._wait(key, token, seconds)
        try:
            yield turn
        finally:
            if is_ours:
                # Its own asker need not wait until the others are told.
                task = asyncio.create_task(self._end(key, token, turn.made))
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Tell those who wait, and let go of Redis."""
        await asyncio.gather(*self._ending)
        await self._turns.close()

    async def _wait(self, key: str, token: str, seconds: float) -> tuple[Turn, bool]:
        """The turn, and whether others wait for its end."""
        gives_up_at = time.monotonic() + seconds * SHARE_OF_WAITING
        pause = FIRST_PAUSE_SECONDS
        while not self._outage.spares():
            try:
                answer = await self._turns.ask(key, token, seconds=seconds)
            except OSError as error:
                self._outage.begin(error)
                break
            self._outage.end()
            if answer.is_ours or answer.picture is not None:
                return Turn(answer.picture), answer.is_ours
            if time.monotonic() + pause > gives_up_at:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        return Turn(), False

    async def _end(self, key: str, token: str, made: bytes | None) -> None:
        try:
            await self._turns.end(key, token, made, seconds=PASSED_ON_SECONDS)
        except OSError as error:
            self._outage.begin(error)


def _shared(redis_url: str, seconds: float) -> "SharedTurns":
    # A server without Redis is spared its client.
    from frontis.edge.together import SharedTurns  # noqa: PLC0415

    return SharedTurns(redis_url, seconds)
