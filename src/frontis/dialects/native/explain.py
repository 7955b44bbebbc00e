"""What goes out beside our own pictures, and our refusals: problem details as RFC 9457 has them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from frontis.dialects.native.parse import BodyNotJson
from frontis.errors import (
    BadInput,
    BadPicture,
    BadSignature,
    BadTemplate,
    DrawFailed,
    EncodeFailed,
    FetchFailed,
    FrontisError,
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

_YEAR_SECONDS = 31_536_000
_DAY_SECONDS = 86_400
_WEEK_SECONDS = 604_800


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: its status, its place in the documentation ("/docs#" and this), and what it is called.

    detail: fixed words, for faults that are ours and whose own words may name files; "" to tell the error's own.
    """

    status: int
    anchor: str
    title: str
    detail: str = ""


_OURS = "The fault is on this side; the operator finds the reason in the log."

# The first class that fits counts, so children stand before their parents.
PROBLEMS: tuple[tuple[type[FrontisError], Problem], ...] = (
    (WrongMethod, Problem(405, "wrong-method", "The address is not there for this method")),
    (QueryTooLong, Problem(414, "query-too-long", "The query string is too long")),
    (RequestTooLarge, Problem(413, "body-too-large", "The body is too large")),
    (RequestTooSlow, Problem(408, "body-too-slow", "The body did not arrive in time")),
    (BodyNotJson, Problem(415, "body-not-json", "The body is not JSON")),
    (UnknownTemplate, Problem(404, "unknown-template", "There is no such template")),
    (BadSignature, Problem(403, "bad-signature", "The signature is not good")),
    (BadInput, Problem(400, "bad-input", "A parameter cannot be used")),
    (QuotaExceeded, Problem(429, "quota-exceeded", "The account's quota is used up")),
    (RateLimited, Problem(429, "rate-limited", "Too many requests in this minute")),
    (Refused, Problem(403, "refused", "The key does not allow this")),
    (StudioUnavailable, Problem(503, "accounts-unavailable", "Accounts cannot be looked up now")),
    (Overloaded, Problem(503, "overloaded", "All renderers are busy")),
    (
        FetchFailed,
        Problem(502, "fetch-failed", "Something remote could not be had", "The other server gave no answer of use."),
    ),
    (
        BadPicture,
        Problem(502, "bad-picture", "A remote picture cannot be read", "What the other server sent is no picture."),
    ),
    (BadTemplate, Problem(500, "bad-template", "The template is wrong", _OURS)),
    (DrawFailed, Problem(500, "draw-failed", "The card could not be drawn", _OURS)),
    (EncodeFailed, Problem(500, "encode-failed", "The picture could not be written", _OURS)),
    (FrontisError, Problem(500, "fault", "Something went wrong", _OURS)),
)


def headers(order: Order, served: Served) -> Mapping[str, str]:
    """Cache-Control: for ever with a version in the path, else a day; never beyond the end of a signed address."""
    if served.is_degraded:
        longest, rest = DEGRADED_SECONDS, ""
    elif order.permanent:
        longest, rest = _YEAR_SECONDS, ", immutable"
    else:
        longest, rest = _DAY_SECONDS, f", stale-while-revalidate={_WEEK_SECONDS}"
    if order.signed_until is not None:
        longest, rest = min(longest, max(0, int(order.signed_until - served.now))), ""
    return {"Cache-Control": f"public, max-age={longest}{rest}", **_rates(served)}


def _rates(served: Served) -> Mapping[str, str]:
    """Where the asker's minute stands (draft-ietf-httpapi-ratelimit-headers-07)."""
    rate = served.rate
    if rate is None:
        return {}
    seconds = max(0, rate.reset_at - int(served.now))
    counts = {"Limit": rate.limit, "Remaining": rate.remaining, "Reset": seconds}
    return {f"RateLimit-{name}": str(count) for name, count in counts.items()}


def explain(error: FrontisError, query: Query) -> Reply:  # noqa: ARG001  (our words are the same for every query)
    """The refusal as application/problem+json, with the parameter and "did you mean" where there is one."""
    problem = next(problem for kind, problem in PROBLEMS if isinstance(error, kind))
    body: dict[str, object] = {
        "type": f"/docs#{problem.anchor}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or str(error),
    }
    if isinstance(error, BadInput):
        body["parameter"] = error.parameter
        if error.suggestion:
            body["suggestion"] = error.suggestion
    return Reply(problem.status, json.dumps(body).encode(), "application/problem+json", {"Cache-Control": "no-store"})
