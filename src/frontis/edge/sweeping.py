"""Deletes the bytes of pictures that nobody keeps any more, and the finished pictures of accounts that are gone."""

from frontis.edge.library import FOLDER
from frontis.edge.purging import purge_marked
from frontis.edge.store import Store
from frontis.model.account import ACCOUNT_MARK
from frontis.model.ports import Library


class Sweeper:
    """Any number of processes may have one."""

    def __init__(self, library: Library, store: Store) -> None:
        self._library = library
        self._store = store

    async def sweep_all(self) -> None:
        """Delete all that is left over now. Raises StudioUnavailable and StoreUnavailable."""
        while await self.sweep():
            pass

    async def sweep(self) -> int:
        """Delete what is left over now, and tell how many words that were.

        Raises StudioUnavailable and StoreUnavailable.
        """
        words = await self._library.leftovers()
        for word in words:
            if word.startswith(ACCOUNT_MARK):
                await purge_marked(self._store, word)
            else:
                await self._store.delete_below(f"{FOLDER}/{word}")
        if words:
            await self._library.forget(words)
        return len(words)
