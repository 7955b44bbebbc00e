"""/metrics on a port of its own, for those who can reach it: in the first process, beside no card."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from frontis.edge.samples import Book, page_of

HEAD_SECONDS = 5.0
ANSWER_SECONDS = 20.0
MOST_ASKERS = 32
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 503: "Service Unavailable"}


class MetricsPort:
    """Answers whoever connects. books: what is to be shown."""

    def __init__(self, books: Callable[[], Awaitable[Book]]) -> None:
        self._books = books
        self._askers = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, within seconds, and close."""
        self._askers += 1
        try:
            with suppress(OSError, EOFError, ValueError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    status, body, media_type = await self._reply(reader)
                    head = (
                        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {media_type}\r\n"
                        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
                    )
                    writer.write(head.encode() + body)
                    await writer.drain()
        finally:
            self._askers -= 1
            if writer.transport.get_write_buffer_size():
                # It does not read what it asked for.
                writer.transport.abort()
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader) -> tuple[int, bytes, str]:
        if self._askers > MOST_ASKERS:
            return 503, b"Too many ask at one time.\n", "text/plain; charset=utf-8"
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return 400, b"The head of the request is too long.\n", "text/plain; charset=utf-8"
        line, *headers = head.decode("latin-1").split("\r\n")
        method, _, rest = line.partition(" ")
        if method != "GET" or rest.partition(" ")[0].partition("?")[0] != "/metrics":
            return 404, b"There is /metrics here, and nothing else.\n", "text/plain; charset=utf-8"
        accept = next(
            (text for name, _, text in (each.partition(":") for each in headers) if name.lower() == "accept"), ""
        )
        return 200, *page_of(await self._books(), accept)
