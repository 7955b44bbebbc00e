"""Work is done for a client, and no longer than it is there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import Request

from frontis.edge.presence import WATCHED_AFTER_SECONDS, ClientGone, while_present

Message = dict[str, Any]


class Client:
    """Sends its request, and goes away when it is told to."""

    def __init__(self) -> None:
        self.goes = asyncio.Event()
        self._has_sent = False

    async def __call__(self) -> Message:
        if not self._has_sent:
            self._has_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.goes.wait()
        return {"type": "http.disconnect"}

    @property
    def request(self) -> Request:
        receive: Callable[[], Awaitable[Message]] = self
        return Request({"type": "http", "method": "GET", "headers": []}, receive)


async def test_the_outcome_is_that_of_the_work() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await while_present(Client().request, work()) == "done"


async def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError):
        await while_present(Client().request, work())


async def test_for_a_client_that_goes_away_nothing_more_is_done() -> None:
    client, ended = Client(), []

    async def work() -> None:
        client.goes.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(asyncio.current_task())

    with pytest.raises(ClientGone):
        await while_present(client.request, work())
    assert len(ended) == 1
    # Whoever asked goes on undisturbed.
    async with asyncio.timeout(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("goes_too", [False, True])
async def test_whoever_is_cancelled_by_another_stays_cancelled(*, goes_too: bool) -> None:
    client = Client()
    task = asyncio.create_task(while_present(client.request, asyncio.sleep(60)))
    # By then the client is watched.
    await asyncio.sleep(2 * WATCHED_AFTER_SECONDS)
    if goes_too:
        client.goes.set()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_that_the_work_itself_ran_out_of_is_no_absence() -> None:
    async def work() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await while_present(Client().request, work())


async def test_a_client_that_goes_when_it_is_done_is_answered() -> None:
    client = Client()

    async def work() -> str:
        await asyncio.sleep(0)
        client.goes.set()
        return "done"

    assert await while_present(client.request, work()) == "done"
    async with asyncio.timeout(5):
        await asyncio.sleep(0)
