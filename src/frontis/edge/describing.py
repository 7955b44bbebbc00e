"""/docs and /openapi.json: every address described, out of the tables that the addresses themselves use."""

import asyncio
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from frontis.edge.openapi import find_spots, openapi
from frontis.edge.reference import Reference
from frontis.edge.replies import OPEN_TO_ALL, respond
from frontis.model.dialect import Dialect, Reply
from frontis.templates import Catalogue

_HEADERS = {"Cache-Control": "public, max-age=300", **OPEN_TO_ALL}


@dataclass(frozen=True, slots=True)
class _Made:
    reference: Reference
    document: Reply


class Descriptions:
    """Made when somebody first asks for one, in a thread: cards are not to wait for them, at the start or later.

    public_url: see Settings.
    """

    def __init__(self, dialects: Iterable[Dialect], templates: Catalogue, *, public_url: str = "") -> None:
        self._dialects = tuple(dialects)
        self._templates = templates
        self._public_url = public_url
        self._one_at_a_time = threading.Lock()
        self._made: _Made | None = None

    async def page(self, request: Request) -> Response:
        """The page for people."""
        return await (await self._get()).reference.answer(request)

    async def document(self, request: Request) -> Response:
        """OpenAPI's, for programs."""
        document = (await self._get()).document
        return respond(document, method=request.method, if_none_match=request.headers.get("if-none-match", ""))

    async def _get(self) -> _Made:
        if self._made is not None:
            return self._made
        return await asyncio.to_thread(self._make)

    def _make(self) -> _Made:
        with self._one_at_a_time:
            if self._made is not None:
                return self._made
            spots = tuple(find_spots(self._dialects, self._templates))
            reference = Reference(self._dialects, spots, self._templates, public_url=self._public_url)
            document = json.dumps(openapi(spots, self._templates)).encode()
            self._made = made = _Made(reference, Reply(200, document, "application/json", _HEADERS))
            return made
