"""Who really asks, and by which scheme, when proxies of the operator stand between."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Trusted = tuple[IPv4Network | IPv6Network, ...]

_SCHEMES = {b"http": "http", b"https": "https"}
_LONGEST_ADDRESS = 64
_WITH_PORT = re.compile(r'"?(?:\[([0-9a-f:.%\w]+)\]|([0-9.]+))(?::[0-9]{1,5})?"?', re.IGNORECASE)


def parse_trusted(text: str) -> Trusted:
    """Networks and addresses, parted by commas, as FRONTIS_TRUSTED_PROXIES has them. Raises ValueError."""
    return tuple(_plain_network(part.strip()) for part in text.split(",") if part.strip())


def client_address(scope: Scope, trusted: Trusted) -> str:
    """The address of the client, in its shortest form; "" when it cannot be told. Never raises.

    X-Forwarded-For is read from the right, where our own proxies write, and only as long as who wrote is trusted: what
    stands further left may be anybody's invention. What is no address ends the reading.
    """
    peer = str((scope.get("client") or ("",))[0])
    found = _address(peer)
    if found is None:
        return ""
    written = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    while written and _is_trusted(found, trusted):
        written, _, last = written.rpartition(b",")
        before = _address(last.decode("latin-1"))
        if before is None:
            break
        found = before
    return str(found)


def is_from(scope: Scope, trusted: Trusted) -> bool:
    """Whether it came straight from one of these."""
    return is_trusted(str((scope.get("client") or ("",))[0]), trusted)


def is_trusted(address: str, trusted: Trusted) -> bool:
    """Whether that address is one of these."""
    found = _address(address)
    return found is not None and _is_trusted(found, trusted)


def plain_address(address: str) -> str:
    """That address in its shortest form, as `client_address` gives it; "" when it is none."""
    found = _address(address)
    return "" if found is None else str(found)


class Clients:
    """ASGI middleware: writes the client's address and scheme into the scope, so that all behind it see the right ones.

    trusted: FRONTIS_TRUSTED_PROXIES. The host needs no header of its own: proxies are to pass Host on.
    """

    def __init__(self, app: ASGIApp, *, trusted: str = "") -> None:
        self._app = app
        self._trusted = parse_trusted(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "http" and scope.get("client"):
            peer, port = scope["client"]
            address = client_address(scope, self._trusted)
            # The port of a client that is far away is known to nobody.
            client = (address, port if _address(peer) == _address(address) else 0) if address else scope["client"]
            scope = {**scope, "client": client, "scheme": self._scheme(scope)}
        await self._app(scope, receive, send)

    def _scheme(self, scope: Scope) -> str:
        received: str = scope.get("scheme", "http")
        peer = _address(scope["client"][0])
        if peer is None or not _is_trusted(peer, self._trusted):
            return received
        said = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"")
        # In a list the first is the scheme that the client used.
        return _SCHEMES.get(said.partition(b",")[0].strip().lower(), received)


def _plain_network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return IPv4Network((mapped, network.prefixlen - 96)) if mapped and network.prefixlen >= 96 else network


def _address(text: str) -> Address | None:
    """The address in a text that may also have a port; an IPv4 address in IPv6's clothes comes out of them."""
    # What is longer would only fill the memory of what was read.
    return _read_address(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=4_096)
def _read_address(text: str) -> Address | None:
    text = text.strip()
    with_port = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address((with_port[1] or with_port[2]) if with_port else text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        # A zone is the name of one of our own interfaces.
        return found.ipv4_mapped or IPv6Address(int(found))
    return found


@lru_cache(maxsize=4_096)
def _is_trusted(address: Address, trusted: Trusted) -> bool:
    return any(address in network for network in trusted)
