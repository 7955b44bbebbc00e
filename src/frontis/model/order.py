"""What a dialect makes of a query: a card, and what the asker showed."""

from dataclasses import dataclass

from frontis.model.card import Card


@dataclass(frozen=True, slots=True)
class Order:
    """A card that somebody asked for.

    card: resolved, so that its fingerprint is the cache key.
    key: the API key that came along, or "". signed_until: for a signed address the Unix second at which it ends, else
    None.
    permanent: the address names this very picture for good (a version token, or the service says so): it may be kept
    for ever.
    """

    card: Card
    key: str = ""
    signed_until: int | None = None
    permanent: bool = False
