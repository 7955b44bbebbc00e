"""What OGForge sends beside a picture, and its words for a refusal."""

import json
from collections.abc import Mapping

from frontis.errors import (
    BadInput,
    BadSignature,
    FrontisError,
    Overloaded,
    QueryTooLong,
    RateLimited,
    Refused,
    RequestTooLarge,
    RequestTooSlow,
    StudioUnavailable,
    WrongMethod,
)
from frontis.model.dialect import DEGRADED_SECONDS, Reply, Served
from frontis.model.order import Order
from frontis.model.query import Query

_DAY_SECONDS = 86_400

# The first class that fits counts, so children stand before their parents.
_STATUSES: tuple[tuple[type[FrontisError], int], ...] = (
    (WrongMethod, 405),
    (RequestTooSlow, 408),
    (QueryTooLong, 414),
    (RequestTooLarge, 413),
    (BadSignature, 403),
    (BadInput, 400),
    (RateLimited, 429),
    (Refused, 403),
    (Overloaded, 503),
    (StudioUnavailable, 503),
)


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """A day, as OGForge's docs have it, but never beyond the end of a signed address; and the theme that was used."""
    seconds = DEGRADED_SECONDS if served.is_degraded else _DAY_SECONDS
    if order.signed_until is not None:
        seconds = min(seconds, max(0, int(order.signed_until - served.now)))
    return {"Cache-Control": f"public, max-age={seconds}", "X-OGForge-Theme": str(order.card.values["theme"])}


def explain(error: FrontisError, query: Query) -> Reply:  # noqa: ARG001  (the words are the same for every query)
    """`{"error", "message"}` as JSON: what is wrong and what would be right. A fault of ours names no files."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    words = "The image could not be drawn. The fault is on this side." if status == 500 else str(error)
    body = {"error": words, "message": words}
    if isinstance(error, BadInput):
        body["parameter"] = error.parameter
        if error.suggestion:
            body["suggestion"] = error.suggestion
    return Reply(status, json.dumps(body).encode(), "application/json", {"Cache-Control": "no-store"})
