"""Turns a web request into a Query, within limits, whatever its bytes are."""

import asyncio
import re
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from frontis.model.query import Query

LONGEST_QUERY = 16_384
LARGEST_BODY = 262_144
SLOWEST_BODY_SECONDS = 10
_HOST = re.compile(r"(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE)


async def ask(request: Request, *, public_url: str = "") -> Query:
    """The request as plain data.

    Repeats and blank values are kept; what is no UTF-8 becomes U+FFFD. public_url: the origin, in place of what the
    asker says. Raises HTTPException 414 and 413 over the limits, 408 when the body does not arrive.
    """
    text: bytes = request.scope["query_string"]
    if len(text) > LONGEST_QUERY:
        raise HTTPException(414, f"The query string may have at most {LONGEST_QUERY:,} bytes.")
    return Query(
        method=request.method,
        path=request.scope["path"],
        parameters=tuple(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")),
        headers=_headers(request),
        body=await _body(request) if request.method in ("POST", "PUT", "PATCH") else b"",
        path_values={name: str(value) for name, value in request.path_params.items()},
        origin=public_url or origin_of(request),
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
                    raise HTTPException(413, f"The body may have at most {LARGEST_BODY:,} bytes.")
    except TimeoutError:
        raise HTTPException(408, f"The body did not arrive within {SLOWEST_BODY_SECONDS} s.") from None
    return b"".join(parts)
