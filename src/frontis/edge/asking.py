"""Turns a web request into a Query, within limits, whatever its bytes are."""

import asyncio
import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import Request

from frontis.edge.request_ids import REQUEST_ID
from frontis.errors import QueryTooLong, RequestTooLarge, RequestTooSlow
from frontis.model.query import Query

LONGEST_QUERY = 16_384
LARGEST_BODY = 262_144
SLOWEST_BODY_SECONDS = 10
_HOST = re.compile(r"(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE)


def glance(request: Request, *, public_url: str = "") -> Query:
    """The request as plain data, without its parameters and its body: what a refusal needs.

    public_url: the origin, in place of what the asker says.
    """
    return Query(
        method=request.method,
        path=request.scope["path"],
        headers=_headers(request),
        path_values={name: str(value) for name, value in request.path_params.items()},
        origin=public_url or origin_of(request),
        id=request.scope.get(REQUEST_ID) or secrets.token_hex(8),
        asked_at=datetime.now(UTC),
    )


async def read(request: Request, seen: Query) -> Query:
    """The whole request.

    Repeats and blank values are kept; what is no UTF-8 becomes U+FFFD. Raises QueryTooLong, RequestTooLarge and
    RequestTooSlow.
    """
    text: bytes = request.scope["query_string"]
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong("query string", f"may have at most {LONGEST_QUERY:,} bytes")
    return replace(
        seen,
        parameters=tuple(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")),
        body=await _body(request) if request.method in ("POST", "PUT", "PATCH", "DELETE") else b"",
    )


def origin_of(request: Request) -> str:
    """Scheme and host as the asker wrote them, if they can be part of an address, else where it was received."""
    scheme = "https" if request.scope.get("scheme") == "https" else "http"
    host = request.headers.get("host", "")
    if _HOST.fullmatch(host):
        return f"{scheme}://{host}"
    address, port = request.scope.get("server") or ("localhost", None)
    return f"{scheme}://{f'[{address}]' if ':' in address else address}" + (f":{port}" if port else "")


def _headers(request: Request) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _body(request: Request) -> bytes:
    parts = []
    most = LARGEST_BODY
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            async for part in request.stream():
                parts.append(part)
                most -= len(part)
                if most < 0:
                    raise RequestTooLarge("body", f"may have at most {LARGEST_BODY:,} bytes")
    except TimeoutError:
        raise RequestTooSlow("body", f"must arrive within {SLOWEST_BODY_SECONDS} s") from None
    return b"".join(parts)
