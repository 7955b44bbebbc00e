"""What was fetched, and how its server is asked whether it still is so."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from frontis.fetch.freshness import UNKNOWN, Validators

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Fetched:
    """An original from elsewhere.

    url: as it was asked for. final_url: where the last redirect led, in canonical form. media_type: what the server
    claims ("image/png"), "" when it says nothing; only the data's own first bytes tell the truth. charset: likewise.
    """

    url: str
    final_url: str
    data: bytes
    media_type: str
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """An original that is kept.

    fresh_until: the Unix second until which its server need not be asked; later it is better than nothing.
    may_be_stored: on the shelf too.
    """

    fetched: Fetched
    validators: Validators = UNKNOWN
    fresh_until: float = 0
    may_be_stored: bool = True

    def renewed(self, validators: Validators, fresh_until: float) -> "Original":
        """The same, after its server has said that it still is so."""
        return replace(self, validators=validators or self.validators, fresh_until=fresh_until)


class Shelf(Protocol):
    """Where originals outlive the process. None of its methods raises, or takes long."""

    async def get(self, key: str) -> bytes | None:
        """What was put there, if it is still there."""

    def put(self, key: str, data: bytes) -> None:
        """Keep it, soon."""

    def drop(self, key: str) -> None:
        """Forget it, soon."""


OnFound = Callable[[str], None]
"""Told where an original came from: memory, shelf, unchanged (its server said so), fetched, or stale (it is away)."""


class NoShelf:
    """Originals are in memory alone."""

    async def get(self, key: str) -> bytes | None:  # noqa: ARG002
        """Nothing is there."""
        return None

    def put(self, key: str, data: bytes) -> None:
        """Nothing is kept."""

    def drop(self, key: str) -> None:
        """Nothing is there."""


def shelf_key(*parts: str) -> str:
    """64 hex digits: an address may hold somebody's secret, and is no name of a file."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def packed(original: Original) -> bytes:
    """The original as bytes."""
    fetched, validators = original.fetched, original.validators
    head = [
        _VERSION, fetched.url, fetched.final_url, fetched.media_type, fetched.charset,
        validators.etag, validators.last_modified, original.fresh_until,
    ]  # fmt: skip
    return json.dumps(head).encode() + b"\n" + fetched.data


def unpacked(data: bytes) -> Original | None:
    """What was packed; None for what another version has packed."""
    head, _, body = data.partition(b"\n")
    try:
        version, url, final_url, media_type, charset, etag, last_modified, fresh_until = json.loads(head)
    except ValueError:
        return None
    if version != _VERSION:
        return None
    return Original(
        Fetched(url, final_url, body, media_type, charset), Validators(etag, last_modified), float(fresh_until)
    )
