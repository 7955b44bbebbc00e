"""OSIG (osig.app): `/g`, as its page and its source have it. SPEC.md says what we promise and where we differ."""

from frontis.dialects.osig.explain import explain, headers
from frontis.dialects.osig.params import Parameters
from frontis.dialects.osig.parse import parse
from frontis.model.dialect import Dialect, Route

__all__ = ["DIALECT"]

DIALECT = Dialect(
    name="osig",
    title="OSIG",
    # OSIG's page writes the address with the slash and its program answers without.
    routes=tuple(
        Route(("GET", "HEAD"), path, "Draw a card in one of OSIG's styles", parse, Parameters) for path in ("/g", "/g/")
    ),
    headers=headers,
    explain=explain,
)
