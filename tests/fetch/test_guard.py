import socket
import tomllib
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.errors import AddressForbidden
from frontis.fetch import Door, Policy, is_public, parse_allow
from frontis.fetch.address import parse_address, parse_host
from frontis.fetch.guard import SIX_TO_FOUR, TEREDO, Guard

ADDRESSES = tomllib.loads(Path(__file__).with_name("addresses.toml").read_text())


@pytest.mark.parametrize("text", ADDRESSES["not_public"])
def test_an_address_of_no_public_network_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ADDRESSES["public"])
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@settings(deadline=None)
@given(st.ip_addresses())
def test_nothing_is_public_that_python_does_not_call_global(address: IPv4Address | IPv6Address) -> None:
    # Python's versions differ about tunnels.
    if is_public(address) and not any(address in tunnel for tunnel in (TEREDO, SIX_TO_FOUR)):
        assert address.is_global
        assert not address.is_multicast


PRIVATE_IPV4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
PRIVATE_IPV6 = [
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "2001:db8::/32",
]


def _bytes(address: IPv4Address) -> tuple[int, int, int, int]:
    a, b, c, d = address.packed
    return a, b, c, d


def _dotted(address: IPv4Address, form: str) -> str:
    return ".".join(format(byte, form) for byte in _bytes(address))


def _in_other_digits(text: str, zero: int) -> str:
    return "".join(chr(zero + int(letter)) if letter.isdigit() else letter for letter in text)


def _hex(address: IPv4Address) -> str:
    return f"{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"


def _inverted(address: IPv4Address) -> str:
    return _hex(IPv4Address(int(address) ^ 0xFFFFFFFF))


# Each leads to the address itself; a public one would be dialled.
NOTATIONS: list[Callable[[IPv4Address], str]] = [
    str,
    lambda ip: f"{ip}.",
    lambda ip: str(int(ip)),
    lambda ip: hex(int(ip)),
    lambda ip: hex(int(ip)).upper(),
    lambda ip: f"0{int(ip):o}",
    lambda ip: f"0000000{int(ip):o}",
    lambda ip: _dotted(ip, "#x"),
    lambda ip: _dotted(ip, "#04x"),
    lambda ip: ".".join(f"0{byte:o}" for byte in _bytes(ip)),
    lambda ip: ".".join(f"{byte:04o}" for byte in _bytes(ip)),
    lambda ip: "{:#x}.{}.0{:o}.{}".format(*_bytes(ip)),
    lambda ip: f"{int(ip) >> 24}.{int(ip) & 0xFFFFFF}",
    lambda ip: f"{int(ip) >> 24:#x}.{int(ip) & 0xFFFFFF:#x}",
    lambda ip: f"{_bytes(ip)[0]}.{_bytes(ip)[1]}.{int(ip) & 0xFFFF}",
    lambda ip: str(ip).replace(".", "。"),
    lambda ip: str(ip).replace(".", "．"),
    lambda ip: str(ip).replace(".", "｡"),
    lambda ip: str(ip).replace(".", "%2e"),
    lambda ip: str(ip).replace(".", "%E3%80%82"),
    lambda ip: "".join(f"%{ord(letter):02x}" for letter in str(ip)),
    lambda ip: _in_other_digits(str(ip), ord("０")),
    lambda ip: _in_other_digits(str(int(ip)), ord("０")),
    lambda ip: _in_other_digits(str(ip), ord("𝟎")),
    lambda ip: _in_other_digits(str(ip), ord("𝟬")),
    lambda ip: f"{ip}".replace(".", "\u00ad."),
    lambda ip: f"\u200b{ip}",
    lambda ip: f"[::ffff:{ip}]",
    lambda ip: f"[::FFFF:{_hex(ip)}]",
    lambda ip: f"[0:0:0:0:0:ffff:{_hex(ip)}]",
    lambda ip: f"[64:ff9b::{ip}]",
    lambda ip: f"[64:ff9b::{_hex(ip)}]",
    lambda ip: f"[2002:{_hex(ip)}::]",
    lambda ip: f"[2002:{_hex(ip)}:1:2:3:4:5]",
    lambda ip: f"[2001:0:{_hex(ip)}::f7f7:f7f7]",
    lambda ip: f"[2001:0:808:808:0:0:{_inverted(ip)}]",
    lambda ip: f"[2606:4700::5efe:{ip}]",
    lambda ip: f"[2606:4700::200:5efe:{_hex(ip)}]",
    lambda ip: f"[2002:808:808::5efe:{ip}]",
]

