"""The way from the event loop to the database and back: threads of our own, so that no query holds up the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections

from frontis.errors import StudioUnavailable

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

# Few are enough: what asks often is answered from memory, and SQLite has one writer.
THREADS = 4
# A server that takes questions and never answers must not hold those who asked.
ANSWER_SECONDS = 5.0
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="frontis-database")


async def in_database(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns, called in a thread that may use the database.

    Raises StudioUnavailable, and logs why, when the database does not answer, or not in time: then what was asked may
    be done yet, unless it had no thread so far. Else raises what the function raises.
    """
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await in_database_at_leisure(function, *args, **kwargs)
    except TimeoutError:
        raise StudioUnavailable from None


async def in_database_at_leisure(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The same, however long it takes: for what must know whether it was done."""
    call = asyncio.get_running_loop().run_in_executor(_threads, lambda: answered(function, *args, **kwargs))
    return await call


async def soon(work: asyncio.Future[T], *, seconds: float | None = None) -> T:
    """The outcome of such work, if it is there in time. Raises StudioUnavailable where it is not: the work goes on."""
    await asyncio.wait({work}, timeout=ANSWER_SECONDS if seconds is None else seconds)
    if not work.done():
        # Its failure is logged where it happens, and told to nobody.
        work.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise StudioUnavailable
    return work.result()


def answered(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The same, in the calling thread."""
    # A connection that was cut, or is older than it may be, is opened anew.
    close_old_connections()
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError) as error:
        log_no_answer(error)
        raise StudioUnavailable from error


def log_no_answer(error: BaseException) -> None:
    """Say why the database does not answer."""
    log.warning("database does not answer", error=f"{type(error).__name__}: {error}"[:300])
