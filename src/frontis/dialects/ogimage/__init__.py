"""OG Image API (ogimage.dev): `/v1/generate` and its JSON calls, as its page has them. SPEC.md says what we promise."""

from frontis.dialects.ogimage.api import health, register, templates, usage
from frontis.dialects.ogimage.explain import explain, headers
from frontis.dialects.ogimage.params import KeyParameters, Parameters, RegisterParameters
from frontis.dialects.ogimage.parse import parse
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Metering, Route, Terms

__all__ = ["DIALECT"]

_JSON = ("application/json",)
_KEYED = Terms(keys=frozenset({KeyKind.OGIMAGE}), is_key_required=True)
_DRAWN = Terms(keys=_KEYED.keys, is_key_required=True, is_rate_limited=True, metering=Metering.DRAWINGS)

DIALECT = Dialect(
    name="ogimage",
    title="OG Image API",
    routes=(
        Route(
            ("GET", "HEAD", "POST"),
            "/v1/generate",
            "Draw a card in one of OG Image API's templates",
            parse,
            Parameters,
            media_types=("image/png",),
            terms=_DRAWN,
        ),
        Route(
            ("GET",),
            "/v1/templates",
            "The templates, and what each of them takes",
            templates,
            KeyParameters,
            media_types=_JSON,
            terms=_KEYED,
        ),
        Route(
            ("GET",),
            "/v1/usage",
            "What the account has used this month",
            usage,
            KeyParameters,
            media_types=_JSON,
            terms=_KEYED,
        ),
        Route(("GET",), "/v1/health", "Whether the service is there", health, media_types=_JSON),
        Route(
            ("POST",),
            "/v1/auth/register",
            "Open an account by e-mail, and get its key",
            register,
            RegisterParameters,
            media_types=_JSON,
        ),
    ),
    headers=headers,
    explain=explain,
    realm="/v1/",
)
