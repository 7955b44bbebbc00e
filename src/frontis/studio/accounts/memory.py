"""Remembers for seconds what the database said, and for a minute when it says nothing more."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

import structlog

from frontis.errors import StudioUnavailable
from frontis.fetch.flights import Flights

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

T = TypeVar("T")
LookUp = Callable[[], Awaitable[T | None]]

FRESH_SECONDS = 3.0
# With the former, the five seconds that model/ports.py promises.
LOOK_UP_SECONDS = 2.0
STALE_SECONDS = 60.0
MOST_KNOWN = 20_000
MOST_UNKNOWN = 5_000
MOST_STRANGERS_ASKED_FOR = 256


@dataclass(slots=True)
class _Known(Generic[T]):
    """asked_at: when the database was asked that said so. until: when it is asked again."""

    value: T
    asked_at: float
    until: float


@dataclass(slots=True)
class _Store(Generic[T]):
    """What is known, and what is known not to be: apart, so that no number of strangers drives out a friend."""

    known: OrderedDict[str, _Known[T]] = field(default_factory=OrderedDict)
    unknown: OrderedDict[str, float] = field(default_factory=OrderedDict)
    flights: Flights[str, T | None] = field(default_factory=Flights)


class Memory(Generic[T]):
    """Answers by name. Belongs to one event loop, but for `forget`.

    what: the word for its answers in the log. clock: seconds.
    """

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._store: _Store[T] = _Store()
        self._strangers_asked_for = 0
        self._is_lost = False

    async def recall(self, name: str, look_up: LookUp[T]) -> T | None:
        """What `look_up` says, or said less than 3 s ago; None where there is nothing of that name.

        Those who ask for one name at one time are answered by one look-up. Raises StudioUnavailable, unless there was
        something of that name less than a minute ago.
        """
        store = self._store
        now = self._clock()
        known = store.known.get(name)
        if known is not None and now < known.until:
            store.known.move_to_end(name)
            return known.value
        if now < store.unknown.get(name, now):
            return None
        try:
            return await store.flights.join(name, partial(self._ask, store, name, look_up))
        except ConnectionAbortedError:
            raise StudioUnavailable from None

    def forget(self) -> None:
        """Forget all, at once, from any thread. Look-ups that are under way are not remembered."""
        self._store = _Store()

    async def close(self) -> None:
        """End all look-ups."""
        await self._store.flights.close()

    async def _ask(self, store: _Store[T], name: str, look_up: LookUp[T]) -> T | None:
        asked_at = self._clock()
        try:
            found = await self._answer(look_up, is_stranger=name not in store.known)
        except StudioUnavailable:
            known = store.known.get(name)
            # What was forgotten meanwhile may be gone for good.
            if known is None or store is not self._store or self._clock() - known.asked_at >= STALE_SECONDS:
                raise
            known.until = self._clock() + FRESH_SECONDS
            if not self._is_lost:
                log.warning("answers come from memory while the database is away", of=self._what)
            self._is_lost = True
            return known.value
        if self._is_lost:
            self._is_lost = False
            log.info("answers come from the database again", of=self._what)
        _learn(store, name, found, asked_at)
        return found

    async def _answer(self, look_up: LookUp[T], *, is_stranger: bool) -> T | None:
        if not is_stranger:
            return await _in_time(look_up)
        # Invented names must not make those wait who are known.
        if self._strangers_asked_for >= MOST_STRANGERS_ASKED_FOR:
            raise StudioUnavailable
        self._strangers_asked_for += 1
        try:
            return await _in_time(look_up)
        finally:
            self._strangers_asked_for -= 1


async def _in_time(look_up: LookUp[T]) -> T | None:
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return await look_up()
    except TimeoutError:
        raise StudioUnavailable from None


def _learn(store: _Store[T], name: str, found: T | None, asked_at: float) -> None:
    until = asked_at + FRESH_SECONDS
    if found is None:
        store.known.pop(name, None)
        store.unknown[name] = until
        store.unknown.move_to_end(name)
        if len(store.unknown) > MOST_UNKNOWN:
            store.unknown.popitem(last=False)
        return
    store.unknown.pop(name, None)
    store.known[name] = _Known(found, asked_at, until)
    store.known.move_to_end(name)
    if len(store.known) > MOST_KNOWN:
        store.known.popitem(last=False)