# Never dialled, whatever the address within.
LOCAL_NOTATIONS: list[Callable[[IPv4Address], str]] = [
    lambda ip: f"[::{ip}]",
    lambda ip: f"[::ffff:0:{ip}]",
    lambda ip: f"[64:ff9b:1::{ip}]",
    lambda ip: "[64:ff9b:1:{:02x}{:02x}:{:x}:{:02x}00::]".format(*_bytes(ip)),
    lambda ip: f"[fe80::5efe:{ip}]",
    lambda ip: f"[::ffff:{ip}%1]",
]


def _within(network: IPv4Network | IPv6Network) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    return st.integers(int(network[0]), int(network[-1])).map(type(network[0]))


NAMES: dict[str, IPv4Address | IPv6Address] = {}


async def _lookup(host: str) -> Sequence[IPv4Address | IPv6Address]:
    assert host in NAMES, f"{host} was taken for a name"
    return [NAMES[host]]


# One for all examples: to open a door reads the system's certificates each time.
DOOR = Door(Policy(), lookup=_lookup)


@pytest.mark.parametrize("number", range(len(NOTATIONS) + len(LOCAL_NOTATIONS)))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
async def test_every_private_address_is_refused_in_every_notation(number: int, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(PRIVATE_IPV4).map(IPv4Network).flatmap(_within))
    assert isinstance(address, IPv4Address)
    with pytest.raises(AddressForbidden):
        await DOOR.fetch(f"http://{[*NOTATIONS, *LOCAL_NOTATIONS][number](address)}/latest/meta-data/")


@settings(deadline=None)
@given(address=st.sampled_from(PRIVATE_IPV6).map(IPv6Network).flatmap(_within))
async def test_every_private_ipv6_address_is_refused(address: IPv6Address) -> None:
    with pytest.raises(AddressForbidden):
        await DOOR.fetch(f"http://[{address}]/")


@settings(deadline=None)
@given(address=st.sampled_from([ip_network(text) for text in (*PRIVATE_IPV4, *PRIVATE_IPV6)]).flatmap(_within))
async def test_every_name_of_a_private_address_is_refused(address: IPv4Address | IPv6Address) -> None:
    name = f"{address.packed.hex()}.inside.example"
    NAMES[name] = address
    with pytest.raises(AddressForbidden):
        await DOOR.fetch(f"http://{name}/")


@pytest.mark.parametrize("write", NOTATIONS)
def test_a_public_address_is_permitted_in_every_notation(write: Callable[[IPv4Address], str]) -> None:
    host = parse_address(f"http://{write(IPv4Address('93.184.215.14'))}/").host
    assert not isinstance(host, str)
    assert Guard(()).permits(host, host)


@pytest.mark.parametrize("write", LOCAL_NOTATIONS)
async def test_a_notation_without_public_meaning_is_refused_even_for_a_public_address(
    write: Callable[[IPv4Address], str],
) -> None:
    with pytest.raises(AddressForbidden):
        await DOOR.fetch(f"http://{write(IPv4Address('93.184.215.14'))}/")


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_the_system_would_dial_what_we_read(address: IPv4Address) -> None:
    for write in NOTATIONS[:15]:
        text = write(address).removesuffix(".").lower()
        assert parse_host(text) == IPv4Address(socket.inet_aton(text))


@pytest.mark.parametrize(
    ("allow", "host", "address", "permitted"),
    [
        ("127.0.0.0/8", "a.example", "127.5.5.5", True),
        ("127.0.0.0/8", "a.example", "::ffff:127.5.5.5", True),
        ("127.0.0.0/8", "a.example", "64:ff9b::127.5.5.5", False),
        ("127.0.0.0/8", "a.example", "2002:7f00:1::", False),
        ("127.0.0.0/8", "a.example", "::1", False),
        ("127.0.0.0/8", "a.example", "10.0.0.1", False),
        ("::1", "a.example", "::1", True),
        ("::1", "a.example", "127.0.0.1", False),
        ("64:ff9b:1::/48", "a.example", "64:ff9b:1::8.8.8.8", True),
        ("a.example", "a.example", "10.0.0.1", True),
        ("a.example", "b.a.example", "10.0.0.1", False),
        ("a.example", "example", "10.0.0.1", False),
        ("", "a.example", "8.8.8.8", True),
        ("10.0.0.0/8", "a.example", "8.8.8.8", True),
    ],
)
def test_the_operator_opens_exactly_what_is_written(allow: str, host: str, address: str, *, permitted: bool) -> None:
    assert Guard(parse_allow(allow)).permits(host, ip_address(address)) is permitted
