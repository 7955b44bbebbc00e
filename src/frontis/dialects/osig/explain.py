"""What OSIG sends beside a picture, and its words for a refusal."""

import json
from collections.abc import Mapping

from frontis.dialects.osig.params import BadBody
from frontis.errors import (
    BadInput,
    BadSignature,
    FrontisError,
    Overloaded,
    QueryTooLong,
    QuotaExceeded,
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
from frontis.model.usage import Usage, error_type

FOR_EVER = "public, max-age=31536000, immutable"
# The largest number of seconds that every cache can count (RFC 9111, 1.2.2).
_MOST_SECONDS = 2**31 - 1
_HTML = "text/html; charset=utf-8"
_JSON = "application/json; charset=utf-8"


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """Cache-Control as OSIG's page gives it, but that a picture which lacks something is not kept; and the quotas."""
    quotas = _quotas(served.usage) if served.usage else {}
    if order.signed_until is not None:
        seconds = min(max(0, int(order.signed_until - served.now)), _MOST_SECONDS)
        if served.is_degraded:
            seconds = min(seconds, DEGRADED_SECONDS)
        return {"Cache-Control": f"public, max-age={seconds}", **quotas}
    lasting = f"public, max-age={DEGRADED_SECONDS}" if served.is_degraded else FOR_EVER
    return {"Cache-Control": lasting, **quotas}


def explain(error: FrontisError, query: Query) -> Reply:
    """OSIG's status and words. The body is made of fixed words only: most of them go out as HTML."""
    if query.path.startswith("/api/"):
        return _explain_api(error)
    match error:
        case BadSignature():
            return _refusal(403, "Invalid or expired signature")
        case QuotaExceeded():
            return _refusal(429, str(error))
        case RateLimited():
            return _refusal(429, "Too many requests")
        case Refused():
            return _refusal(403, "This needs a key that is allowed to do it")
        case Overloaded():
            return _refusal(503, "Too many renders at once")
        case StudioUnavailable():
            return _refusal(503, "Accounts cannot be looked up now")
        case WrongMethod():
            return _refusal(405, "Method not allowed")
        case QueryTooLong():
            return _refusal(414, "The query string is too long")
    return _refusal(502, f"Render failed: {error_type(type(error))}")


def _explain_api(error: FrontisError) -> Reply:
    """As django-ninja has it: a detail, in JSON."""
    match error:
        case BadBody():
            return _detail(422, error.details)
        case WrongMethod():
            return _detail(405, "Method not allowed")
        case QueryTooLong():
            return _detail(414, "The query string is too long")
        case RequestTooLarge():
            return _detail(413, "The body is too large")
        case RequestTooSlow():
            return _detail(408, "The body did not arrive in time")
        case BadInput():
            return _detail(422, [{"type": "value_error", "loc": ["body", error.parameter], "msg": str(error)}])
        case RateLimited():
            return _detail(429, "Too many requests")
        case Refused():
            return _detail(401, "Unauthorized")
        case StudioUnavailable():
            return _detail(503, "Accounts cannot be looked up now")
    return _detail(500, "Internal Server Error")


def _quotas(usage: Usage) -> Mapping[str, str]:
    """OSIG's headers. A quota without a limit has none."""
    counts = (
        ("Daily", usage.day_used, usage.day_limit),
        ("Monthly", usage.month_used, usage.month_limit),
    )
    found = {f"X-OSIG-{name}-Usage": f"{used}/{limit}" for name, used, limit in counts if limit}
    return found | ({"X-OSIG-Quota-Warning": ",".join(usage.crossed)} if usage.crossed else {})


def _detail(status: int, detail: object) -> Reply:
    return Reply(status, json.dumps({"detail": detail}).encode(), _JSON, {"Cache-Control": "no-store"})


def _refusal(status: int, words: str) -> Reply:
    return Reply(status, words.encode(), _HTML, {"Cache-Control": "no-store"})
