"""How a foreign service is spoken: its routes, and its way to answer and to refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from frontis.errors import FrontisError
from frontis.model.account import KeyKind, Plan
from frontis.model.card import Card
from frontis.model.order import AdmissionWish, Order, Wish
from frontis.model.page import Page
from frontis.model.query import Query
from frontis.model.usage import Rate, Usage

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
class Errand:
    """Something else than a card that is asked for, and cannot be answered from the query alone.

    tell: the reply that the wish's outcome makes. key, is_key_private: as in an Order.
    """

    wish: Wish
    tell: Callable[[Any], Reply]
    key: str = ""
    is_key_private: bool = False

    @classmethod
    def refusing(cls, error: FrontisError, *, key: str, is_key_private: bool = False) -> "Errand":
        """Lets the asker in, and then says what is wrong: who has no good key is told of that first."""

        def tell(_: object) -> Reply:
            raise error

        return cls(AdmissionWish(), tell, key, is_key_private)


class Metering(Enum):
    """When a picture counts against the quota of the account that asks."""

    NEVER = auto()
    REQUESTS = auto()
    """Each request counts, whatever becomes of it."""
    DRAWINGS = auto()
    """What is drawn counts; what was there already does not."""


def _every_plan(_: Plan) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a route serves.

    keys: the kinds of keys that it knows; any other is unknown here. is_key_required: without a good key it refuses;
    else such an asker is anonymous. is_rate_limited: by what the plan allows in a minute. allows: whether a plan has
    this at all.
    """

    keys: frozenset[KeyKind] = frozenset()
    is_key_required: bool = False
    is_for_superusers: bool = False
    is_rate_limited: bool = False
    metering: Metering = Metering.NEVER
    allows: Callable[[Plan], bool] = _every_plan


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a dialect.

    path: in Starlette's notation, such as "/card/{template}.{extension}". aliases: other paths that lead to the same.
    parameters: a pydantic model of the query string (or of the body of a POST), from which validation, documentation,
    forms and fuzzing come; None where there are none.
    answer: pure; a card to draw, an errand to run, or a reply that needs neither. Raises FrontisError, which the
    dialect explains.
    media_types: what a 200 answers with, for the documentation.
    """

    methods: tuple[str, ...]
    path: str
    summary: str
    answer: Callable[[Query], Order | Errand | Reply]
    parameters: "type[BaseModel] | None" = None
    media_types: tuple[str, ...] = ("image/png", "image/jpeg")
    terms: Terms = Terms()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """What there is to tell beside a picture that is about to go out, or that the asker has already.

    card: as it was drawn, its watermark among it. now: the Unix time. usage, rate: where the asker's account stands, if
    it was counted. page: what the card was made of, for an order of that kind. is_degraded: something could not be had,
    a picture or the page, so that it may be kept for DEGRADED_SECONDS and no longer.
    """

    card: Card
    now: float
    is_cached: bool = False
    usage: Usage | None = None
    rate: Rate | None = None
    page: Page | None = None
    is_degraded: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """A foreign service's manners.

    headers: what that service sends with a picture, Cache-Control above all.
    explain: that service's words and status for a refusal of one of its routes.
    realm: the beginning of the paths at which it also says that there is nothing, or "".
    """

    name: str
    title: str
    routes: tuple[Route, ...]
    headers: Callable[[Order, Served], Mapping[str, str]]
    explain: Callable[[FrontisError, Query], Reply]
    realm: str = ""
