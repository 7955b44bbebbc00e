"""Only the operator's own proxies may say who asks, and by which scheme."""

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from frontis.edge.asking import glance, origin_of
from frontis.edge.clients import Clients, client_address, parse_trusted

PROXIES = "10.0.0.0/8, 2001:db8:1::/48, 192.0.2.7"
TRUSTED = parse_trusted(PROXIES)
STRANGER = "203.0.113.9"


def scope_of(peer: str | None, *headers: tuple[bytes, bytes], **more: Any) -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": "/g",
        "query_string": b"",
        "scheme": "http",
        "client": (peer, 50123) if peer is not None else None,
        "headers": [(b"host", b"og.example.com"), *headers],
        **more,
    }


def told(peer: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]
    return client_address(scope_of(peer, *headers), TRUSTED)


async def passed_on(scope: Scope, trusted: str = PROXIES) -> Scope:
    """What an application behind the middleware gets."""
    seen: list[Scope] = []

    async def application(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope)

    async def nothing(*_: object) -> Any:
        raise AssertionError("nobody speaks here")

    await Clients(application, trusted=trusted)(scope, nothing, nothing)
    return seen[0]


def test_a_stranger_is_who_connects_whatever_the_header_says() -> None:
    assert told(STRANGER, "198.51.100.1") == STRANGER
    assert told(STRANGER, "10.0.0.1, 192.0.2.7") == STRANGER


def test_a_trusted_proxy_tells_who_asks() -> None:
    assert told("10.1.2.3", "198.51.100.1") == "198.51.100.1"
    assert told("192.0.2.7", "2001:db8:ffff::1") == "2001:db8:ffff::1"


def test_what_a_client_wrote_itself_stands_further_left_and_is_not_believed() -> None:
    assert told("10.1.2.3", "127.0.0.1, 10.0.0.9, 198.51.100.1") == "198.51.100.1"
    assert told("10.1.2.3", "127.0.0.1", "198.51.100.1") == "198.51.100.1", "in a header of its own as well"


def test_several_proxies_of_ours_are_passed() -> None:
    assert told("10.1.2.3", "1.1.1.1, 198.51.100.1, 2001:db8:1::5, 192.0.2.7") == "198.51.100.1"


def test_one_of_our_own_machines_is_the_client_when_nobody_stands_before_it() -> None:
    assert told("10.1.2.3", "10.5.5.5, 10.6.6.6") == "10.5.5.5"
    assert told("10.1.2.3") == "10.1.2.3"


@pytest.mark.parametrize(
    "garbage", ["unknown", "", " ", "_hidden", "198.51.100", "1.2.3.4.5", "a" * 500, "[::1", "[]:80", "::1]:80", "é"]
)
def test_what_is_no_address_ends_the_reading_at_the_last_that_was(garbage: str) -> None:
    assert told("10.1.2.3", f"198.51.100.1, {garbage}, 10.9.9.9") == "10.9.9.9"
    assert told("10.1.2.3", f"198.51.100.1, {garbage}") == "10.1.2.3"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("198.51.100.1:443", "198.51.100.1"),
        ("[2001:db8:ffff::1]:443", "2001:db8:ffff::1"),
        ("[2001:db8:ffff::1]", "2001:db8:ffff::1"),
        ('"[2001:DB8:ffff:0::1]:443"', "2001:db8:ffff::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("[::ffff:198.51.100.1]:80", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("  198.51.100.1\t", "198.51.100.1"),
    ],
)
def test_ports_brackets_zones_and_ipv4_in_ipv6_come_off(written: str, address: str) -> None:
    assert told("10.1.2.3", written) == address
    assert told(written, "10.0.0.1") == address, "of the peer as well"


def test_a_proxy_that_is_seen_as_ipv4_in_ipv6_is_trusted() -> None:
    assert told("::ffff:10.1.2.3", "198.51.100.1") == "198.51.100.1"
    mapped = parse_trusted("::ffff:10.0.0.0/104")
    assert client_address(scope_of("10.1.2.3", (b"x-forwarded-for", b"198.51.100.1")), mapped) == "198.51.100.1"
    assert client_address(scope_of("11.1.2.3", (b"x-forwarded-for", b"198.51.100.1")), mapped) == "11.1.2.3"


