"""Whoever asks for a card, in whatever dialect, asks for the same card: one entry of the cache, the same bytes."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis import render
from frontis.dialects import native, ogforge, ogimage, ogstack, osig, urlpix
from frontis.model.card import Card
from frontis.model.dialect import Dialect
from frontis.model.order import Order
from frontis.model.page import Page
from frontis.model.query import Query

KEY = "og_sk_" + "0" * 32
PRO_KEY = "sk_live_" + "0" * 32
PAGE = Page("https://example.com/guides/hello", "Hello", "A greeting.", site_name="Example", theme_color="#0f766e")


@dataclass(frozen=True)
class Foreign:
    """A request of a foreign service, and ours for the same card."""

    dialect: Dialect
    path: str
    query: str
    ours: str
    path_values: tuple[tuple[str, str], ...] = ()


CARDS = (
    Foreign(osig.DIALECT, "/g", "title=Hello&style=logo&site=meta", "osig-logo?title=Hello&width=1200&height=630"),
    Foreign(ogimage.DIALECT, "/v1/generate", f"title=Hello&template=dark&key={KEY}", "ogimage-dark?title=Hello"),
    Foreign(
        ogforge.DIALECT,
        "/api/v1/og",
        "title=Hello&theme=light&pattern=grid&bgColor=fff0e0",
        "ogforge-standard?title=Hello&theme=light&pattern=grid&bg_color=%23fff0e0",
    ),
    Foreign(
        urlpix.DIALECT,
        "/v1/og",
        f"template=changelog-card&version=2.0&change_items=One%0ATwo&api_key={PRO_KEY}",
        "urlpix-changelog-card?release=2.0&change_items=One%0ATwo",
    ),
    Foreign(
        ogstack.DIALECT,
        "/og/{publicId}",
        "url=https%3A%2F%2Fexample.com%2Fguides%2Fhello&template=minimal&dark=false",
        "ogstack-minimal?title=Hello&description=A+greeting.&site=Example&host=example.com&kicker=Guides&accent=%230f766e&dark=false",
        (("publicId", "0123456789ab"),),
    ),
)
NAMES = [card.dialect.name for card in CARDS]


def asked(foreign: Foreign, *more: tuple[str, str]) -> Card:
    route = next(route for route in foreign.dialect.routes if route.path == foreign.path)
    parameters = (*parse_qsl(foreign.query, keep_blank_values=True), *more)
    order = route.answer(Query("GET", foreign.path, parameters, path_values=dict(foreign.path_values)))
    assert isinstance(order, Order)
    return order.page.compose(PAGE) if order.page else order.card


def ours(address: str) -> Card:
    identity, _, text = address.partition("?")
    route = next(route for route in native.DIALECT.routes if route.path.startswith("/card/"))
    path_values = {"template": identity, "extension": "png"}
    order = route.answer(Query("GET", f"/card/{identity}.png", tuple(parse_qsl(text)), path_values=path_values))
    assert isinstance(order, Order)
    return order.card


@pytest.mark.parametrize("foreign", CARDS, ids=NAMES)
def test_it_is_the_card_of_our_own_address_too(foreign: Foreign) -> None:
    theirs, own = asked(foreign), ours(foreign.ours)
    assert dict(theirs.values) == dict(own.values)
    assert theirs.fingerprint == own.fingerprint
    assert render(theirs).data == render(own).data


@pytest.mark.parametrize("foreign", CARDS, ids=NAMES)
@given(name=st.from_regex(r"x_[a-z]{1,8}", fullmatch=True), value=st.text(max_size=20))
def test_a_parameter_that_means_nothing_changes_nothing(foreign: Foreign, name: str, value: str) -> None:
    assert asked(foreign, (name, value)).fingerprint == asked(foreign).fingerprint


@pytest.mark.parametrize("foreign", CARDS, ids=NAMES)
def test_no_key_is_part_of_a_card(foreign: Foreign) -> None:
    assert not any("_live_" in str(value) or "og_sk_" in str(value) for value in asked(foreign).values.values())
