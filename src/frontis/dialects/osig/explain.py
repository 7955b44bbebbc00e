"""What OSIG sends beside a picture, and its words for a refusal."""

from collections.abc import Mapping

from frontis.errors import (
    BadSignature,
    FrontisError,
    Overloaded,
)
from frontis.model.dialect import DEGRADED_SECONDS, Reply
from frontis.model.order import Order
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.model.usage import error_type

FOR_EVER = "public, max-age=31536000, immutable"
# The largest number of seconds that every cache can count (RFC 9111, 1.2.2).
_MOST_SECONDS = 2**31 - 1
_HTML = "text/html; charset=utf-8"


def headers(order: Order, picture: Picture, now: float) -> Mapping[str, str]:
    """Cache-Control as OSIG's page gives it, but that a picture which lacks something is not kept."""
    if order.signed_until is not None:
        seconds = min(max(0, int(order.signed_until - now)), _MOST_SECONDS)
        if picture.missing:
            seconds = min(seconds, DEGRADED_SECONDS)
        return {"Cache-Control": f"public, max-age={seconds}"}
    return {"Cache-Control": f"public, max-age={DEGRADED_SECONDS}" if picture.missing else FOR_EVER}


def explain(error: FrontisError, query: Query) -> Reply:  # noqa: ARG001  (no word of a query may stand in an HTML page)
    """OSIG's status and words. The body is made of fixed words only: it goes out as HTML."""
    if isinstance(error, BadSignature):
        return _refusal(403, "Invalid or expired signature")
    if isinstance(error, Overloaded):
        return _refusal(503, "Too many renders at once", {"Retry-After": str(error.retry_after_seconds)})
    return _refusal(502, f"Render failed: {error_type(error)}")


def _refusal(status: int, words: str, more: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, words.encode(), _HTML, {"Cache-Control": "no-store", **(more or {})})
