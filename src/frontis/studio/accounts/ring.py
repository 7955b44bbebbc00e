"""The key ring: who stands behind a key, and which project behind an address, as the edge asks for it."""

import asyncio
import re
import time
from collections.abc import Callable
from functools import partial

from frontis.model.account import Holder, Project, kind_of_key
from frontis.settings import Settings
from frontis.studio.accounts.changes import changed
from frontis.studio.accounts.holders import find_holder, find_project
from frontis.studio.accounts.keys import digest_of
from frontis.studio.accounts.memory import Memory
from frontis.studio.database import in_database

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,12}")


class KeyRing:
    """The ports Keys and Projects of model/ports.py.

    What the database said is believed for 3 s; what changes in this process is seen at once, and so is what changes in
    others where FRONTIS_REDIS_URL is set. Keys are remembered by their digest alone. clock: seconds, for the age.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._holders: Memory[Holder] = Memory("keys", clock)
        self._projects: Memory[Project] = Memory("projects", clock)
        self._listening: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to listen for changes. Needs a running event loop."""
        changed.connect(self._hear)
        if self._settings.redis_url:
            from frontis.studio.accounts.broadcasting import listen  # noqa: PLC0415  (who has no Redis is spared it)

            self._listening = asyncio.create_task(listen(self._settings.redis_url, self.forget))

    async def close(self) -> None:
        """End listening and all look-ups."""
        changed.disconnect(self._hear)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        await self._holders.close()
        await self._projects.close()

    async def holder(self, key: str) -> Holder | None:
        """The holder, or None, as model/ports.py has it. What has not the shape of a key costs no look-up."""
        if kind_of_key(key) is None:
            return None
        digest = digest_of(key)
        return await self._holders.recall(digest, partial(in_database, find_holder, digest, self._settings))

    async def project(self, public_id: str) -> Project | None:
        """The project, or None, as model/ports.py has it."""
        if not _PUBLIC_ID.fullmatch(public_id):
            return None
        return await self._projects.recall(public_id, partial(in_database, find_project, public_id, self._settings))

    def forget(self) -> None:
        """Ask the database again for everything. May be called from any thread."""
        self._holders.forget()
        self._projects.forget()

    def _hear(self, **_: object) -> None:
        self.forget()
