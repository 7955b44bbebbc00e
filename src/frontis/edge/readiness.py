"""/readyz: whether this process can answer pictures, and which of its parts does less than it should."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.replies import respond
from frontis.model.dialect import Reply

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

KEPT_SECONDS = 1.0
CHECK_SECONDS = 0.5
WELL = "ok"
_HEADERS = {"Cache-Control": "no-store"}

Check = Callable[[], Awaitable[str]]
"""Tells in a few words what is wrong with a part, "" when nothing is. No address, path or secret is in them."""


@dataclass(frozen=True, slots=True)
class _Part:
    check: Check
    is_vital: bool


class Readiness:
    """Looks at the parts that are registered, at most once a second. Belongs to one event loop."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}
        self._found: dict[str, str] = {}
        self._looked_at: float | None = None
        self._look: asyncio.Task[None] | None = None
        self._is_stopping = False

    def watch(self, name: str, check: Check, *, is_vital: bool = False) -> None:
        """Tell of a part. is_vital: without it no picture can be answered."""
        self._parts[name] = _Part(check, is_vital)

    def stop(self) -> None:
        """From now on this process takes no more work: those who spread it should ask another."""
        self._is_stopping = True

    async def answer(self, request: Request) -> Response:
        """200 while pictures can be answered, with the parts that are degraded; else 503."""
        await self._look_again()
        parts = {name: self._found.get(name) or WELL for name in self._parts}
        is_able = all(parts[name] == WELL for name, part in self._parts.items() if part.is_vital)
        if self._is_stopping:
            status = "stopping"
        elif not is_able:
            status = "unable"
        else:
            status = WELL if all(words == WELL for words in parts.values()) else "degraded"
        body = json.dumps({"status": status, "parts": parts}).encode()
        is_ready = is_able and not self._is_stopping
        return respond(Reply(200 if is_ready else 503, body, "application/json", _HEADERS), method=request.method)

    async def close(self) -> None:
        """End what is under way."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait({self._look})

    async def _look_again(self) -> None:
        now = time.monotonic()
        if self._looked_at is not None and now - self._looked_at < KEPT_SECONDS:
            return
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_all())
        # Whoever asks and goes away ends nobody else's look.
        await asyncio.wait({self._look})

    async def _look_at_all(self) -> None:
        words = await asyncio.gather(*(self._words(name, part.check) for name, part in self._parts.items()))
        self._found = dict(zip(self._parts, words, strict=True))
        self._looked_at = time.monotonic()

    async def _words(self, name: str, check: Check) -> str:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check()
        except TimeoutError:
            return "does not answer in time"
        except Exception:
            log.exception("part could not be checked", part=name)
            return "could not be checked"


async def readyz(request: Request) -> Response:
    """What this process tells of itself."""
    readiness: Readiness = request.app.state.readiness
    if getattr(request.app.state, "is_stopping", False):
        readiness.stop()
    return await readiness.answer(request)
