"""OGForge (ogforge.dev): its picture and its catalogues, as its page and docs have them. SPEC.md is what we promise."""

from frontis.dialects.ogforge.catalogues import icons, themes
from frontis.dialects.ogforge.explain import explain, headers
from frontis.dialects.ogforge.params import IconsParameters, Parameters
from frontis.dialects.ogforge.parse import parse
from frontis.model.dialect import Dialect, Route

__all__ = ["DIALECT"]

_JSON = ("application/json",)

DIALECT = Dialect(
    name="ogforge",
    title="OGForge",
    routes=(
        # No key, no metering: OGForge is open to everybody. What an operator allows a minute still counts.
        Route(
            ("GET", "HEAD", "POST"),
            "/api/v1/og",
            "Draw a card in one of OGForge's themes",
            parse,
            Parameters,
            media_types=("image/png", "image/webp", "image/jpeg", "image/svg+xml"),
        ),
        Route(("GET", "HEAD"), "/api/v1/icons", "Find icons", icons, IconsParameters, media_types=_JSON),
        Route(("GET", "HEAD"), "/api/v1/themes", "List themes, patterns, layouts and sizes", themes, media_types=_JSON),
    ),
    headers=headers,
    explain=explain,
)
