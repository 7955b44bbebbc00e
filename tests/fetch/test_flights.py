"""Work that several ask for at a time is done once, and each of them learns how it ended."""

import asyncio

import pytest

from frontis.fetch.flights import Flights


class Work:
    """Counts how often it is begun, and ends when it is told to."""

    def __init__(self, outcome: object = "done") -> None:
        self.begun = 0
        self.is_cancelled = False
        self.may_end = asyncio.Event()
        self._outcome = outcome

    async def __call__(self) -> object:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        if isinstance(self._outcome, KeyError):
            raise self._outcome
        return self._outcome


async def asking(flights: Flights[str, object], work: Work) -> asyncio.Task[object]:
    task = asyncio.create_task(flights.join("a", work))
    await asyncio.sleep(0)
    return task


async def test_all_who_ask_meanwhile_are_told_the_one_outcome() -> None:
    flights, work = Flights[str, object](), Work()
    askers = [await asking(flights, work) for _ in range(5)]
    assert flights.is_under_way("a")
    work.may_end.set()
    assert await asyncio.gather(*askers) == ["done"] * 5
    assert (work.begun, len(flights)) == (1, 0)
    work.may_end.set()
    assert await flights.join("a", work) == "done"
    assert work.begun == 2


async def test_what_it_raises_is_raised_for_each() -> None:
    flights, work = Flights[str, object](), Work(KeyError("gone"))
    askers = [await asking(flights, work) for _ in range(3)]
    work.may_end.set()
    found = await asyncio.gather(*askers, return_exceptions=True)
    assert [type(each) for each in found] == [KeyError] * 3


async def test_an_error_may_be_an_outcome() -> None:
    error = ValueError("told, not raised")
    flights, work = Flights[str, object](), Work(error)
    work.may_end.set()
    assert await flights.join("a", work) is error


async def test_who_has_no_more_time_leaves_it_to_the_next() -> None:
    flights, work = Flights[str, object](), Work()
    with pytest.raises(TimeoutError):
        await flights.join("a", work, most_seconds=0.01)
    assert flights.is_under_way("a")
    later = await asking(flights, work)
    work.may_end.set()
    assert await later == "done"
    assert work.begun == 1


async def test_it_ends_with_the_last_who_asked_and_not_with_the_first() -> None:
    flights, work = Flights[str, object](), Work()
    first, second = await asking(flights, work), await asking(flights, work)
    first.cancel()
    await asyncio.wait({first})
    assert not work.is_cancelled
    second.cancel()
    await asyncio.wait({second})
    await asyncio.sleep(0)
    assert (work.is_cancelled, flights.is_under_way("a")) == (True, False)


async def test_all_are_told_when_it_is_closed() -> None:
    flights, work = Flights[str, object](), Work()
    askers = [await asking(flights, work) for _ in range(2)]
    await flights.close()
    found = await asyncio.gather(*askers, return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionAbortedError] * 2


async def test_what_is_ended_before_it_began_leaves_nobody_waiting() -> None:
    flights, work = Flights[str, object](), Work()
    asker = asyncio.create_task(flights.join("a", work))

    def end() -> None:
        (flight,) = flights._flights.values()
        flight.task.cancel()

    asyncio.get_running_loop().call_soon(end)
    async with asyncio.timeout(5):
        (found,) = await asyncio.gather(asker, return_exceptions=True)
    assert type(found) is ConnectionAbortedError
    assert (work.begun, len(flights)) == (0, 0)
