"""The finished card, as bytes."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from frontis.model.output import Format, Size


@dataclass(frozen=True)
class Picture:
    """An encoded card.

    within_budget: False when the card asked for `max_kb` and even the smallest encoding is larger.
    missing: addresses of pictures that the card names and that could not be had, so that it was drawn without them.
    """

    data: bytes
    format: Format
    size: Size
    within_budget: bool = True
    missing: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """As in a Content-Type header."""
        return self.format.media_type

    @cached_property
    def digest(self) -> bytes:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.data).digest()

    @cached_property
    def etag(self) -> str:
        """A strong ETag of the bytes, in its quotes (RFC 9110, 8.8.3)."""
        return f'"{self.digest.hex()[:32]}"'
