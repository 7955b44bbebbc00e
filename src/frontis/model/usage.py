"""How much of a quota is used, and what became of each render."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from frontis.errors import (
    AddressForbidden,
    BadInput,
    BadPicture,
    BadTemplate,
    DrawFailed,
    EncodeFailed,
    FetchFailed,
    FrontisError,
    UpstreamBroken,
    UpstreamRefused,
    UpstreamTimeout,
    UpstreamTooLarge,
    UpstreamUnfit,
    UpstreamUnreachable,
)


class Period(StrEnum):
    """What a quota is counted over: a day or a month, in UTC."""

    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of its quotas an account has used in one dialect, what was just taken among it. A limit of 0 is none.

    crossed: the periods in which what was just taken is the first to reach the part of the quota that is warned at.
    """

    day_used: int = 0
    day_limit: int = 0
    month_used: int = 0
    month_limit: int = 0
    crossed: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """Where an asker stands in this minute. reset_at: the Unix second at which the next minute begins."""

    limit: int
    remaining: int
    reset_at: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to render a card.

    at: when it ended, in UTC. error_type: as the function of that name tells it, or "" for a success. number: 1 for
    the first try of a request. account: its number, or None for an anonymous asker.
    """

    at: datetime
    dialect: str
    template: str
    seconds: float
    error_type: str = ""
    number: int = 1
    account: int | None = None


@dataclass(frozen=True, slots=True)
class RenderMetrics:
    """What became of the renders of a window of time.

    p95_seconds: the nearest-rank 95th percentile of those that succeeded, or None without any. error_counts: by error
    type, the most frequent first.
    """

    window_hours: int
    total: int
    failed: int
    p95_seconds: float | None
    error_counts: Mapping[str, int]


# The names are OSIG's (core/render_observability.py). The first class that fits counts: children stand before parents.
ERROR_TYPES: tuple[tuple[type[FrontisError], str], ...] = (
    (UpstreamTimeout, "transient_upstream_fetch"),
    (UpstreamUnreachable, "transient_upstream_fetch"),
    (UpstreamBroken, "upstream_fetch_5xx"),
    (UpstreamRefused, "upstream_fetch_4xx"),
    (UpstreamTooLarge, "image_decode_error"),
    (UpstreamUnfit, "validation_error"),
    (AddressForbidden, "validation_error"),
    (FetchFailed, "transient_upstream_fetch"),
    (BadPicture, "image_decode_error"),
    (BadInput, "validation_error"),
    (BadTemplate, "render_error"),
    (DrawFailed, "render_error"),
    (EncodeFailed, "render_error"),
)


def error_type(error: type[FrontisError]) -> str:
    """The name, in the record of renders, of what went wrong."""
    return next((name for kind, name in ERROR_TYPES if issubclass(error, kind)), "unknown_error")
