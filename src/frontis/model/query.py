"""A request as plain data, without any web framework."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

UNIX_SECOND = re.compile(r"[0-9]{1,18}")
"""The `exp` of a signed address: when it ends."""


LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked.

    path: percent-decoded, without the query string. path_values: what stood in the braces of the route's path.
    parameters: name and value pairs of the query string in their order, decoded; blank values and repeats are kept.
    headers: by lower-case name. body: of a POST, at most as long as the edge allows.
    origin: scheme and host that the asker used, such as "https://og.example.com", for absolute addresses in answers.
    id: a word that no other request has. asked_at: when it came, in UTC.
    """

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    path_values: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    id: str = ""
    asked_at: datetime = LONG_AGO

    def last(self, name: str) -> str | None:
        """The last value of a parameter, which wins where it repeats; None where it is absent."""
        return next((value for each, value in reversed(self.parameters) if each == name), None)

    @property
    def bearer(self) -> str:
        """The key of an "Authorization: Bearer" header (RFC 6750, 2.1), or ""."""
        scheme, _, key = self.headers.get("authorization", "").strip().partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    @property
    def signed_until(self) -> int | None:
        """The Unix second at which the address ends, if it claims to be signed; whether it is belongs to `signing`."""
        expiry = self.last("exp") or ""
        return int(expiry) if self.last("sig") and UNIX_SECOND.fullmatch(expiry) else None