@pytest.mark.parametrize("peer", [None, "", "/run/frontis.sock"])
def test_who_has_no_address_is_nobody_and_is_not_believed(peer: str | None) -> None:
    assert told(peer, "198.51.100.1") == ""


SOMETHING_WRITTEN = st.one_of(
    st.binary(max_size=80),
    st.ip_addresses().map(lambda address: str(address).encode()),
    st.lists(st.ip_addresses().map(str), max_size=6).map(lambda parts: ", ".join(parts).encode()),
)


@given(st.ip_addresses().filter(lambda peer: client_address(scope_of(str(peer)), ()) == str(peer)), SOMETHING_WRITTEN)
def test_a_spoofed_header_never_counts(peer: object, written: bytes) -> None:
    scope = scope_of(str(peer), (b"x-forwarded-for", written), (b"x-forwarded-proto", b"https"))
    assert client_address(scope, ()) == str(peer)
    elsewhere = parse_trusted("198.18.0.0/15")
    if not any(peer in network for network in elsewhere):
        assert client_address(scope, elsewhere) == str(peer)


@given(st.one_of(st.text(max_size=80), st.ip_addresses().map(str)), st.lists(SOMETHING_WRITTEN, max_size=4))
def test_it_is_an_address_or_nothing_whatever_is_written(peer: str, written: list[bytes]) -> None:
    scope = scope_of(peer, *((b"x-forwarded-for", each) for each in written))
    for trusted in ((), TRUSTED, parse_trusted("0.0.0.0/0, ::/0")):
        address = client_address(scope, trusted)
        assert address == "" or str(ip_address(address)) == address


@given(st.lists(st.sampled_from(["10.0.0.1", "192.0.2.7", "2001:db8:1::9"]), max_size=4), SOMETHING_WRITTEN)
def test_whatever_a_client_writes_before_our_proxies_is_of_no_account(proxies: list[str], written: bytes) -> None:
    ours = ", ".join([STRANGER, *proxies]).encode()
    assert client_address(scope_of("10.1.2.3", (b"x-forwarded-for", written + b"," + ours)), TRUSTED) == STRANGER


async def test_all_behind_see_the_client_and_its_scheme() -> None:
    scope = scope_of("10.1.2.3", (b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-proto", b"https"))
    behind = await passed_on(scope)
    assert behind["client"] == ("198.51.100.1", 0)
    assert behind["scheme"] == "https"
    assert scope["client"] == ("10.1.2.3", 50123), "the scope of the server is its own"


async def test_a_stranger_keeps_its_address_port_and_scheme() -> None:
    scope = scope_of(STRANGER, (b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-proto", b"https"))
    behind = await passed_on(scope)
    assert (behind["client"], behind["scheme"]) == ((STRANGER, 50123), "http")


async def test_without_proxies_ipv4_in_ipv6_is_still_unwrapped() -> None:
    assert (await passed_on(scope_of(f"::ffff:{STRANGER}"), trusted=""))["client"] == (STRANGER, 50123)


@pytest.mark.parametrize(
    ("said", "scheme"), [("https", "https"), ("HTTPS , http", "https"), ("http,https", "http"), ("gopher", "https")]
)
async def test_the_scheme_is_the_first_that_a_trusted_proxy_names(said: str, scheme: str) -> None:
    scope = scope_of("10.1.2.3", (b"x-forwarded-proto", said.encode()), scheme="https")
    assert (await passed_on(scope))["scheme"] == scheme


@pytest.mark.parametrize("scope", [{"type": "lifespan"}, scope_of(None), scope_of("/run/frontis.sock")])
async def test_what_has_no_client_address_is_passed_on_as_it_is(scope: Scope) -> None:
    assert await passed_on(scope) == scope


@pytest.mark.parametrize(
    ("peer", "origin"), [("10.1.2.3", "https://og.example.com"), (STRANGER, "http://og.example.com")]
)
async def test_addresses_that_we_write_are_https_behind_a_tls_proxy(peer: str, origin: str) -> None:
    behind = await passed_on(scope_of(peer, (b"x-forwarded-proto", b"https")))
    assert origin_of(Request(behind)) == origin
    assert glance(Request(behind)).origin == origin
