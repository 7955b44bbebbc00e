"""Clients that hold connections and do nothing with them."""

import socket
import threading
import time
from contextlib import ExitStack

import pytest

from installation import Installation

HOT = "/g?title=Hot"


def test_those_that_never_finish_their_request_are_let_go(installation: Installation) -> None:
    with installation.serving() as one:
        idle = one.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.recv(65_536).startswith(b"HTTP/1.1 200")
        beginnings = (b"", b"GET /g?ti", b"GET /g HTTP/1.1\r\nHost: a\r\nX")
        held = [idle, *(one.connect(words) for words in beginnings)]
        dripping = one.connect(b"GET /g HTTP/1.1\r\nHost: a\r\nX: ")
        try:
            while True:
                dripping.sendall(b"y")
                time.sleep(0.05)
        except OSError:
            dripping.close()
        for each in held:
            each.settimeout(20)
            # The end, or a word about it; never silence.
            while each.recv(65_536):
                pass
            each.close()


def test_one_that_never_reads_its_answers_is_let_go(installation: Installation) -> None:
    with installation.serving() as one:
        assert one.status(HOT) == 200
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        deaf.connect(("127.0.0.1", one.port))
        deaf.settimeout(20)
        words = f"GET {HOT} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        # Silence would be a TimeoutError of the test's own, which has no number.
        with pytest.raises(OSError, match=r"\[Errno \d+\]"):
            send_without_end(deaf, words * 1_000)
        deaf.close()


def test_a_cached_card_comes_beside_thousands_that_say_nothing(installation: Installation) -> None:
    with installation.serving() as one, ExitStack() as held:
        assert one.client.get(HOT).status_code == 200
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                assert one.client.get(HOT).status_code == 200

        asker = threading.Thread(target=ask)
        asker.start()
        for _ in range(800):
            held.enter_context(one.connect())
        done.set()
        asker.join(20)
        assert not asker.is_alive()
        assert one.status(HOT) == 200


def send_without_end(connection: socket.socket, words: bytes) -> None:
    while True:
        connection.sendall(words)
