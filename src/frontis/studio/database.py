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
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="frontis-database")


async def in_database(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns, called in a thread that may use the database.

    Raises StudioUnavailable, and logs why, when the database does not answer; else what the function raises.
    """
    call = asyncio.get_running_loop().run_in_executor(_threads, lambda: answered(function, *args, **kwargs))
    return await call


def answered(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The same, in the calling thread."""
    # A connection that was cut, or is older than it may be, is opened anew.
    close_old_connections()
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError) as error:
        log.warning("database does not answer", error=f"{type(error).__name__}: {error}"[:300])
        raise StudioUnavailable from error
