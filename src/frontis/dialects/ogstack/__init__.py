"""OGStack (ogstack.dev): cards of web pages, by projects. SPEC.md says what we promise."""

from frontis.dialects.ogstack.explain import explain, headers
from frontis.dialects.ogstack.params import Parameters
from frontis.dialects.ogstack.parse import parse
from frontis.model.dialect import Dialect, Route, Terms

__all__ = ["DIALECT"]

DIALECT = Dialect(
    name="ogstack",
    title="OGStack",
    routes=tuple(
        # The service answers the first on its API's host and the second on its site's.
        Route(
            ("GET", "HEAD"),
            path,
            "Draw the card of a web page",
            parse,
            Parameters,
            media_types=("image/png",),
            terms=Terms(is_rate_limited=True),
        )
        for path in ("/og/{publicId}", "/api/og/{publicId}")
    ),
    headers=headers,
    explain=explain,
)
