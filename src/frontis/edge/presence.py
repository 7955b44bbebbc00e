"""Works for a client only as long as it is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")

# A card is mostly ready by then, and to watch a client costs several turns of the event loop.
WATCHED_AFTER_SECONDS = 0.05


class ClientGone(Exception):
    """The connection was closed before the answer was ready."""


async def while_present(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The outcome of the work. When the client goes away first, the work is cancelled and ClientGone is raised.

    The work is done in the calling task: one of its own would cost an answer several turns of the event loop, and at
    each of them the threads that draw are asked for the interpreter.
    """
    loop = asyncio.get_running_loop()
    presence = asyncio.timeout(None)
    watching: list[asyncio.Task[None]] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        presence.reschedule(loop.time())

    begins = loop.call_later(WATCHED_AFTER_SECONDS, lambda: watching.append(asyncio.create_task(watch())))
    try:
        async with presence:
            return await work
    except TimeoutError:
        if not presence.expired():
            raise
        raise ClientGone from None
    finally:
        begins.cancel()
        for each in watching:
            each.cancel()
