"""Our own API: any template at any size, with problem details that say what to do. SPEC.md is its contract."""

from frontis.dialects.native.address import address_of
from frontis.dialects.native.describe import describe_all, describe_one
from frontis.dialects.native.explain import PROBLEMS, explain, headers
from frontis.dialects.native.params import Parameters, parameters_of
from frontis.dialects.native.parse import parse
from frontis.model.account import KeyKind
from frontis.model.dialect import Dialect, Metering, Route, Terms
from frontis.model.output import Format

__all__ = ["DIALECT", "PROBLEMS", "address_of", "parameters_of"]

_JSON = ("application/json",)

DIALECT = Dialect(
    name="native",
    title="Frontis",
    routes=(
        Route(
            ("GET", "HEAD", "POST"),
            "/card/{template}.{extension}",
            "Draw a card",
            parse,
            Parameters,
            media_types=tuple(each.media_type for each in Format),
            terms=Terms(keys=frozenset(KeyKind), is_rate_limited=True, metering=Metering.DRAWINGS),
        ),
        Route(("GET", "HEAD"), "/templates", "List the templates", describe_all, media_types=_JSON),
        Route(("GET", "HEAD"), "/templates/{template}", "Describe a template", describe_one, media_types=_JSON),
    ),
    headers=headers,
    explain=explain,
)
