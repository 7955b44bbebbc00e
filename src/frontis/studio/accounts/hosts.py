"""Host names of projects' sites, each in the one form in which it is kept and compared."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

import idna

from frontis.errors import BadInput

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", re.DOTALL)
_PORT = re.compile(r":([0-9]{1,5})$")
# A browser takes a host whose last part looks like a number for an IPv4 address, and writes such a page's host as one.
_NUMERIC_END = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)$")
# The host of a page's address bears no port where it is the usual one.
_USUAL_PORTS = (80, 443)


def canonical_host(text: str) -> str:
    """A host name in lower case and ASCII, without the usual ports; also an IP address, as development needs.

    What is canonical already stays as it is. Raises BadInput.
    """
    given = text.strip()
    host = given.lower()
    port = _PORT.search(host)
    bare = host[: port.start()] if port else host
    canonical = _bracketed(bare) if bare.startswith("[") else _name(bare)
    number = int(port[1]) if port else _USUAL_PORTS[0]
    if not canonical or not 0 < number < 65536:
        raise BadInput(
            "domain", f"must be a host name such as www.example.com, not {given[:60]!r}", suggestion=_inside(given)
        )
    return canonical if number in _USUAL_PORTS else f"{canonical}:{number}"


def _bracketed(text: str) -> str:
    """An IPv6 address in its shortest form, in brackets; or ""."""
    try:
        address = IPv6Address(text[1:-1]) if text.endswith("]") else None
    except AddressValueError:
        return ""
    return f"[{address.compressed}]" if address and not address.scope_id else ""


def _name(text: str) -> str:
    """A host name or IPv4 address in ASCII, without a dot at its end; or ""."""
    name = text.removesuffix(".")
    # What is ASCII already may still be a label in Punycode that stands for nothing.
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(name, uts46=True).decode().removesuffix(".")
        except (idna.IDNAError, UnicodeError):
            return ""
    if not _NAME.fullmatch(name):
        return ""
    if _NUMERIC_END.search(name):
        try:
            return str(IPv4Address(name))
        except AddressValueError:
            return ""
    return name


def _inside(text: str) -> str:
    """The host name that somebody meant who wrote a whole address or a wildcard, or ""."""
    try:
        host = urlsplit(text).netloc if "://" in text else text.partition("/")[0]
        return canonical_host(host.removeprefix("*.")) if host != text or text.startswith("*.") else ""
    except (BadInput, ValueError):
        return ""
