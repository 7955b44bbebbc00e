"""Finished pictures in the store: what was drawn once need not be drawn again, by no process and after no restart."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from frontis.edge.edition import Editions
from frontis.edge.quick import Put, QuickStore
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture

CARDS = "cards"
MARKS = "marks"
# What is read is written again when it is this old, so that its age tells when it was used last.
RENEW_AFTER = timedelta(days=1)


def key_of(card: Card, editions: Editions) -> str:
    """Where a resolved card's picture is stored."""
    edition, fingerprint = editions.edition(card.template), card.fingerprint
    return f"{CARDS}/{edition}/{fingerprint[:2]}/{fingerprint}.{Format(card.format).value}"


def project_mark(public_id: str) -> str:
    """Under which the pictures of a project are found. Its id has capitals, and a key of the store none."""
    return f"project-{_digest(public_id)}"


def page_mark(url: str) -> str:
    """The same, of a web page. Its address may hold somebody's secret."""
    return f"page-{_digest(url)}"


class StoredPictures:
    """Belongs to one event loop. Neither of its methods raises, or waits for long."""

    def __init__(self, store: QuickStore, editions: Editions) -> None:
        self._store = store
        self._editions = editions

    def key_of(self, card: Card) -> str:
        """Where a resolved card's picture is."""
        return key_of(card, self._editions)

    async def get(self, card: Card) -> Picture | None:
        """The card's picture, if it is there and can be had in time."""
        key = self.key_of(card)
        found = await self._store.find(key)
        if found is None:
            return None
        if datetime.now(UTC) - found.written_at > RENEW_AFTER:
            self._store.put(Put(key, found.data))
        return Picture(found.data, Format(card.format), card.output.size)

    def put(self, card: Card, picture: Picture, marks: Iterable[str] = ()) -> None:
        """Keep a picture, soon. One that lacks something or is over its budget is not kept.

        marks: what it is to be found by when it is to be forgotten.
        """
        if picture.missing or not picture.within_budget:
            return
        key = self.key_of(card)
        marked = [Put(f"{MARKS}/{mark}/{card.fingerprint}", key.encode()) for mark in marks]
        self._store.put(*marked, Put(key, picture.data, picture.digest))


class NoStoredPictures:
    """Where nothing is to be stored."""

    async def get(self, card: Card) -> Picture | None:  # noqa: ARG002
        """Nothing is there."""
        return None

    def put(self, card: Card, picture: Picture, marks: Iterable[str] = ()) -> None:
        """Nothing is kept."""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
