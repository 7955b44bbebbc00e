"""Works for a client only as long as it is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")


class ClientGone(Exception):
    """The connection was closed before the answer was ready."""


async def while_present(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The outcome of the work. When the client goes away first, the work is cancelled and ClientGone is raised."""
    task = asyncio.create_task(work)
    absence = asyncio.create_task(_absence(request))
    try:
        await asyncio.wait({task, absence}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        return task.result()
    finally:
        for each in (task, absence):
            each.cancel()
        await asyncio.gather(task, absence, return_exceptions=True)


async def _absence(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
