"""OSIG's JSON calls for programs: `/api/sign`, and the metrics of its renders."""

from frontis.dialects.osig.body import checked, posted, signing, told
from frontis.dialects.osig.params import BadBody, MetricsParameters, SignParameters
from frontis.model.dialect import Errand, Reply
from frontis.model.order import MetricsWish
from frontis.model.query import Query
from frontis.model.usage import RenderMetrics

MOST_HOURS = 720


def sign(query: Query) -> Errand:
    """`POST /api/sign`: the address of `/g` with these parameters, signed. Raises BadBody."""
    asked = posted(SignParameters, query)
    given = ((name, value) for name, value in asked.params.items() if value is not None)
    return signing(query, given, asked.expires_in_seconds, lambda _: {})


def metrics(query: Query) -> Errand:
    """`GET /api/admin/render-metrics`: what became of the renders of the last hours."""
    try:
        asked = checked(MetricsParameters, dict(query.parameters), ("query",))
    except BadBody as error:
        # Who may not see them is not told what is wrong with the rest, as with django-ninja.
        return Errand.refusing(error, key=query.last("api_key") or "")
    hours = min(max(asked.hours, 1), MOST_HOURS)
    return Errand(MetricsWish(hours), _tell_metrics, key=asked.api_key)


def _tell_metrics(found: RenderMetrics) -> Reply:
    return told(
        {
            "window_hours": found.window_hours,
            "total_attempts": found.total,
            "failed_attempts": found.failed,
            "fail_rate_percent": round(100 * found.failed / found.total, 2) if found.total else 0.0,
            "p95_render_ms": None if found.p95_seconds is None else round(found.p95_seconds * 1000),
            "error_counts": dict(found.error_counts),
        }
    )
