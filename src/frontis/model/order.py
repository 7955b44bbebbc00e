"""What a dialect makes of a query: a card, or a wish for something else, and what the asker showed."""

from dataclasses import dataclass
from datetime import datetime

from frontis.model.card import Card

Plain = str | int | float | bool
"""What a parameter's value may be before it is written into an address."""


@dataclass(frozen=True, slots=True)
class Order:
    """A card that somebody asked for.

    card: resolved, so that its fingerprint is the cache key.
    key: the API key that came along, or "". is_key_private: it came in a header, where only the asker and we see it,
    and not in an address, which everybody can read in a page.
    signed_until: for a signed address the Unix second at which it ends, else None.
    permanent: the address names this very picture for good (a version token, or the service says so): it may be kept
    for ever.
    """

    card: Card
    key: str = ""
    is_key_private: bool = False
    signed_until: int | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class SignWish:
    """An address to be signed. parameters: in the order in which they are to stand. Its outcome is a SignedQuery."""

    parameters: tuple[tuple[str, Plain], ...]
    lifetime_seconds: int


@dataclass(frozen=True, slots=True)
class SignedQuery:
    """A query string with its signature, and when it ends."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MetricsWish:
    """What became of the renders of the last hours. Its outcome is a RenderMetrics."""

    hours: int


Wish = SignWish | MetricsWish
