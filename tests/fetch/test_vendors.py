"""A crawler is whose it says when the name of its address lies with the vendor and leads back, or its network does."""

import asyncio
import threading
from ipaddress import IPv4Network

import pytest

from frontis.fetch import vendors
from frontis.fetch.vendors import VENDORS, Vendor, Verifier

META = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
ADDRESS = "66.220.149.1"


async def outcome(name: str | OSError, *addresses: str, agent: str = META, address: str = ADDRESS) -> list[bool]:
    """What is told at once, and when the name servers have answered."""

    def ask(_: str) -> tuple[str, frozenset[str]]:
        if isinstance(name, OSError):
            raise name
        return name, frozenset(addresses)

    verifier = Verifier(ask=ask)
    try:
        at_once = verifier.is_verified(agent, address)
        await verifier.settled()
        return [at_once, verifier.is_verified(agent, address)]
    finally:
        await verifier.close()


async def test_a_name_of_the_vendors_that_leads_back_is_believed_from_the_second_request_on() -> None:
    assert await outcome("fwdproxy-ash-001.fbsv.net", ADDRESS) == [False, True]
    assert await outcome("FWDPROXY.FBSV.NET.", "10.0.0.1", ADDRESS) == [False, True]


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        # Whoever owns an address may name it as he likes.
        ("fwdproxy-ash-001.fbsv.net", ("192.0.2.1",)),
        ("fwdproxy-ash-001.fbsv.net", ()),
        ("fbsv.net.attacker.example", (ADDRESS,)),
        ("notfbsv.net", (ADDRESS,)),
        ("", (ADDRESS,)),
        (OSError("nobody answers"), ()),
        (TimeoutError(), ()),
    ],
)
async def test_no_other_name_is(name: str | OSError, addresses: tuple[str, ...]) -> None:
    assert await outcome(name, *addresses) == [False, False]


async def test_an_agent_without_a_vendor_and_an_asker_without_an_address_ask_for_nothing() -> None:
    assert await outcome("x.fbsv.net", ADDRESS, agent="Mastodon/4.3") == [False, False]
    assert await outcome("x.fbsv.net", ADDRESS, address="") == [False, False]


@pytest.mark.parametrize(("address", "is_its"), [("149.154.161.2", True), ("91.108.8.1", False), ("::1", False)])
async def test_networks_that_are_published_are_looked_up_in_no_name_server(address: str, is_its: bool) -> None:
    verifier = Verifier(ask=lambda _: pytest.fail("asked"))
    assert verifier.is_verified("TelegramBot (like TwitterBot)", address) is is_its
    await verifier.close()


async def test_the_systems_resolver_is_asked() -> None:
    # What every system can tell without a network.
    verifier = Verifier((Vendor("home", domains=("localhost",)), Vendor("far", domains=("example.com",))))
    for agent in ("home", "far"):
        verifier.is_verified(agent, "127.0.0.1")
    await verifier.settled()
    assert verifier.is_verified("home", "127.0.0.1")
    assert not verifier.is_verified("far", "127.0.0.1")
    await verifier.close()


async def test_slow_name_servers_hold_up_nobody_and_few_addresses_wait_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vendors, "MOST_WAITING", 5)
    gate, asked = threading.Event(), []

    def ask(address: str) -> tuple[str, frozenset[str]]:
        asked.append(address)
        assert gate.wait(20)
        return "x.fbsv.net", frozenset({address})

    verifier = Verifier(ask=ask)
    for last in range(200):
        assert not verifier.is_verified(META, f"192.0.2.{last}")
        assert not verifier.is_verified(META, f"192.0.2.{last}")
    gate.set()
    await verifier.settled()
    assert sorted(asked) == [f"192.0.2.{last}" for last in range(5)]
    assert verifier.is_verified(META, "192.0.2.4")
    await verifier.close()


async def test_an_end_waits_for_no_name_server() -> None:
    gate = threading.Event()

    def ask(_: str) -> tuple[str, frozenset[str]]:
        gate.wait(20)
        return "", frozenset()

    verifier = Verifier(ask=ask)
    verifier.is_verified(META, ADDRESS)
    await asyncio.wait_for(verifier.close(), 5)
    gate.set()


def test_every_vendor_can_be_verified_and_a_networks_mask_is_right() -> None:
    for vendor in VENDORS:
        assert bool(vendor.domains) != bool(vendor.networks)
        assert all(isinstance(each, IPv4Network) for each in vendor.networks)
        assert vendor.word == vendor.word.lower()
