"""The shortest way: from the address of a card that is asked for often straight to its reply.

What an address alone decides is remembered by that address as it was written: no key, signature, quota or limit has a
say in it, and its picture is in memory. Such a request is not parsed again.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontis.edge.cache import PictureCache
from frontis.edge.replies import respond
from frontis.edge.request_ids import HEADER, REQUEST_ID, RequestIds
from frontis.edge.tags import holds
from frontis.edge.visits import Visit, visit_of, write_down
from frontis.model.dialect import Reply
from frontis.model.picture import Picture

MOST_ADDRESSES = 20_000
LONGEST_ADDRESS = 2_048

# Who shows a key may be told something else.
_KEYS = frozenset({b"authorization", b"x-api-key"})


@dataclass(frozen=True, slots=True)
class _Answer:
    fingerprint: str
    picture_tag: str
    tag: str
    dialect: str
    template: str
    start: Message
    not_modified: Message


class HotAnswers:
    """Replies by path and query string, without their bodies. Belongs to one event loop.

    pictures: where the bodies are; a reply is good while its picture is there.
    """

    def __init__(self, pictures: PictureCache) -> None:
        self._pictures = pictures
        self._answers: OrderedDict[tuple[str, bytes], _Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def keep(self, scope: Scope, fingerprint: str, picture: Picture, reply: Reply) -> None:
        """Answer so whoever asks for this very address from now on. Only for a GET."""
        address = scope["path"], scope["query_string"]
        if sum(map(len, address)) > LONGEST_ADDRESS:
            return
        whole = respond(reply, method="GET")
        same = respond(reply, method="GET", if_none_match="*")
        self._answers[address] = _Answer(
            fingerprint,
            picture.etag,
            whole.headers["etag"],
            visit_of(scope).dialect,
            visit_of(scope).template,
            {"type": "http.response.start", "status": whole.status_code, "headers": whole.raw_headers},
            {"type": "http.response.start", "status": same.status_code, "headers": same.raw_headers},
        )
        self._answers.move_to_end(address)
        if len(self._answers) > MOST_ADDRESSES:
            self._answers.popitem(last=False)

    def find(self, scope: Scope) -> tuple[_Answer, bytes | None] | None:
        """What is remembered for a request, and the body, or None for one that the asker has already; else None."""
        address = scope["path"], scope["query_string"]
        answer = self._answers.get(address)
        if answer is None or scope["method"] != "GET":
            return None
        held = ""
        for name, value in scope["headers"]:
            if name in _KEYS:
                return None
            if name == b"if-none-match":
                held = f"{held}, {value.decode('latin-1')}" if held else value.decode("latin-1")
        picture = self._pictures.get(answer.fingerprint)
        if picture is None or picture.etag != answer.picture_tag:
            del self._answers[address]
            return None
        return answer, None if held and holds(answer.tag, held) else picture.data


class ShortWay:
    """ASGI middleware, the outermost of ours."""

    def __init__(self, app: ASGIApp, *, log_each: bool = True, trusted: str = "") -> None:
        self._app = app
        self._log_each = log_each
        self._ids = RequestIds(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "http":
            began = time.perf_counter()
            scope[REQUEST_ID] = request_id = self._ids.of(scope)
            found = scope["app"].state.hot.find(scope)
            if found is not None:
                answer, body = found
                start = answer.not_modified if body is None else answer.start
                own = (HEADER, request_id.encode("ascii"))
                await send({**start, "headers": [*start["headers"], own]})
                await send({"type": "http.response.body", "body": body or b""})
                visit = Visit(start["status"], len(body or b""), answer.dialect, answer.template, "hot")
                write_down(scope, visit, time.perf_counter() - began, log_it=self._log_each)
                return
        await self._app(scope, receive, send)
