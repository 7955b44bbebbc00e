"""From the address of a picture to the order that it is, without a server."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.routing import compile_path

from frontis.errors import AddressUnknown
from frontis.model.dialect import Dialect
from frontis.model.order import Order
from frontis.model.query import Query


def locate(address: str, dialects: Iterable[Dialect]) -> Order:
    """The order behind a whole address or a path with its query string.

    Raises AddressUnknown for what is no address of a picture, and what its dialect raises for bad parameters.
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    for dialect in dialects:
        for route in dialect.routes:
            if "GET" not in route.methods:
                continue
            for pattern in (route.path, *route.aliases):
                found = compile_path(pattern)[0].match(path.rstrip("/") if pattern != "/" else path)
                if found is None:
                    continue
                query = Query(
                    "GET",
                    path,
                    tuple(parse_qsl(parts.query, keep_blank_values=True, errors="replace")),
                    path_values=found.groupdict(),
                    origin=f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://localhost",
                    id=secrets.token_hex(8),
                    asked_at=datetime.now(UTC),
                )
                answer = route.answer(query)
                if isinstance(answer, Order):
                    return answer
    raise AddressUnknown
