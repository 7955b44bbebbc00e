"""URLPix (urlpix.com): `/v1/og` and its templates, as its pages have them. SPEC.md says what we promise."""

from frontis.dialects.urlpix.describe import describe
from frontis.dialects.urlpix.explain import explain, headers
from frontis.dialects.urlpix.params import Parameters
from frontis.dialects.urlpix.parse import parse
from frontis.model.account import KeyKind, Plan
from frontis.model.dialect import Dialect, Metering, Route, Terms

__all__ = ["DIALECT"]


def _is_pro(plan: Plan) -> bool:
    return plan.may_use_urlpix


DIALECT = Dialect(
    name="urlpix",
    title="URLPix",
    routes=(
        Route(
            ("GET", "HEAD"),
            "/v1/og",
            "Draw a card from a template",
            parse,
            Parameters,
            media_types=("image/png", "image/jpeg", "image/webp", "application/json"),
            terms=Terms(
                keys=frozenset({KeyKind.URLPIX}),
                is_key_required=True,
                is_rate_limited=True,
                metering=Metering.DRAWINGS,
                allows=_is_pro,
            ),
        ),
        Route(
            ("GET", "HEAD"),
            "/v1/og/templates",
            "List the templates and their variables",
            describe,
            media_types=("application/json",),
        ),
    ),
    headers=headers,
    explain=explain,
)
