"""OSIG (osig.app): `/g` and its API, as its page and its source have them. SPEC.md says what we promise."""

from frontis.dialects.osig.api import metrics, sign
from frontis.dialects.osig.explain import explain, headers
from frontis.dialects.osig.params import (
    MetricsParameters,
    OnboardingParameters,
    Parameters,
    SignParameters,
    WordPressParameters,
)
from frontis.dialects.osig.parse import parse
from frontis.dialects.osig.publishing import meta, wordpress
from frontis.dialects.osig.square import square
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Metering, Route, Terms

__all__ = ["DIALECT"]

_JSON = ("application/json",)
_KEYS = frozenset({KeyKind.OSIG})

DIALECT = Dialect(
    name="osig",
    title="OSIG",
    routes=(
        # OSIG's page writes the address with a slash at its end and its program answers without; here both are good.
        Route(
            ("GET", "HEAD"),
            "/g",
            "Draw a card in one of OSIG's styles",
            parse,
            Parameters,
            terms=Terms(keys=_KEYS, metering=Metering.REQUESTS),
        ),
        *(
            Route(
                ("POST",),
                path,
                summary,
                answer,
                parameters,
                media_types=_JSON,
                terms=Terms(keys=frozenset({KeyKind.OSIG, KeyKind.OGSTACK})),
            )
            for path, summary, answer, parameters in (
                ("/api/sign", "Sign an address of /g", sign, SignParameters),
                ("/api/onboarding/meta", "Make the meta tags of a page", meta, OnboardingParameters),
                ("/api/integrations/wordpress", "Make the card of a WordPress post", wordpress, WordPressParameters),
            )
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
        Route(("GET", "HEAD"), "/blank-square.png", "A white square", square, media_types=("image/png",)),
    ),
    headers=headers,
    explain=explain,
)
