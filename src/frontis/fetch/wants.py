"""What is asked for at an address, and how much of what comes is taken."""

from dataclasses import dataclass

PICTURE = "image/*"
PAGE = "text/html,application/xhtml+xml;q=0.9"
"""The Accept headers of what we fetch."""


@dataclass(frozen=True, slots=True)
class Want:
    """What one Accept header stands for.

    media_types: what may come; any, if none is named. A server that does not say what it sends is believed to send what
    was asked for. most_bytes: of what is longer the beginning is taken; None: the policy's limit, beyond which all is
    refused. is_kept: among the originals; who keeps what he made of it needs no original.
    """

    accept: str
    media_types: frozenset[str] = frozenset()
    most_bytes: int | None = None
    is_kept: bool = True


# What a page says of itself stands at its beginning.
_KNOWN = (Want(PAGE, frozenset({"text/html", "application/xhtml+xml"}), 2_000_000, is_kept=False),)


def want_of(accept: str) -> Want:
    """What is meant by that header."""
    return next((want for want in _KNOWN if want.accept == accept), Want(accept))
