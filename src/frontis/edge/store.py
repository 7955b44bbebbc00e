"""Keeps bytes by key: in a folder, or in a bucket that speaks S3. What comes back is what was put, or nothing."""

import asyncio
import ctypes
import hashlib
import math
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from frontis.errors import BadSetting, StoreUnavailable
from frontis.settings import Settings

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FOLDER = "pictures"
"""In the data folder."""
LONGEST_SECONDS = 8.0
# A disk in the machine takes a hundredth of that, a share in the network now and then more.
SLOW_GLANCE_SECONDS = 0.002
NO_GLANCE_SECONDS = 60.0
# The tools of S3 delete at most so many at once.
MOST_DELETED = 1_000
# Behind the bytes and not before them, so that what lies in the folder can be opened by whatever opens pictures.
_SEAL = b"frontis1"
_SEAL_LENGTH = len(_SEAL) + hashlib.sha256().digest_size
_KEY = re.compile(r"[a-z0-9_-]+(?:[./][a-z0-9_-]+)*")

# Python's own call lets other threads run meanwhile, and then waits a thousand times as long as it took for its turn.
_access = ctypes.PyDLL(None).access
_access.argtypes = (ctypes.c_char_p, ctypes.c_int)

OpenPlace = Callable[[], ObjectStore]


@dataclass(frozen=True, slots=True)
class Found:
    """What was put under a key, and when."""

    data: bytes
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a list tells it: its size is that of what was put, and of the seal."""

    key: str
    size_bytes: int
    written_at: datetime


class Store:
    """Bytes by key. A key is lower-case words, parted by slashes and full stops, such as "images/3f0c/picture.png".

    open_place: finds the folder or the bucket, at the first use. folder: where that is a folder, so that what is not
    there is known at once.
    Every method raises StoreUnavailable where the disk is full or read-only, or the bucket does not answer in time;
    the first time that this happens is logged, and the first time that it happens no more.
    """

    def __init__(self, open_place: OpenPlace, *, folder: Path | None = None, seconds: float = LONGEST_SECONDS) -> None:
        self._open_place = open_place
        self._glance = Glance(folder) if folder else None
        self._place: ObjectStore | None = None
        self._seconds = seconds
        self._is_lost = False

    @property
    def is_lost(self) -> bool:
        """Whether it did not work when it was last used."""
        return self._is_lost

    async def put(self, key: str, data: bytes, digest: bytes | None = None) -> None:
        """Keep these bytes, in place of those that were there. Whoever asks at that time gets the old or the new.

        digest: their SHA-256, where it is known.
        """
        async with self._at_work(key) as place:
            if digest is None:
                digest = await asyncio.to_thread(_digest, data)
            await obstore.put_async(place, key, b"".join((data, _SEAL, digest)), use_multipart=False)

    async def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none. What is not as it was put is deleted, and counts as not there."""
        found = await self.find(key)
        return found.data if found else None

    async def find(self, key: str) -> Found | None:
        """The same, with when they were written."""
        if self._glance and self._place and self._glance.is_missing(_checked(key)):
            return None
        async with self._at_work(key) as place:
            try:
                found = await obstore.get_async(place, key)
                data = await asyncio.to_thread(_opened, memoryview(await found.bytes_async()))
            except FileNotFoundError:
                return None
            if data is None:
                log.warning("stored object is damaged, and deleted", key=key)
                await _delete(place, [key])
                return None
            return Found(data, found.meta["last_modified"])

    async def browse(self, prefix: str) -> AsyncIterator[Listed]:
        """What lies below a prefix, in no order. It may take long, and what comes and goes meanwhile may be missed."""
        async with self._at_work(prefix) as place:
            lists = aiter(obstore.list(place, prefix))
        while True:
            async with self._at_work(prefix):
                some = await anext(lists, None)
            if some is None:
                return
            for each in some:
                yield Listed(str(each["path"]), each["size"], each["last_modified"])

    async def delete(self, *keys: str) -> None:
        """Forget what is there. What is not there is no error."""
        for start in range(0, len(keys), MOST_DELETED):
            some = keys[start : start + MOST_DELETED]
            async with self._at_work(*some) as place:
                await _delete(place, some)

    async def delete_below(self, prefix: str) -> None:
        """Forget everything whose key begins with these words and a slash, whoever put it there."""
        async with self._at_work(prefix) as place:
            keys = [str(each["path"]) async for some in obstore.list(place, prefix) for each in some]
            for start in range(0, len(keys), MOST_DELETED):
                await _delete(place, keys[start : start + MOST_DELETED])

    @asynccontextmanager
    async def _at_work(self, *keys: str) -> AsyncIterator[ObjectStore]:
        for key in keys:
            _checked(key)
        try:
            async with asyncio.timeout(self._seconds):
                if self._place is None:
                    # It may have to make a folder.
                    self._place = await asyncio.to_thread(self._open_place)
                yield self._place
        except (BaseError, OSError) as error:
            # The rest of the message is for those who write obstore.
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
            if not self._is_lost:
                log.error("pictures cannot be stored", error=reason)  # noqa: TRY400  (a full disk is no fault of ours)
            self._is_lost = True
            raise StoreUnavailable from error
        if self._is_lost:
            log.info("pictures can be stored again")
        self._is_lost = False


class Glance:
    """Looks whether a file is there, by a call that takes a microsecond and not the turn of another thread.

    It is made where everything else waits for it: where a disk is slow it is not made for a while.
    clock: monotonic seconds.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._folder = f"{folder}/"
        self._clock = clock
        self._not_before = -math.inf

    def is_missing(self, key: str) -> bool:
        """Whether it is surely not there."""
        began = self._clock()
        if began < self._not_before:
            return False
        is_there = _access(os.fsencode(self._folder + key), os.F_OK) == 0
        ended = self._clock()
        if ended - began > SLOW_GLANCE_SECONDS:
            self._not_before = ended + NO_GLANCE_SECONDS
        return not is_there


def open_store(settings: Settings) -> Store:
    """The store of these settings. Raises BadSetting for an address that cannot be used."""
    if not settings.storage_url:
        folder = settings.data_dir.absolute() / FOLDER
        return Store(lambda: LocalStore(folder, mkdir=True), folder=folder)
    try:
        bucket = from_url(
            settings.storage_url,
            # Whether the line is open is said by the address of the operator's own store.
            client_options={
                "allow_http": True,
                "connect_timeout": timedelta(seconds=2),
                "timeout": timedelta(seconds=LONGEST_SECONDS / 2),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=LONGEST_SECONDS / 2)},
        )
    except (BaseError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadSetting(f"FRONTIS_STORAGE_URL: cannot be used: {reason}.") from None
    return Store(lambda: bucket)


async def _delete(place: ObjectStore, keys: Iterable[str]) -> None:
    wanted = list(keys)
    try:
        await obstore.delete_async(place, wanted)
    except FileNotFoundError:
        # A folder, unlike a bucket, minds; and it may have stopped there.
        for key in wanted if len(wanted) > 1 else ():
            await _delete(place, [key])


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def _digest(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def _opened(sealed: memoryview) -> bytes | None:
    """What was sealed, or None where that is not what came back."""
    data, seal = sealed[:-_SEAL_LENGTH], sealed[-_SEAL_LENGTH:]
    is_whole = bytes(seal) == _SEAL + _digest(data)
    return bytes(data) if is_whole else None
