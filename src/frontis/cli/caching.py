"""What `frontis cache` does: tells of, forgets and fills the store of finished pictures."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from frontis.cli.asking import OwnServer, own_server
from frontis.dialects import DIALECTS
from frontis.edge.edition import Editions
from frontis.edge.locating import locate
from frontis.edge.purging import purge, purge_all, purge_marked
from frontis.edge.shelf import ORIGINALS
from frontis.edge.store import Store, open_store
from frontis.edge.stored import CARDS, MARKS, key_of, page_mark, project_mark
from frontis.model.account import account_mark
from frontis.model.card import Card
from frontis.settings import Settings
from frontis.templates import catalogue

KINDS = {
    CARDS: "finished pictures",
    MARKS: "marks that tell whose they are",
    ORIGINALS: "fetched pictures",
    "images": "pictures that accounts keep",
}
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that could not be warmed, and why."""

    address: str
    problem: str


def stats() -> dict[str, Any]:
    """What is stored, and what may be. Raises StoreUnavailable and BadSetting."""
    settings = Settings()
    store = open_store(settings)
    limits = {"most_megabytes": settings.store_mb, "most_days": settings.store_days}
    return {"limits": limits, "stored": asyncio.run(_count(store))}


async def _count(store: Store) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for prefix in KINDS:
        count, size_bytes, oldest = 0, 0, None
        async for each in store.browse(prefix):
            count, size_bytes = count + 1, size_bytes + each.size_bytes
            oldest = min(oldest or each.written_at, each.written_at)
        told[prefix] = {"count": count, "bytes": size_bytes, "oldest": _moment(oldest)}
    return told


def clear() -> None:
    """Forget every finished picture."""
    asyncio.run(purge_all(open_store(Settings())))


def clear_account(number: int) -> int:
    """Forget what was drawn for an account, by its number in the database, and tell how many pictures that were."""
    return asyncio.run(purge_marked(open_store(Settings()), account_mark(number)))


def clear_project(public_id: str) -> int:
    """The same, of a project."""
    return asyncio.run(purge_marked(open_store(Settings()), project_mark(public_id)))


def clear_address(address: str) -> None:
    """Forget the picture of an address; of a card that is made of a page, every picture of that page.

    Raises AddressUnknown, and BadInput for parameters that the address may not have.
    """
    settings = Settings()
    order = locate(address, DIALECTS)
    asyncio.run(_clear_order(settings, order.card, order.page.url if order.page else ""))


async def _clear_order(settings: Settings, card: Card, page: str) -> None:
    store = open_store(settings)
    editions = Editions(catalogue(), settings)
    # Accounts of some plans have a mark in the corner of theirs, and others none.
    cards = {card, replace(card, watermark=settings.watermark)} if settings.watermark else {card}
    await purge(store, [key_of(each, editions) for each in cards])
    if page:
        await purge_marked(store, page_mark(page))


async def warm(addresses: Iterable[str], server: str) -> AsyncIterator[Failure | None]:
    """Ask a server for each address, a few at a time, and tell how each went. Raises BadInput for a wrong server."""
    turns = asyncio.Semaphore(AT_ONCE)
    async with own_server(server) as asked:
        for each in asyncio.as_completed([_ask(asked, address, turns) for address in addresses]):
            yield await each


async def _ask(server: OwnServer, address: str, turns: asyncio.Semaphore) -> Failure | None:
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/"):
        return Failure(address, "is no address and no path")
    async with turns:
        answered = await server.get(path)
    if answered.problem:
        return Failure(address, f"cannot be asked ({answered.problem})")
    if answered.status != 200:
        return Failure(address, f"answers {answered.status}")
    is_picture = answered.media_type.startswith("image/")
    return None if is_picture else Failure(address, f"is no picture but {answered.media_type}")


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
