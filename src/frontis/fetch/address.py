"""What a URL really points to: every notation of a host, brought to the one form that is checked and dialled."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urljoin

import idna

from frontis.errors import AddressForbidden

Host = str | IPv4Address | IPv6Address

MOST_CHARACTERS = 8192
USUAL_PORTS = {"http": 80, "https": 443}
# The WHATWG's "bad ports" (https://fetch.spec.whatwg.org/#port-blocking): browsers fetch from any port but those whose
# own protocols could be spoken to by means of a crafted HTTP request, such as mail.
# fmt: off
BAD_PORTS = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))
# fmt: on

_SHAPE = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SPACE_AND_CONTROLS = "".join(map(chr, range(0x21)))
_KEPT_AS_WRITTEN = "!$%&'()*+,/:;=@[]~"
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LAST_LABEL_OF_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in canonical form.

    scheme: "http" or "https". host: an ASCII name in lower case without a final dot, or an IP address; never an
    IPv4-mapped IPv6 address. target: path and query, percent-encoded; begins with "/".
    """

    scheme: str
    host: Host
    port: int
    target: str

    @property
    def text(self) -> str:
        """The whole address, in ASCII."""
        host = f"[{self.host}]" if isinstance(self.host, IPv6Address) else str(self.host)
        port = "" if self.port == USUAL_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    def follow(self, location: str) -> "Address":
        """Return where a redirect from here leads. `location` may be relative. Raises AddressForbidden.

        From https to http is allowed: a plain http picture is allowed to begin with, and a request carries no secret.
        """
        if _SCHEME.match(location):
            return parse_address(location)
        try:
            return parse_address(urljoin(self.text, location))
        except ValueError:
            raise AddressForbidden(self.text, "its redirect leads to something that is no address") from None


def parse_address(url: str) -> Address:
    """Parse a URL as browsers do (https://url.spec.whatwg.org), but refuse what only deceives.

    Raises AddressForbidden: not http(s), a user name or password, a port that browsers block, a host that is neither a
    name nor an IP address, more than 8192 characters.
    """
    try:
        return _parse(url)
    except ValueError as error:
        raise AddressForbidden(url, str(error)) from None


def parse_host(host: str) -> Host:
    """Return the canonical form of a URL's host, which may be in brackets, percent-encoded, international or numeric.

    Raises ValueError, whose text says what is wrong.
    """
    if host.startswith("["):
        return _parse_ipv6(host)
    name = _to_ascii(host).removesuffix(".")
    if not name:
        raise ValueError("it names no host")
    if len(name) > 253:
        raise ValueError("its host name is too long")
    labels = name.split(".")
    if _LAST_LABEL_OF_A_NUMBER.fullmatch(labels[-1]):
        return _parse_ipv4(labels)
    if not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("its host is no valid name")
    return name


def _parse(url: str) -> Address:
    if len(url) > MOST_CHARACTERS:
        raise ValueError(f"it is longer than {MOST_CHARACTERS} characters")
    shape = _SHAPE.fullmatch(re.sub(r"[\t\r\n]", "", url.strip(_SPACE_AND_CONTROLS)))
    if shape is None:
        raise ValueError("it is no http or https address")
    scheme = shape["scheme"].lower()
    if scheme not in USUAL_PORTS:
        raise ValueError(f"only http and https are fetched, not {scheme}")
    if "@" in shape["authority"]:
        raise ValueError("it holds a user name or a password")
    # A colon within brackets belongs to an IPv6 address.
    host, colon, port = shape["authority"].rpartition(":")
    if not colon or "]" in port:
        host, port = shape["authority"], ""
    return Address(scheme, parse_host(host), _parse_port(port, USUAL_PORTS[scheme]), _quote(shape))


def _parse_port(port: str, usual: int) -> int:
    if not port:
        return usual
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError("its port is no number from 1 to 65535")
    if int(port) in BAD_PORTS:
        raise ValueError(f"port {int(port)} is not for the web")
    return int(port)


def _quote(shape: re.Match[str]) -> str:
    try:
        # aiohttp decodes a Location's stray bytes to surrogates: here they become the same bytes again.
        path = quote(shape["path"], safe=_KEPT_AS_WRITTEN, errors="surrogateescape")
        query = quote(shape["query"] or "", safe=_KEPT_AS_WRITTEN + "?", errors="surrogateescape")
    except UnicodeEncodeError:
        raise ValueError("it holds characters that are no text") from None
    return (path or "/") + query


def _to_ascii(name: str) -> str:
    # An overlong name must not cost the Unicode tables any time.
    if len(name) > 1000:
        raise ValueError("its host name is too long")
    try:
        mapped = idna.uts46_remap(unquote(name, errors="strict"), std3_rules=False)
        if mapped.isascii():
            return mapped
        return idna.encode(mapped).decode("ascii")
    except UnicodeError:
        raise ValueError("its host is no valid name") from None


def _parse_ipv6(host: str) -> IPv4Address | IPv6Address:
    if "%" in host:
        raise ValueError("its IPv6 address holds a zone")
    try:
        address = IPv6Address(host[1:-1] if host.endswith("]") else "")
    except ValueError:
        raise ValueError("its host is no valid IPv6 address") from None
    return address.ipv4_mapped or address


def _parse_ipv4(labels: list[str]) -> IPv4Address:
    """Read 1 to 4 numbers, each decimal, octal (0…) or hexadecimal (0x…); the last one fills all the bytes left.

    Source: https://url.spec.whatwg.org/#concept-ipv4-parser. The system's own lookup reads them likewise.
    """
    try:
        numbers = [_parse_number(label) for label in labels]
    except ValueError:
        raise ValueError("its host is no valid IPv4 address") from None
    *leading, last = numbers
    room = 256 ** (4 - len(leading))
    if len(numbers) > 4 or max(leading, default=0) > 255 or last >= room:
        raise ValueError("its host is no valid IPv4 address")
    return IPv4Address(sum(number << (24 - 8 * place) for place, number in enumerate(leading)) + last)


def _parse_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    # int() alone would read "1_0" and "+1".
    if not re.fullmatch(r"[0-9]+", label):
        raise ValueError(label)
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)
