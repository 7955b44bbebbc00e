"""How a foreign service is spoken: its routes, and its way to answer and to refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from frontis.errors import FrontisError
from frontis.model.order import Order
from frontis.model.picture import Picture
from frontis.model.query import Query

if TYPE_CHECKING:
    from pydantic import BaseModel

DEGRADED_SECONDS = 60
"""For how long a picture may be kept that lacks something it should have."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no card: JSON, text, or a refusal. The edge adds the headers that every answer has."""

    status: int
    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a dialect.

    path: in Starlette's notation, such as "/card/{template}.{extension}".
    parameters: a pydantic model of the query string (or of the body of a POST), from which validation, documentation,
    forms and fuzzing come; None where there are none.
    answer: pure; a card to draw, or a reply that needs none. Raises FrontisError, which the dialect explains.
    media_types: what a 200 answers with, for the documentation.
    """

    methods: tuple[str, ...]
    path: str
    summary: str
    answer: Callable[[Query], Order | Reply]
    parameters: "type[BaseModel] | None" = None
    media_types: tuple[str, ...] = ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A foreign service's manners.

    headers: what that service sends with a picture (Cache-Control above all); `now` is the Unix time.
    explain: that service's words and status for a refusal of one of its routes.
    """

    name: str
    title: str
    routes: tuple[Route, ...]
    headers: Callable[[Order, Picture, float], Mapping[str, str]]
    explain: Callable[[FrontisError, Query], Reply]
