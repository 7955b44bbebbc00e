"""Asks the operator's own server. What is foreign comes in through `fetch` alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from frontis.errors import BadInput

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. problem: why nothing did, or ""."""

    status: int = 0
    media_type: str = ""
    problem: str = ""


class OwnServer:
    """A server that runs, by its scheme, host and port."""

    def __init__(self, origin: str, session: aiohttp.ClientSession) -> None:
        self._origin = origin
        self._session = session

    async def get(self, path: str) -> Answered:
        """Ask for a path with its query string. Never raises."""
        try:
            # As it stands: another spelling would be another address.
            where = URL(self._origin + path, encoded=True)
            async with self._session.get(where, allow_redirects=False) as answer:
                await answer.read()
                return Answered(answer.status, answer.content_type)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            return Answered(problem=str(error) or type(error).__name__)


@asynccontextmanager
async def own_server(address: str) -> AsyncIterator[OwnServer]:
    """The server at an address. Raises BadInput for what is no address of one."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("server", "must be an address such as http://127.0.0.1:8000")
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield OwnServer(f"{parts.scheme}://{parts.netloc}", session)
