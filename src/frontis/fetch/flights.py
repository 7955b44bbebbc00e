"""Identical work under way is done once, for all who ask for it."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    def __init__(self, task: asyncio.Task[V]) -> None:
        self.task = task
        self.passengers = 0


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
            flight = self._flights[key] = self._launch(key, depart())
        flight.passengers += 1
        try:
            await asyncio.wait({flight.task}, timeout=most_seconds)
        except asyncio.CancelledError:
            flight.passengers -= 1
            if not flight.passengers:
                self._forget(key, flight)
                flight.task.cancel()
            raise
        # One who ran out of time stays a passenger: the work may go on without anyone waiting.
        if not flight.task.done():
            raise TimeoutError
        if flight.task.cancelled():
            raise ConnectionAbortedError
        return flight.task.result()

    async def close(self) -> None:
        """Cancel all work and wait until it has ended."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launch(self, key: K, work: Coroutine[Any, Any, V]) -> _Flight[V]:
        flight = _Flight(asyncio.create_task(work))
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: K, flight: _Flight[V]) -> None:
        self._forget(key, flight)
        if not flight.task.cancelled():
            # When all who waited ran out of time, nobody else asks how it ended.
            flight.task.exception()

    def _forget(self, key: K, flight: _Flight[V]) -> None:
        # After a cancellation another flight may have departed under the same key.
        if self._flights.get(key) is flight:
            del self._flights[key]
