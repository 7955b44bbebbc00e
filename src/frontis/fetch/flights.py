"""Identical work under way is done once, for all who ask for it."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True, eq=False)
class _Flight(Generic[V]):
    """seats: where those who wait for it are told how it ended."""

    task: asyncio.Task[None]
    seats: list[asyncio.Future[V]]
    passengers: int = 0


class Flights(Generic[K, V]):
    """Work by key, each in a task of its own, so that no asker's cancellation reaches the others."""

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[V]] = {}

    def __len__(self) -> int:
        """How much is under way."""
        return len(self._flights)

    def is_under_way(self, key: K) -> bool:
        """Whether work under `key` can be joined."""
        return key in self._flights

    async def join(
        self, key: K, depart: Callable[[], Coroutine[Any, Any, V]], *, most_seconds: float | None = None
    ) -> V:
        """Wait for the work under `key`; begin it with `depart` if none is under way.

        Raises TimeoutError after `most_seconds`: the work goes on, for those who ask next. It is cancelled when all who
        wait for it are cancelled. Raises ConnectionAbortedError when it was ended by `close`.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._launch(key, depart())
        seat: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        flight.seats.append(seat)
        flight.passengers += 1
        try:
            # One who runs out of time stays a passenger: the work may go on without anyone waiting.
            async with asyncio.timeout(most_seconds):
                return await seat
        except asyncio.CancelledError:
            flight.passengers -= 1
            if not flight.passengers:
                self._forget(key, flight.seats)
                flight.task.cancel()
            raise

    async def close(self) -> None:
        """Cancel all work and wait until it has ended."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launch(self, key: K, work: Coroutine[Any, Any, V]) -> _Flight[V]:
        seats: list[asyncio.Future[V]] = []
        task = asyncio.create_task(self._fly(key, seats, work))
        task.add_done_callback(lambda _: self._end(key, seats, work))
        flight = self._flights[key] = _Flight(task, seats)
        return flight

    async def _fly(self, key: K, seats: list[asyncio.Future[V]], work: Coroutine[Any, Any, V]) -> None:
        """Do the work, and tell all who wait in the same turn of the event loop."""
        try:
            result = await work
        except Exception as error:  # noqa: BLE001  (it is raised where somebody waits)
            self._land(key, seats, partial(_crash, error))
        else:
            self._land(key, seats, lambda seat: seat.set_result(result))

    def _end(self, key: K, seats: list[asyncio.Future[V]], work: Coroutine[Any, Any, V]) -> None:
        """Tell those who wait still: it was cancelled, perhaps before it began."""
        work.close()
        self._land(key, seats, partial(_crash, ConnectionAbortedError()))

    def _land(self, key: K, seats: list[asyncio.Future[V]], tell: Callable[[asyncio.Future[V]], None]) -> None:
        self._forget(key, seats)
        for seat in seats:
            if not seat.done():
                tell(seat)

    def _forget(self, key: K, seats: list[asyncio.Future[V]]) -> None:
        # After a cancellation another flight may have departed under the same key.
        flight = self._flights.get(key)
        if flight is not None and flight.seats is seats:
            del self._flights[key]


def _crash(error: Exception, seat: asyncio.Future[V]) -> None:
    seat.set_exception(error)
