"""Identical work under way is done once, for all who ask for it."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    """task: what is under way. seats: where those who wait for it are told how it ended."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.seats: list[asyncio.Future[V]] = []
        self.passengers = 0

    def land(self, result: V) -> None:
        for seat in self.seats:
            if not seat.done():
                seat.set_result(result)

    def crash(self, error: Exception) -> None:
        for seat in self.seats:
            if not seat.done():
                seat.set_exception(error)


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
            if not flight.passengers and flight.task:
                self._forget(key, flight)
                flight.task.cancel()
            raise

    async def close(self) -> None:
        """Cancel all work and wait until it has ended."""
        tasks = [flight.task for flight in self._flights.values() if flight.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launch(self, key: K, work: Coroutine[Any, Any, V]) -> _Flight[V]:
        flight = self._flights[key] = _Flight[V]()
        flight.task = asyncio.create_task(self._fly(key, flight, work))
        flight.task.add_done_callback(lambda _: self._end(key, flight, work))
        return flight

    async def _fly(self, key: K, flight: _Flight[V], work: Coroutine[Any, Any, V]) -> None:
        """Do the work, and tell all who wait in the same turn of the event loop."""
        try:
            result = await work
        except Exception as error:  # noqa: BLE001  (it is raised where somebody waits)
            self._forget(key, flight)
            flight.crash(error)
        else:
            self._forget(key, flight)
            flight.land(result)

    def _end(self, key: K, flight: _Flight[V], work: Coroutine[Any, Any, V]) -> None:
        """Tell those who wait still: it was cancelled, perhaps before it began."""
        work.close()
        self._forget(key, flight)
        flight.crash(ConnectionAbortedError())

    def _forget(self, key: K, flight: _Flight[V]) -> None:
        # After a cancellation another flight may have departed under the same key.
        if self._flights.get(key) is flight:
            del self._flights[key]
