"""What is forgotten in the store is forgotten by every process."""

from pathlib import Path
from typing import Any

import pytest
from stand import CARD, stand

from frontis.dialects import DIALECTS
from frontis.edge.locating import locate
from frontis.edge.purging import Purger, purge, purge_all, purge_marked
from frontis.edge.store import Store, open_store
from frontis.errors import AddressUnknown, BadInput
from frontis.model.account import account_mark
from frontis.settings import Settings

OTHER = "/card/article.png?title=Another"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(Settings(data_dir=tmp_path))


def marked(settings: Path) -> dict[str, Any]:
    return {"data_dir": settings, "store_mb": 10}


async def test_a_purge_reaches_the_store_the_memory_and_the_short_way(store: Store, tmp_path: Path) -> None:
    async with stand(**marked(tmp_path)) as one:
        purger = Purger(store, one.app.state.orders._cards.forget)
        for _ in range(3):
            await one.client.get(CARD)
            await one.client.get(OTHER)
        assert len(one.app.state.hot) == 2
        await one.app.state.orders._cards._stored._store.close()
        order = locate(CARD, DIALECTS)
        await purge(store, [one.app.state.orders._cards._stored.key_of(order.card)])
        await purger.hear()
        await one.client.get(CARD)
        await one.client.get(OTHER)
        assert [dict(card.values)["title"] for card in one.pen.cards] == ["Hello", "Another", "Hello"]
        await one.app.state.orders._cards._stored._store.close()
        await purge_all(store)
        await purger.hear()
        await one.client.get(OTHER)
        assert len(one.pen.cards) == 4


async def test_a_purge_is_heard_once_and_by_those_who_were_away_for_a_moment(store: Store) -> None:
    heard: list[object] = []
    one, other = Purger(store, heard.append), Purger(store, heard.append)
    await purge(store, ["cards/0a/0b/abc.png"])
    await one.hear()
    await one.hear()
    assert heard == [["abc"]]
    await other.hear()
    await purge_all(store)
    await one.hear()
    assert heard == [["abc"], ["abc"], None]


async def test_what_bears_a_mark_is_forgotten_and_nothing_else(store: Store) -> None:
    for name, mark in (("abc", account_mark(1)), ("def", account_mark(11))):
        await store.put(f"cards/0a/0b/{name}.png", b"a picture")
        await store.put(f"marks/{mark}/{name}", f"cards/0a/0b/{name}.png".encode())
    assert await purge_marked(store, account_mark(1)) == 1
    assert await store.get("cards/0a/0b/abc.png") is None
    assert await store.get("cards/0a/0b/def.png") is not None
    assert await purge_marked(store, account_mark(1)) == 0


def test_an_address_of_any_dialect_is_an_order() -> None:
    by_path = locate("/g/?title=Hello&style=base", DIALECTS)
    whole = locate("https://og.example.com/g?style=base&title=Hello", DIALECTS)
    assert by_path.card == whole.card
    page = locate("https://og.example.com/og/abcdefghijkl?url=https%3A%2F%2Fexample.com%2F", DIALECTS).page
    assert page is not None
    assert page.url == "https://example.com/"


@pytest.mark.parametrize("address", ["", "/", "nonsense", "/nowhere", "/templates", "https://", "/card/", "\x00", "//"])
def test_what_is_no_address_of_a_picture_is_told_so(address: str) -> None:
    with pytest.raises(AddressUnknown):
        locate(address, DIALECTS)


def test_an_address_with_bad_parameters_is_told_what_its_dialect_tells() -> None:
    with pytest.raises(BadInput):
        locate("/card/article.png", DIALECTS)
