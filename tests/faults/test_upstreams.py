"""Pictures from servers that do harm: the card comes without them, in time, and no other card is behind it."""

import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from installation import Installation, Serving, upstream

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
PNG = b"\x89PNG\r\n\x1a\n"


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def dripping(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + PNG)
    while True:
        connection.sendall(b"\0")
        time.sleep(0.05)


def dripping_headers(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"X: ")
    while True:
        connection.sendall(b"y")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + bytes(65_536) + b"\r\n")


def promising_more(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + PNG)


def promising_less(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 3\r\n\r\n" + PNG + bytes(5_000))


def promising_nonsense(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: -1\r\nContent-Length: 99999999999999999999\r\n\r\n" + PNG)


def resetting(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + PNG)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def bomb_of_pixels(connection: socket.socket) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    connection.sendall(HEAD + b"Connection: close\r\n\r\n" + PNG + chunk + bytes(5_000))


def bomb_of_deflate(connection: socket.socket) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)


def no_http(connection: socket.socket) -> None:
    connection.sendall(b"\x16\x03\x01" + bytes(100))


HARM: list[Callable[[socket.socket], None]] = [
    silent, dripping, dripping_headers, endless, promising_more, promising_less, promising_nonsense, resetting,
    bomb_of_pixels, bomb_of_deflate, no_http,
]  # fmt: skip


@pytest.fixture
def impatient(installation: Installation) -> Installation:
    installation.variables = {
        "OSIG_IMAGE_FETCH_TIMEOUT_SECONDS": "2", "FRONTIS_REQUEST_SECONDS": "5", "FRONTIS_DATABASE_URL": "none",
        "FRONTIS_RENDER_THREADS": "1",
    }  # fmt: skip
    return installation


def is_left_out(one: Serving, address: str, number: int) -> bool:
    answer = one.client.get("/card/article.png", params={"title": f"Card {number}", "hero": f"{address}/hero.png"})
    return (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")


def test_each_harm_costs_its_card_the_picture_and_the_other_cards_nothing(impatient: Installation) -> None:
    with impatient.serving() as one, ExitStack() as held, ThreadPoolExecutor(len(HARM)) as pool:
        addresses = [held.enter_context(upstream(each))[0] for each in HARM]
        harmed = [pool.submit(is_left_out, one, address, number) for number, address in enumerate(addresses)]
        others = 0
        while not all(each.done() for each in harmed):
            others += 1
            answer = one.client.get("/card/metric.png", params={"value": str(others), "label": "Others"})
            assert (answer.status_code, "fetch" in answer.headers["server-timing"]) == (200, False)
        outcomes = {each.__name__: outcome.result() for each, outcome in zip(HARM, harmed, strict=True)}
        assert outcomes == dict.fromkeys(outcomes, True)
        assert others > len(HARM)
        assert one.stop() == 0


def test_more_cards_than_there_are_threads_wait_for_a_silent_upstream_and_hold_none(impatient: Installation) -> None:
    never = threading.Event()

    def hold(_: socket.socket) -> None:
        never.wait(20)

    with impatient.serving() as one, upstream(hold) as (address, asked), ThreadPoolExecutor(30) as pool:
        waiting = [pool.submit(is_left_out, one, address, number) for number in range(30)]
        others = 0
        while not all(each.done() for each in waiting):
            others += 1
            assert one.status("/card/metric.png", value=str(others), label="Others") == 200
        assert all(each.result() for each in waiting)
        assert asked
        assert others > 1
        never.set()
