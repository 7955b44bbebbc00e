"""What OGStack sends beside a picture, and its codes and words for a refusal."""

import json
from collections.abc import Mapping

from frontis.dialects.ogstack.bodies import BadBody
from frontis.dialects.ogstack.params import BadParameters
from frontis.errors import (
    AddressForbidden,
    BadInput,
    BadPicture,
    BadSignature,
    FetchFailed,
    FrontisError,
    HostForeign,
    ImageTaken,
    ImageUnknown,
    KeyMissing,
    KeyNotEnough,
    KeyUnknown,
    LibraryFull,
    Overloaded,
    PlanTooSmall,
    ProjectUnknown,
    QueryTooLong,
    QuotaExceeded,
    RateLimited,
    Refused,
    RequestTooLarge,
    RequestTooSlow,
    StoreUnavailable,
    StudioUnavailable,
    UnknownTemplate,
    WrongMethod,
)
from frontis.model.dialect import DEGRADED_SECONDS, Reply, Served
from frontis.model.order import Order
from frontis.model.query import Query

BROWSER_SECONDS = 86_400
EDGE_SECONDS = 604_800
_JSON = "application/json; charset=utf-8"
_OURS = "Something went wrong"

# The first class that fits counts: children stand before parents. "" stands for what the error itself says.
_REFUSALS: tuple[tuple[type[FrontisError], int, str, str], ...] = (
    (UnknownTemplate, 404, "NOT_FOUND", ""),
    (BadSignature, 403, "FORBIDDEN", "Invalid or expired signature"),
    (QueryTooLong, 414, "BAD_REQUEST", "The query string is too long"),
    (RequestTooLarge, 413, "BAD_REQUEST", "The body is too large"),
    (RequestTooSlow, 408, "BAD_REQUEST", "The body did not arrive in time"),
    (BadBody, 400, "MALFORMED_BODY", "The body is not valid JSON"),
    (ImageUnknown, 404, "NOT_FOUND", "Image not found"),
    (
        ImageTaken,
        409,
        "IMAGE_EXISTS",
        "An image already exists for this URL with different settings. Pass force=true to replace it.",
    ),
    (BadInput, 400, "VALIDATION_ERROR", ""),
    (AddressForbidden, 400, "VALIDATION_ERROR", "url: must be an http or https address that may be fetched"),
    (WrongMethod, 405, "METHOD_NOT_ALLOWED", "Method not allowed"),
    (ProjectUnknown, 404, "NOT_FOUND", "Project not found"),
    (HostForeign, 403, "FORBIDDEN", ""),
    (KeyMissing, 401, "UNAUTHORIZED", "Missing or invalid authorization header"),
    (KeyUnknown, 401, "UNAUTHORIZED", "Invalid or revoked API key"),
    (KeyNotEnough, 403, "FORBIDDEN", "API key is scoped to a different project."),
    (PlanTooSmall, 402, "TIER_LOCKED", ""),
    (LibraryFull, 403, "PLAN_LIMIT_EXCEEDED", ""),
    (QuotaExceeded, 403, "PLAN_LIMIT_EXCEEDED", ""),
    (RateLimited, 429, "RATE_LIMITED", "Too many requests, please try again later"),
    (Refused, 403, "FORBIDDEN", ""),
    (Overloaded, 503, "SERVICE_UNAVAILABLE", "Too many renders at once, please try again later"),
    (StudioUnavailable, 503, "SERVICE_UNAVAILABLE", "Accounts cannot be looked up now, please try again later"),
    (StoreUnavailable, 503, "SERVICE_UNAVAILABLE", "Images cannot be stored or read now, please try again later"),
    (FetchFailed, 400, "BAD_REQUEST", ""),
    (BadPicture, 400, "BAD_REQUEST", "What is at the address is no picture"),
    (FrontisError, 500, "INTERNAL_SERVER_ERROR", _OURS),
)


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """Cache-Control as OGStack's page gives it; a picture that lacks something is kept for a minute, in caches too."""
    most = EDGE_SECONDS if order.signed_until is None else max(0, int(order.signed_until - served.now))
    if served.is_degraded:
        kept = f"public, max-age={min(DEGRADED_SECONDS, most)}"
    else:
        kept = f"public, max-age={min(BROWSER_SECONDS, most)}, s-maxage={min(EDGE_SECONDS, most)}"
    found = {"Cache-Control": kept}
    if served.rate is not None:
        found |= _rates(served.rate.limit, served.rate.remaining, served.rate.reset_at)
    if order.painting is not None:
        found["X-OGStack-AI"] = "unavailable"
    return found


def explain(error: FrontisError, query: Query) -> Reply:  # noqa: ARG001  (OGStack's words are the same for every query)
    """The refusal as {"code", "message", "details"}."""
    _, status, code, words = next(row for row in _REFUSALS if isinstance(error, row[0]))
    body: dict[str, object] = {"code": code, "message": words or _words(error)}
    if details := _details(error):
        body["details"] = details
    more = _rates(error.limit, 0, error.reset_at) if isinstance(error, RateLimited) else {}
    return Reply(status, json.dumps(body).encode(), _JSON, {"Cache-Control": "no-store", **more})


def _words(error: FrontisError) -> str:
    match error:
        case UnknownTemplate():
            return f'Template "{error.name}" not found'
        case HostForeign():
            return f"Domain {error.host} is not allowed for this project."
        case QuotaExceeded():
            return "Plan limit reached: " + "/".join(error.periods)
        case BadParameters():
            return "; ".join(f"{fault['path'].removeprefix('/')} {fault['message']}" for fault in error.details)
    return str(error)


def _details(error: FrontisError) -> object:
    match error:
        case BadParameters():
            return error.details
        case UnknownTemplate():
            return {"suggestion": error.suggestion} if error.suggestion else None
        case BadSignature() | BadBody() | ImageUnknown():
            return None
        case ImageTaken():
            return {"id": error.number} if error.number else None
        case BadInput():
            return [{"path": f"/{error.parameter}", "message": error.problem}]
    return None


def _rates(limit: int, remaining: int, reset_at: int) -> Mapping[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset_at),
    }
