"""Pictures that accounts keep: drawn, stored, found again, deleted."""

import asyncio
import hashlib
import secrets
import time
from contextlib import suppress

from frontis.edge.admission import Admitted
from frontis.edge.attempts import Asker
from frontis.edge.cards import Cards
from frontis.edge.drawings import Drawings
from frontis.edge.making import Maker
from frontis.edge.pages import Pages
from frontis.edge.store import Store
from frontis.errors import (
    BadInput,
    FetchFailed,
    ImageTaken,
    ImageUnknown,
    KeyMissing,
    KeyNotEnough,
    Overloaded,
    ProjectUnknown,
    StoreUnavailable,
)
from frontis.model.account import Holder, Project
from frontis.model.library import (
    Asset,
    BrowseWish,
    DescribeWish,
    DiscardWish,
    DownloadWish,
    Draft,
    File,
    FileWish,
    FindWish,
    Generated,
    LibraryWish,
    Listed,
    StoredImage,
)
from frontis.model.order import GenerateWish
from frontis.model.page import Page
from frontis.model.picture import Picture
from frontis.model.ports import Ports

FOLDER = "images"
WORD_BYTES = 16
RETRY_SECONDS = 2
LONGEST_FACT = 2_048


class Librarian:
    """Belongs to one event loop. most_seconds: after which whoever wants a picture has an answer."""

    def __init__(
        self,
        ports: Ports,
        store: Store,
        cards: Cards,
        pages: Pages,
        maker: Maker,
        drawings: Drawings,
        *,
        most_seconds: float,
    ) -> None:
        self._ports = ports
        self._library = ports.library
        self._store = store
        self._cards = cards
        self._pages = pages
        self._maker = maker
        self._drawings = drawings
        self._most_seconds = most_seconds

    async def generate(self, wish: GenerateWish, admitted: Admitted, dialect: str) -> Generated:
        """The picture, drawn and kept, or kept already.

        Raises KeyNotEnough and ProjectUnknown, ImageTaken and LibraryFull, FetchFailed for a page that cannot be read
        or a picture that cannot be had, what drawing raises, StudioUnavailable and StoreUnavailable.
        """
        try:
            async with asyncio.timeout(self._most_seconds):
                generated = await self._generate(wish, admitted, dialect)
        except TimeoutError:
            # What was begun is swept away, and what was fetched is here for the next try.
            raise Overloaded(RETRY_SECONDS) from None
        if admitted.holder:
            self._ports.meter.note(admitted.holder, dialect, is_hit=generated.seconds is None)
        return generated

    async def fulfil(
        self, wish: LibraryWish, holder: Holder | None
    ) -> StoredImage | Listed | tuple[File, ...] | int | bytes:
        """What is wished for. Raises ImageUnknown, KeyMissing, StudioUnavailable and StoreUnavailable."""
        if isinstance(wish, FileWish):
            return await self._bytes(wish.word, wish.name)
        if holder is None:
            raise KeyMissing
        match wish:
            case BrowseWish():
                return await self._library.browse(holder, wish.listing)
            case FindWish():
                return await self._library.find(holder, wish.number)
            case DescribeWish():
                return await self._library.describe(holder, wish.number, wish.title, wish.description)
            case DownloadWish():
                image = await self._library.find(holder, wish.number)
                return tuple(await asyncio.gather(*(self._file(image.word, asset) for asset in image.draft.files)))
            case DiscardWish():
                return await self._discard(wish, holder)

    async def _generate(self, wish: GenerateWish, admitted: Admitted, dialect: str) -> Generated:
        began = time.monotonic()
        if admitted.holder is None:
            raise KeyMissing
        holder, project = admitted.holder, await self._project(wish.project, admitted.holder)
        choices = self._digest(wish, admitted)
        found = await self._library.find_same(project, wish.url, wish.kind, choices)
        if found is not None and not wish.is_forced:
            if found.draft.choices != choices:
                raise ImageTaken(str(found.id))
            if await self._store.get(_key(found.word, found.picture.name)) is not None:
                return Generated(found)
        async with self._drawings.enter(project, dialect, is_crawler=False):
            page, files = await self._drawn(wish, admitted, Asker(dialect, holder.account))
        draft = Draft(
            url=wish.url,
            kind=wish.kind,
            choices=choices,
            template=wish.template,
            source_title=_plain(page.title),
            source_description=_plain(page.description),
            source_icon=_plain(page.icon),
            files=tuple(file.asset for file in files),
        )
        word = found.word if found is not None else secrets.token_hex(WORD_BYTES)
        if found is None:
            await self._library.reserve(holder, word)
        await asyncio.gather(*(self._store.put(_key(word, file.name), file.data) for file in files))
        try:
            image = await self._library.keep(holder, project, word, draft)
        except ImageTaken:
            # Somebody else was quicker, perhaps with the very same wish.
            first = await self._library.find_same(project, wish.url, wish.kind, choices)
            if first is None or first.draft.choices != choices:
                raise
            return Generated(first)
        return Generated(image, time.monotonic() - began)

    async def _project(self, public_id: str, holder: Holder) -> Project:
        own = holder.project
        if not public_id and own is None:
            raise BadInput("projectId", "is required: the key is not bound to a project")
        if own is not None and public_id not in ("", own.public_id):
            raise KeyNotEnough
        project = own or await self._ports.projects.project(public_id)
        if project is None or project.account != holder.account:
            raise ProjectUnknown
        return project

    def _digest(self, wish: GenerateWish, admitted: Admitted) -> str:
        # The mark is part of the picture: who changes to a plan without it may have it drawn without.
        has_mark = wish.is_marked and bool(self._maker.mark_for(admitted))
        return hashlib.sha256(f"{has_mark} {wish.choices}".encode()).hexdigest()

    async def _drawn(self, wish: GenerateWish, admitted: Admitted, asker: Asker) -> tuple[Page, tuple[File, ...]]:
        """The page that was read, and the files made of it."""
        reading = await self._pages.read(wish.cards[0], wish.template, asker)
        if not reading.page.is_read or reading.is_degraded:
            raise FetchFailed(wish.url, "The page could not be read. It must be public, and be HTML")
        pictures = await asyncio.gather(
            *(self._picture(wish, reading.page, at, admitted, asker) for at in range(len(wish.cards)))
        )
        # Icons are made smaller, which takes a while.
        return reading.page, await asyncio.to_thread(wish.bind, reading.page, tuple(pictures))

    async def _picture(self, wish: GenerateWish, page: Page, at: int, admitted: Admitted, asker: Asker) -> Picture:
        card = wish.cards[at].compose(page)
        drawn = await self._cards.draw(self._maker.marked(card, admitted) if wish.is_marked else card, asker)
        for address in drawn.picture.missing:
            if address in wish.needed:
                raise FetchFailed(address, "The picture could not be had. It must be public, and be a picture")
        return drawn.picture

    async def _discard(self, wish: DiscardWish, holder: Holder) -> int:
        words = await self._library.discard(holder, wish.numbers)
        if wish.is_one and not words:
            raise ImageUnknown
        for word in words:
            # What is not deleted now, is swept later.
            with suppress(StoreUnavailable):
                await self._store.delete_below(f"{FOLDER}/{word}")
        return len(words)

    async def _file(self, word: str, asset: Asset) -> File:
        data = await self._bytes(word, asset.name)
        return File(asset.name, asset.media_type, data, asset.width, asset.height)

    async def _bytes(self, word: str, name: str) -> bytes:
        data = await self._store.get(_key(word, name))
        if data is None:
            raise ImageUnknown
        return data


def _plain(text: str) -> str:
    """What a page tells, without half characters and NULs, which no database takes, and of some length at most."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")[:LONGEST_FACT]


def _key(word: str, name: str) -> str:
    return f"{FOLDER}/{word}/{name}"
