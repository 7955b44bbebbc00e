"""OSIG's JSON calls: `/api/sign`, and the metrics of its renders."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from frontis.dialects.osig.params import BadBody, MetricsParameters, SignParameters
from frontis.model.dialect import Errand, Reply
from frontis.model.order import MetricsWish, SignedQuery, SignWish
from frontis.model.query import Query
from frontis.model.usage import RenderMetrics

LONGEST_LIFETIME_SECONDS = 2_592_000
MOST_HOURS = 720
_JSON = "application/json; charset=utf-8"

M = TypeVar("M", bound=BaseModel)


def sign(query: Query) -> Errand:
    """`POST /api/sign`: the address of `/g` with these parameters, signed. Raises BadBody."""
    asked = _checked(SignParameters, _posted(query), ("body", "data"))
    lifetime = min(max(asked.expires_in_seconds, 1), LONGEST_LIFETIME_SECONDS)
    given = tuple((name, value) for name, value in asked.params.items() if value is not None)
    bearer = query.bearer

    def tell(signed: SignedQuery) -> Reply:
        return _json({"signed_url": f"{query.origin}/g?{signed.text}", "expires_at": signed.expires_at.isoformat()})

    key = bearer or str(asked.params.get("key") or "")
    return Errand(SignWish(given, lifetime), tell, key=key, is_key_private=bool(bearer))


def metrics(query: Query) -> Errand:
    """`GET /api/admin/render-metrics`: what became of the renders of the last hours. Raises BadBody."""
    asked = _checked(MetricsParameters, dict(query.parameters), ("query",))
    hours = min(max(asked.hours, 1), MOST_HOURS)
    return Errand(MetricsWish(hours), _tell_metrics, key=asked.api_key)


def _tell_metrics(found: RenderMetrics) -> Reply:
    return _json(
        {
            "window_hours": found.window_hours,
            "total_attempts": found.total,
            "failed_attempts": found.failed,
            "fail_rate_percent": round(100 * found.failed / found.total, 2) if found.total else 0.0,
            "p95_render_ms": None if found.p95_seconds is None else round(found.p95_seconds * 1000),
            "error_counts": dict(found.error_counts),
        }
    )


def _posted(query: Query) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    try:
        return json.loads(query.body)
    except (ValueError, RecursionError):
        raise BadBody([{"type": "json_invalid", "loc": ["body"], "msg": "Cannot parse request body"}]) from None


def _checked(model: type[M], given: Any, place: tuple[str, ...]) -> M:  # noqa: ANN401
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise BadBody([{**fault, "loc": [*place, *fault["loc"]]} for fault in faults]) from None


def _json(body: Mapping[str, object]) -> Reply:
    return Reply(200, json.dumps(body).encode(), _JSON, {"Cache-Control": "no-store"})
