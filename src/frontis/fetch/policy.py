"""What may be fetched, and how much it may cost."""

import re
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from frontis.errors import BadSetting
from frontis.fetch.address import parse_host

Allowed = IPv4Network | IPv6Network | str


@dataclass(frozen=True, slots=True)
class Policy:
    """Every limit of the door.

    allow: networks, and names of hosts, that may be fetched from although they are not public.
    ca_file: PEM certificates that are trusted besides the system's own.
    total_seconds: one call, with all its attempts: waiting for a turn, name lookup, connecting, TLS, redirects, body.
      Name lookup, connecting and TLS together have total_seconds / most_attempts, so that there is time for another
      attempt; a slow answer may use up all the time that is left.
    most_bytes: one body, as sent and as unpacked. most_redirects: in one attempt.
    most_attempts: at transient failures only, at once, one after the other.
    most_to_one_host, most_in_all: requests at one time.
    kept_bytes: originals that are kept in memory. 0: none are. kept_seconds: for how long they need not be asked for
      again where their server says nothing else. stale_seconds: for how long after that they are better than nothing.
    """

    allow: tuple[Allowed, ...] = ()
    ca_file: Path | None = None
    total_seconds: float = 8.0
    most_bytes: int = 10_000_000
    most_redirects: int = 5
    most_attempts: int = 2
    most_to_one_host: int = 8
    most_in_all: int = 64
    kept_bytes: int = 64_000_000
    kept_seconds: float = 600
    stale_seconds: float = 86_400

    def __post_init__(self) -> None:
        may_be_zero = {"most_redirects", "kept_bytes", "kept_seconds", "stale_seconds"}
        for field in fields(self):
            limit = getattr(self, field.name)
            if isinstance(limit, int | float) and (limit < 0 or (limit == 0 and field.name not in may_be_zero)):
                raise ValueError(f"{field.name} must be positive")


def parse_allow(text: str) -> tuple[Allowed, ...]:
    """Parse FRONTIS_FETCH_ALLOW: networks, addresses and exact host names, parted by commas or spaces.

    Raises BadSetting, which names the word that cannot be used.
    """
    return tuple(_parse_word(word) for word in re.split(r"[\s,]+", text) if word)


def _parse_word(word: str) -> Allowed:
    try:
        return ip_network(word)
    except ValueError as error:
        has_bits_beside = str(error).endswith("has host bits set")
    if has_bits_beside:
        raise BadSetting(
            f"FRONTIS_FETCH_ALLOW: {word} has bits beside its network. Write {ip_network(word, strict=False)}"
        )
    try:
        host = parse_host(word)
    except ValueError:
        raise BadSetting(
            f"FRONTIS_FETCH_ALLOW: {word!r} is no network, address or host name. "
            "Write for example: 127.0.0.0/8, ::1, intranet.example"
        ) from None
    if not isinstance(host, str):
        raise BadSetting(f"FRONTIS_FETCH_ALLOW: write {host} instead of {word!r}")
    return host
