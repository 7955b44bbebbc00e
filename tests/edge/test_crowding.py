"""When connections become scarce, a client keeps its share of them and no more."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from frontis.edge.clients import parse_trusted
from frontis.edge.crowding import Crowds, client_of

HOME, CROWD, GUEST = "127.0.0.1", "127.0.0.2", "127.0.0.3"


class Server:
    """Connections that came in from some addresses, both ends of which are ours."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self._listener = held.enter_context(socket.create_server((HOME, 0), backlog=200))
        self._clients: list[tuple[str, socket.socket]] = []

    def take(self, source: str, count: int) -> None:
        for _ in range(count):
            client = socket.create_connection(self._listener.getsockname(), source_address=(source, 0))
            self._held.enter_context(client)
            self._held.enter_context(self._listener.accept()[0])
            client.setblocking(False)
            self._clients.append((source, client))

    def ended(self) -> Counter[str]:
        return Counter(source for source, client in self._clients if self._is_over(client))

    def _is_over(self, client: socket.socket) -> bool:
        try:
            return client.recv(1) == b""
        except BlockingIOError:
            return False


@pytest.fixture
def server() -> Iterator[Server]:
    with ExitStack() as held:
        one = Server(held)
        one.take(CROWD, 30)
        one.take(GUEST, 5)
        yield one


def test_what_one_client_holds_beyond_its_share_is_ended(server: Server) -> None:
    assert Crowds(scarce=35, most_of_one=10).thin_out() == 20
    assert server.ended() == {CROWD: 20}


def test_as_long_as_there_is_room_nothing_is_ended(server: Server) -> None:
    assert Crowds(scarce=10_000, most_of_one=10).thin_out() == 0
    assert not server.ended()


@pytest.mark.parametrize("trusted", [CROWD, "127.0.0.0/8"])
def test_behind_a_proxy_of_the_operators_there_are_many(trusted: str, server: Server) -> None:
    assert Crowds(scarce=35, most_of_one=10, trusted=trusted).thin_out() == 0
    assert not server.ended()


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "address/203.0.113.7"),
        ("::ffff:203.0.113.7", "address/203.0.113.7"),
        ("2001:db8::1", "address/2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "address/2001:db8::/64"),
        ("fe80::1%lo", "address/fe80::/64"),
        ("::ffff:10.1.2.3", ""),
        ("10.1.2.3", ""),
    ],
)
def test_a_client_is_an_address_of_ipv4_or_a_network_of_ipv6(address: str, client: str) -> None:
    assert client_of(address, parse_trusted("10.0.0.0/8")) == client


def test_connections_of_our_own_are_left_alone() -> None:
    with ExitStack() as held, socket.create_server((HOME, 0)) as elsewhere:
        address = elsewhere.getsockname()
        ours = [held.enter_context(socket.create_connection(address)) for _ in range(20)]
        theirs = [held.enter_context(elsewhere.accept()[0]) for _ in range(20)]
        # As in a process that listens to others, and not there.
        elsewhere.close()
        with socket.create_server((HOME, 0)):
            assert Crowds(scarce=1, most_of_one=5).thin_out() == 0
        for each, other in zip(ours, theirs, strict=True):
            each.sendall(b"x")
            assert other.recv(1) == b"x"
