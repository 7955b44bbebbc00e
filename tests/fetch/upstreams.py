"""Servers on the loopback that behave as the tests need it, and doors to reach them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest

from frontis.fetch import Attempt, Door, Policy, parse_allow

LOCAL = parse_allow("127.0.0.0/8")
CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass
class Visit:
    """One request, as it came over the wire."""

    head: str
    number: int
    writer: asyncio.StreamWriter

    @property
    def path(self) -> str:
        return self.head.split(" ")[1]

    def header(self, name: str) -> str | None:
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return next((value.strip() for key, _, value in lines if key.lower() == name.lower()), None)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Reply = Callable[[Visit], Awaitable[None]]


@dataclass
class Upstream:
    port: int
    scheme: str = "http"
    visits: list[Visit] = field(default_factory=list)
    now: int = 0
    most_at_once: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something holds that changes with the visits."""
        while not is_so():
            self.changed.clear()
            await self.changed.wait()

    def url(self, path: str = "/picture.png", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def ok(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return ok(b"", f"Location: {location}", status=status)


@asynccontextmanager
async def serving(reply: Reply | bytes, *, tls: bool = False) -> AsyncIterator[Upstream]:
    """Serve `reply` to everyone on a free port of 127.0.0.1."""
    upstream = Upstream(port=0, scheme="https" if tls else "http")
    talks: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        upstream.now += 1
        upstream.most_at_once = max(upstream.most_at_once, upstream.now)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                visit = Visit(head, len(upstream.visits) + 1, writer)
                upstream.visits.append(visit)
                upstream.changed.set()
                await (visit.send(reply) if isinstance(reply, bytes) else reply(visit))
        except asyncio.CancelledError:
            pass
        finally:
            upstream.now -= 1
            upstream.changed.set()
            talks.discard(task)
            writer.close()

    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        # Closed transports need a turn of the loop to let go of their sockets.
        await asyncio.sleep(0.01)


@asynccontextmanager
async def open_door(
    policy: Policy | None = None,
    *,
    names: dict[str, list[str]] | None = None,
    attempts: list[Attempt] | None = None,
) -> AsyncIterator[Door]:
    """Open a door that knows `names` and asks nobody else; without a policy the loopback is allowed."""

    async def lookup(host: str) -> Sequence[IPv4Address | IPv6Address]:
        if host not in (names or {}):
            raise OSError(f"no test knows {host}")
        return [ip_address(text) for text in (names or {})[host]]

    door = Door(policy or Policy(allow=LOCAL), lookup=lookup, on_attempt=None if attempts is None else attempts.append)
    try:
        yield door
    finally:
        await door.close()


def redirect_the_wire(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> list[str]:
    """Lead every connection to `upstream`. Returns the list of addresses which were dialled, filled as they are."""
    dialled: list[str] = []
    kind = type(asyncio.get_running_loop())
    connect = kind.sock_connect

    async def sock_connect(loop: asyncio.AbstractEventLoop, sock: Any, address: Any) -> None:
        dialled.append(address[0])
        await connect(loop, sock, ("127.0.0.1", upstream.port))

    monkeypatch.setattr(kind, "sock_connect", sock_connect)
    return dialled
