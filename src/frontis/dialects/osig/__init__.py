"""OSIG (osig.app): `/g` and its API, as its page and its source have them. SPEC.md says what we promise."""

from frontis.dialects.osig.api import metrics, sign
from frontis.dialects.osig.explain import explain, headers
from frontis.dialects.osig.params import MetricsParameters, Parameters, SignParameters
from frontis.dialects.osig.parse import parse
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Metering, Route, Terms

__all__ = ["DIALECT"]

_JSON = ("application/json",)
_KEYS = frozenset({KeyKind.OSIG})

DIALECT = Dialect(
    name="osig",
    title="OSIG",
    routes=(
        # OSIG's page writes the address with the slash and its program answers without.
        *(
            Route(
                ("GET", "HEAD"),
                path,
                "Draw a card in one of OSIG's styles",
                parse,
                Parameters,
                terms=Terms(keys=_KEYS, metering=Metering.REQUESTS),
            )
            for path in ("/g", "/g/")
        ),
        Route(
            ("POST",),
            "/api/sign",
            "Sign an address of /g",
            sign,
            SignParameters,
            media_types=_JSON,
            terms=Terms(keys=frozenset({KeyKind.OSIG, KeyKind.OGSTACK})),
        ),
        Route(
            ("GET",),
            "/api/admin/render-metrics",
            "What became of the renders of the last hours",
            metrics,
            MetricsParameters,
            media_types=_JSON,
            terms=Terms(keys=_KEYS, is_key_required=True, is_for_superusers=True),
        ),
    ),
    headers=headers,
    explain=explain,
)
