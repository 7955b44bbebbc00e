"""Adds up what all processes count: the first one, which answers nobody, keeps the books.

Each process that answers holds a connection to the first, over a socket in a folder that its user alone can enter, and
tells its counters when it is asked. What a process told before it died stays in the sum: to Prometheus a total that
falls is a new start from zero, and it would count everything before once more.
"""

import asyncio
import struct
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from frontis.edge.metrics_port import MetricsPort
from frontis.edge.samples import Book, book_of, lasting, read_book, total, write_book
from frontis.errors import BadSetting

TELL_SECONDS = 1.0
ASK_SECONDS = 4.0
RETRY_SECONDS = 1.0
_SOCKET = "ledger"
_MEMBER, _ASKER = b"m", b"a"
_LENGTH = struct.Struct(">I")


class Ledger:
    """The books, in a thread of the first process.

    address: host and port, where they are shown besides; None: nowhere.
    """

    def __init__(self, address: tuple[str, int] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="frontis-"))
        self._address = address
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._ended = Counter("frontis_processes_ended", "Processes that answered, and ended.", registry=self._registry)
        processes = Gauge("frontis_processes", "Processes that answer.", registry=self._registry)
        processes.set_function(lambda: len(self._members))
        self._members: set[_Member] = set()
        self._departed: Book = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="frontis-ledger", daemon=True)

    def open(self) -> None:
        """Begin. Raises BadSetting where the port cannot be had."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError as error:
            self.close()
            host, port = self._address or ("", 0)
            raise BadSetting(f"FRONTIS_METRICS_PORT: cannot listen on {host} port {port}: {error.strerror}.") from None

    def close(self) -> None:
        """End, and leave nothing behind."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).add_done_callback(
            lambda _: self._loop.call_soon_threadsafe(self._loop.stop)
        )
        self._thread.join(TELL_SECONDS)
        rmtree(self.folder, ignore_errors=True)

    async def books(self) -> Book:
        """What all processes have counted until now. One that is too busy to tell is known by what it told before."""
        members = tuple(self._members)
        await asyncio.gather(*(each.ask() for each in members))
        # Those that ended just now are in what was before them.
        present = [each.told for each in members if each in self._members]
        return total([book_of(self._registry), self._departed, *present])

    async def _listen(self) -> None:
        await asyncio.start_unix_server(self._meet, self.folder / _SOCKET)
        if self._address:
            host, port = self._address
            await asyncio.start_server(MetricsPort(self.books).answer, host, port)

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, EOFError):
                if await reader.readexactly(1) == _MEMBER:
                    await self._keep(reader, writer)
                else:
                    _write_frame(writer, write_book(await self.books()))
                    await writer.drain()
        finally:
            writer.close()

    async def _keep(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        member = _Member(writer)
        self._members.add(member)
        try:
            await member.listen(reader)
        finally:
            self._members.discard(member)
            self._departed = total([self._departed, lasting(member.told)])
            self._ended.inc()
            member.leave()


class _Member:
    """A process that answers, as the first one knows it. told: its books when it told them last."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.told: Book = {}
        self._writer = writer
        self._has_told = asyncio.Event()
        self._has_told.set()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Take in what it tells. Raises OSError or EOFError when it is gone."""
        while True:
            self.told = read_book(await _read_frame(reader))
            self._has_told.set()

    async def ask(self) -> None:
        """Have it tell anew, if it does so in time."""
        if self._has_told.is_set():
            self._has_told.clear()
            self._writer.write(b"?")
        with suppress(TimeoutError):
            async with asyncio.timeout(TELL_SECONDS):
                await self._has_told.wait()

    def leave(self) -> None:
        """Let nobody wait for it any more."""
        self._has_told.set()


class Membership:
    """The other end, in a process that answers. folder: the ledger's."""

    def __init__(self, folder: Path, registry: CollectorRegistry) -> None:
        self._socket = folder / _SOCKET
        self._registry = registry
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Tell what is counted here, whenever the first process asks. Needs a running event loop."""
        self._task = asyncio.create_task(self._belong())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def books(self) -> Book:
        """What all processes have counted. Raises OSError, or EOFError, when the first one does not tell."""
        async with asyncio.timeout(ASK_SECONDS):
            reader, writer = await asyncio.open_unix_connection(self._socket)
            try:
                writer.write(_ASKER)
                return await asyncio.to_thread(read_book, await _read_frame(reader))
            finally:
                writer.close()

    async def _belong(self) -> None:
        while True:
            with suppress(OSError, EOFError):
                await self._tell()
            await asyncio.sleep(RETRY_SECONDS)

    async def _tell(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        try:
            writer.write(_MEMBER)
            while await reader.readexactly(1):
                # Some milliseconds of work: not in the event loop.
                _write_frame(writer, await asyncio.to_thread(self._written))
                await writer.drain()
        finally:
            writer.close()

    def _written(self) -> bytes:
        return write_book(book_of(self._registry))


async def _read_frame(reader: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return await reader.readexactly(length)


def _write_frame(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_LENGTH.pack(len(data)) + data)
