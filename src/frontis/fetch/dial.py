"""One request to one host: the address that is dialled is the address that was checked."""

import re
import socket
import ssl
import zlib
from dataclasses import dataclass, replace
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NoReturn

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http import HttpProcessingError
from yarl import URL

from frontis.errors import (
    AddressForbidden,
    BadSetting,
    UpstreamBroken,
    UpstreamRefused,
    UpstreamTimeout,
    UpstreamTooLarge,
    UpstreamUnfit,
    UpstreamUnreachable,
)
from frontis.fetch.address import Address, Host
from frontis.fetch.freshness import UNKNOWN, Validators, fresh_seconds, may_be_stored
from frontis.fetch.guard import Guard
from frontis.fetch.lookup import Lookup
from frontis.fetch.policy import Policy
from frontis.fetch.unpack import unpacker_for
from frontis.fetch.wants import Want

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A name with hundreds of dead addresses must not turn one request into hundreds.
MOST_ADDRESSES = 8
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said. location: where it redirects to, or None; then there is a body.

    media_type: in lower case, without parameters, "" when not said; charset: its parameter of that name, or "". Both
    are the server's claim only. is_unchanged: what was asked about still is so, and there is no body.
    """

    location: str | None
    data: bytes = b""
    media_type: str = ""
    charset: str = ""
    is_unchanged: bool = False
    validators: Validators = UNKNOWN
    fresh_seconds: float = 0
    may_be_stored: bool = True


class Dialler:
    """Makes requests, each over a connection of its own.

    No connection is kept: an original is fetched once in a while, so that a kept connection would mostly be found dead.
    """

    def __init__(self, policy: Policy, guard: Guard, lookup: Lookup) -> None:
        self._guard = guard
        self._lookup = lookup
        self._tls = _trust(policy)
        self._most_bytes = policy.most_bytes
        self._usually_fresh_seconds = policy.kept_seconds
        self._timeout = aiohttp.ClientTimeout(total=None, connect=policy.total_seconds / policy.most_attempts)
        self._headers = {"Accept-Encoding": "identity", "User-Agent": f"Frontis/{version('frontis')}"}

    async def dial(self, address: Address, want: Want, known: Validators = UNKNOWN) -> Answer:
        """GET `address`, or with what is known of it ask whether it has changed.

        Only 200 to 299 and redirects are answers, and 304 to such a question. Raises FetchFailed's children.
        """
        line = _Line(address.host, self._guard, self._lookup)
        # aiohttp asks no resolver about a host that is an IP address.
        if not isinstance(address.host, str) and not self._guard.permits(address.host, address.host):
            raise _forbidden(address)
        try:
            async with (
                self._open_session(line) as session,
                session.get(
                    URL(address.text, encoded=True),
                    headers={"Accept": want.accept, **known.questions()},
                    allow_redirects=False,
                ) as response,
            ):
                if response.status == 304 and known:
                    return self._kept_by(response, Answer(None, is_unchanged=True))
                return self._kept_by(response, await self._read(response, address, want))
        except (aiohttp.ClientError, HttpProcessingError, OSError, zlib.error) as error:
            if line.refused:
                raise _forbidden(address) from error
            _explain(error, address)

    def _kept_by(self, response: aiohttp.ClientResponse, answer: Answer) -> Answer:
        """The answer with how long its server lets it be kept."""
        return replace(
            answer,
            validators=Validators.of(response.headers),
            fresh_seconds=fresh_seconds(response.headers, self._usually_fresh_seconds),
            may_be_stored=may_be_stored(response.headers),
        )

    def _open_session(self, line: "_Line") -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=line,
                socket_factory=line.open_socket,
                ssl=self._tls,
                # A cached name would be checked in one request and dialled in another.
                use_dns_cache=False,
                force_close=True,
            ),
            auto_decompress=False,
            # Cookies are not even parsed.
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            timeout=self._timeout,
            # Neither a proxy, which would dial in our place and unchecked, nor the passwords of a .netrc.
            trust_env=False,
        )

    async def _read(self, response: aiohttp.ClientResponse, address: Address, want: Want) -> Answer:
        if response.status in REDIRECTS:
            location = response.headers.get("Location")
            if location is None:
                raise AddressForbidden(address.text, "it redirects to nowhere")
            return Answer(location)
        if 500 <= response.status <= 599:
            raise UpstreamBroken(address.text, response.status)
        # Besides 4xx also what HTTP does not know: some big sites answer robots 999.
        if not 200 <= response.status <= 299:
            raise UpstreamRefused(address.text, response.status)
        claim = response.headers.get("Content-Type", "")
        media_type = claim.partition(";")[0].strip().lower()
        if want.media_types and media_type and media_type not in want.media_types:
            raise UpstreamUnfit(address.text, "it is of another kind than what was asked for")
        charset = _CHARSET.search(claim)
        body = await (
            self._read_beginning(response, want.most_bytes) if want.most_bytes else self._read_body(response, address)
        )
        return Answer(None, body, media_type, charset[1].lower() if charset else "")

    async def _read_beginning(self, response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
        unpacker = unpacker_for(response.headers.get("Content-Encoding", ""))
        body, sent_bytes = bytearray(), 0
        async for piece in response.content.iter_any():
            sent_bytes += len(piece)
            body += unpacker.unpack(piece, most_bytes - len(body))
            if max(sent_bytes, len(body)) >= most_bytes:
                return bytes(body)
        unpacker.finish()
        return bytes(body)

    async def _read_body(self, response: aiohttp.ClientResponse, address: Address) -> bytes:
        too_large = UpstreamTooLarge(address.text, f"it is larger than {self._most_bytes} bytes")
        if (response.content_length or 0) > self._most_bytes:
            raise too_large
        unpacker = unpacker_for(response.headers.get("Content-Encoding", ""))
        body, sent_bytes = bytearray(), 0
        async for piece in response.content.iter_any():
            sent_bytes += len(piece)
            body += unpacker.unpack(piece, self._most_bytes + 1 - len(body))
            if max(sent_bytes, len(body)) > self._most_bytes:
                raise too_large
        unpacker.finish()
        return bytes(body)


class _Line(AbstractResolver):
    """What aiohttp needs to reach one host, with the guard at both doors: each name's addresses, and each socket."""

    def __init__(self, host: Host, guard: Guard, lookup: Lookup) -> None:
        self._host = host
        self._guard = guard
        self._lookup = lookup
        self.refused = False

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  aiohttp passes it by name
    ) -> list[ResolveResult]:
        """Return the addresses of `host`. Raises OSError: none, or one of them may not be dialled."""
        addresses = await self._lookup(host)
        # One forbidden address spoils the name. No honest name of the public internet leads inside as well, but names
        # made for an attack do, counting on a retry or on the faster answer to choose the inner one.
        for address in addresses:
            self._check(address)
        if not addresses:
            raise OSError("the name has no address")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses[:MOST_ADDRESSES]
        ]

    def open_socket(self, place: aiohttp.AddrInfoType) -> socket.socket:
        """Make the socket that is connected to `place` next. Raises OSError: that may not be dialled."""
        family, kind, protocol, _, (host, *_) = place
        self._check(ip_address(host))
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing is held."""

    def _check(self, address: IPv4Address | IPv6Address) -> None:
        if not self._guard.permits(self._host, address):
            # aiohttp tries the next address after an OSError and in the end hides its kind.
            self.refused = True
            raise PermissionError(f"{address} is not public")


def _forbidden(address: Address) -> AddressForbidden:
    # The address that was found stays unsaid: it would tell an outsider about the names of the inside.
    return AddressForbidden(address.text, f"{address.host} does not lead to the public internet")


def _explain(error: Exception, address: Address) -> NoReturn:
    """Turn what aiohttp and the system raise into our errors."""
    match error:
        case TimeoutError():
            raise UpstreamTimeout(address.text, f"{address.host} did not accept a connection in time") from error
        case aiohttp.ClientConnectorDNSError():
            problem = f"the name {address.host} leads to no address"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            problem = f"no trusted TLS connection to {address.host}"
        case aiohttp.ClientConnectorError():
            problem = f"{address.host} accepts no connection"
        case aiohttp.ClientResponseError() | HttpProcessingError():
            problem = f"{address.host} does not speak HTTP"
        case zlib.error():
            problem = f"{address.host} sent a body that cannot be unpacked"
        case _:
            problem = f"{address.host} broke off before the end"
    raise UpstreamUnreachable(address.text, problem) from error


def _trust(policy: Policy) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if policy.ca_file is not None:
        try:
            context.load_verify_locations(policy.ca_file)
        except OSError as error:
            raise BadSetting(
                f"FRONTIS_FETCH_CA_FILE: {policy.ca_file} is no readable file of PEM certificates ({error})"
            ) from None
    return context
