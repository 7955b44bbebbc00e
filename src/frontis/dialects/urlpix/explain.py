"""What goes out beside URLPix's pictures, and its words for a refusal."""

import json
from collections.abc import Mapping

from frontis.errors import (
    BadInput,
    BadSignature,
    DrawTooSlow,
    FrontisError,
    KeyMissing,
    KeyUnknown,
    Overloaded,
    PlanTooSmall,
    QueryTooLong,
    QuotaExceeded,
    RateLimited,
    Refused,
    RequestTooLarge,
    RequestTooSlow,
    StudioUnavailable,
    UpstreamTimeout,
    WrongMethod,
)
from frontis.model.dialect import DEGRADED_SECONDS, Reply, Served
from frontis.model.order import Order
from frontis.model.query import Query

A_DAY_SECONDS = 86_400
MISSING = "Missing API key. Provide X-API-Key header or api_key query parameter."
MALFORMED = "Invalid API key format."
UNKNOWN = "Invalid or revoked API key."

# Status and words; "" for the error's own. The first class that fits counts, so children stand before their parents.
_REFUSALS: tuple[tuple[type[FrontisError], int, str], ...] = (
    (QueryTooLong, 414, ""),
    (RequestTooLarge, 413, ""),
    (RequestTooSlow, 408, ""),
    (BadSignature, 403, ""),
    (BadInput, 400, ""),
    (WrongMethod, 405, ""),
    (KeyMissing, 401, MISSING),
    (PlanTooSmall, 403, "Plan does not support OG generation (requires Pro+)."),
    (QuotaExceeded, 429, ""),
    (RateLimited, 429, ""),
    (Refused, 403, "The API key does not allow this."),
    (Overloaded, 503, ""),
    (StudioUnavailable, 503, ""),
    (DrawTooSlow, 504, "Render timeout."),
    (UpstreamTimeout, 504, "Render timeout."),
)
_RENDERER = "Renderer unavailable."


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """A day, or until a signed address ends; a minute for a picture that lacks something.

    No shared cache may keep what was asked for with a key in a header: it would give it to those without.
    """
    seconds = DEGRADED_SECONDS if served.is_degraded else A_DAY_SECONDS
    if order.signed_until is not None:
        seconds = min(seconds, max(0, int(order.signed_until - served.now)))
    return {"Cache-Control": f"{'private' if order.is_key_private else 'public'}, max-age={seconds}"}


def explain(error: FrontisError, query: Query) -> Reply:  # noqa: ARG001  (the words are the same for every query)
    """URLPix's status, and why, as JSON. What is wrong on this side is told in its page's words and no others."""
    if isinstance(error, KeyUnknown):
        return _refused(401, MALFORMED if error.is_malformed else UNKNOWN)
    for kind, status, words in _REFUSALS:
        if isinstance(error, kind):
            return _refused(status, words or str(error))
    return _refused(502, _RENDERER)


def _refused(status: int, words: str) -> Reply:
    return Reply(status, json.dumps({"error": words}).encode(), "application/json", {"Cache-Control": "no-store"})
