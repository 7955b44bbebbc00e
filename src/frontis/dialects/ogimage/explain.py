"""What OG Image API sends beside a picture, the envelope of all else, and its words for a refusal."""

import json
from collections.abc import Mapping
from datetime import datetime

from frontis.dialects.ogimage.params import BadParameters
from frontis.errors import (
    AddressUnknown,
    BadInput,
    BadSignature,
    EmailTaken,
    FrontisError,
    KeyMissing,
    KeyUnknown,
    Overloaded,
    QueryTooLong,
    QuotaExceeded,
    RateLimited,
    Refused,
    RequestTooLarge,
    RequestTooSlow,
    StudioUnavailable,
    UnknownTemplate,
    WrongMethod,
)
from frontis.model.dialect import DEGRADED_SECONDS, Reply, Served
from frontis.model.order import Order
from frontis.model.query import Query

FOR_EVER = "public, max-age=31536000, immutable"
# The largest number of seconds that every cache can count (RFC 9111, 1.2.2).
_MOST_SECONDS = 2**31 - 1
_MEDIA_TYPE = "application/json; charset=utf-8"
_INACTIVE = "API key inactive or insufficient permissions."
_INTERNAL = "Internal server error."

# The first class that fits counts, so children stand before their parents: status, code, message. An empty message
# stands for the error's own.
_REFUSALS: tuple[tuple[type[FrontisError], tuple[int, str, str]], ...] = (
    (UnknownTemplate, (404, "TEMPLATE_NOT_FOUND", "")),
    (BadSignature, (403, "FORBIDDEN", "The address is not signed, or its signature is not good.")),
    (
        EmailTaken,
        (409, "EMAIL_ALREADY_REGISTERED", "Email already registered. Check your inbox for the original key."),
    ),
    (QueryTooLong, (414, "INVALID_PARAMS", "The query string is too long.")),
    (RequestTooLarge, (413, "INVALID_PARAMS", "The body is too large.")),
    (RequestTooSlow, (408, "INVALID_PARAMS", "The body did not arrive in time.")),
    (BadInput, (400, "INVALID_PARAMS", "Parameter validation failed.")),
    (AddressUnknown, (404, "NOT_FOUND", "")),
    (WrongMethod, (405, "METHOD_NOT_ALLOWED", "")),
    (KeyMissing, (401, "UNAUTHORIZED", "Invalid or missing API key.")),
    (KeyUnknown, (401, "UNAUTHORIZED", "Invalid or missing API key.")),
    (QuotaExceeded, (429, "DAILY_LIMIT_EXCEEDED", "Monthly image generation limit exceeded.")),
    (RateLimited, (429, "RATE_LIMIT_EXCEEDED", "Per-minute request limit exceeded.")),
    (Refused, (403, "FORBIDDEN", _INACTIVE)),
    (Overloaded, (503, "INTERNAL_ERROR", "Too many renders at once.")),
    (StudioUnavailable, (503, "INTERNAL_ERROR", "Accounts cannot be looked up now.")),
    (FrontisError, (500, "INTERNAL_ERROR", _INTERNAL)),
)


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """The headers of a picture, as the page gives them, but that one which lacks something is not kept."""
    if served.is_degraded:
        lasting = f"public, max-age={DEGRADED_SECONDS}"
    elif order.signed_until is not None:
        lasting = f"public, max-age={min(max(0, int(order.signed_until - served.now)), _MOST_SECONDS)}"
    else:
        lasting = FOR_EVER
    rate = served.rate
    return {
        "Cache-Control": lasting,
        "X-Cache": "HIT" if served.is_cached else "MISS",
        "X-Image-Hash": f"sha256_{served.card.fingerprint}",
        **(_rates(rate.limit, rate.remaining, rate.reset_at) if rate else {}),
    }


def answer(data: object, query: Query) -> Reply:
    """A JSON answer, in its envelope."""
    return _enveloped(200, data, None, query)


def explain(error: FrontisError, query: Query) -> Reply:
    """OG Image API's status, code and words, in the envelope."""
    status, code, words = next(refusal for kind, refusal in _REFUSALS if isinstance(error, kind))
    told = {"code": code, "message": words or _told(error), "details": _details(error)}
    more = _rates(error.limit, 0, error.reset_at) if isinstance(error, RateLimited) else {}
    return _enveloped(status, None, told, query, more)


def stamp(moment: datetime) -> str:
    """A time in UTC as the page writes it: 2026-02-24T12:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(error: FrontisError) -> str:
    if isinstance(error, UnknownTemplate):
        hint = f" Did you mean {error.suggestion!r}?" if error.suggestion else ""
        return f"Template {error.name!r} does not exist.{hint}"
    return str(error)


def _details(error: FrontisError) -> list[dict[str, str]] | None:
    match error:
        case BadParameters():
            return [{"field": field, "message": message} for field, message in error.faults]
        case UnknownTemplate() | EmailTaken() | BadSignature():
            return None
        case BadInput():
            return [{"field": error.parameter, "message": error.problem}]
    return None


def _rates(limit: int, remaining: int, reset_at: int) -> Mapping[str, str]:
    counts = {"Limit": limit, "Remaining": remaining, "Reset": reset_at}
    return {f"X-RateLimit-{name}": str(count) for name, count in counts.items()}


def _enveloped(status: int, data: object, error: object, query: Query, more: Mapping[str, str] | None = None) -> Reply:
    meta = {"request_id": f"req_{query.id}", "timestamp": stamp(query.asked_at)}
    body = json.dumps({"data": data, "error": error, "meta": meta}).encode()
    # Keys and counts are nobody's but the asker's, and each answer has an id of its own.
    return Reply(status, body, _MEDIA_TYPE, {"Cache-Control": "no-store", **(more or {})})
