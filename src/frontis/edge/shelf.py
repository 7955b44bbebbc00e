"""Fetched originals and the facts of pages in the store, so that the next process needs no network for them."""

from frontis.edge.quick import Put, QuickStore

ORIGINALS = "originals"


class OriginalsShelf:
    """A Shelf, as the door wants one. Belongs to one event loop."""

    def __init__(self, store: QuickStore) -> None:
        self._store = store

    async def get(self, key: str) -> bytes | None:
        """What was put there, if it can be had in time."""
        found = await self._store.find(_place(key))
        return found.data if found else None

    def put(self, key: str, data: bytes) -> None:
        """Keep it, soon."""
        self._store.put(Put(_place(key), data))

    def drop(self, key: str) -> None:
        """Forget it, soon."""
        self._store.drop(_place(key))


def _place(key: str) -> str:
    return f"{ORIGINALS}/{key[:2]}/{key}"
