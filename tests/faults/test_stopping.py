"""The end of `frontis serve`."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from socket import socket

from installation import Installation, as_answer, picture, until, upstream

MANY = 20


def test_every_request_that_was_begun_is_answered_and_the_usage_is_exact(installation: Installation) -> None:
    key, stopped = installation.account(), threading.Event()

    def late(connection: socket) -> None:
        stopped.wait(20)
        connection.sendall(as_answer(picture()))

    with upstream(late) as (address, asked), installation.serving() as one, ThreadPoolExecutor(MANY) as pool:
        begun = [
            pool.submit(one.status, "/g", key=key, title=f"Card {number}", image_url=f"{address}/{number}.png")
            for number in range(MANY)
        ]
        # A host is asked for so many at one time; the others wait for those. The one more is that for the metrics.
        until(lambda: asked)
        until(lambda: one.metric("frontis_requests_under_way") == MANY + 1)
        one.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in one.events())
        stopped.set()
        assert [answer.result() for answer in begun] == [200] * MANY
        assert one.process.wait(30) == 0
    assert installation.counted() == MANY
    assert installation.leases() == 0


def test_clients_that_are_never_done_do_not_hold_it_up(installation: Installation) -> None:
    with installation.serving() as one:
        body = b"POST /card/article.png HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"
        held = [one.connect(words) for words in (b"", b"GET /g?ti", b"GET /g HTTP/1.1\r\nHost: a\r\nX", body)]
        until(lambda: one.status("/healthz") == 200)
        assert one.stop() == 0
        assert not [event for event in one.events() if event.startswith("Killing")]
        for each in held:
            each.close()


def test_a_second_signal_waits_for_nobody(installation: Installation) -> None:
    never = threading.Event()

    def hold(_: socket) -> None:
        never.wait(20)

    with (
        upstream(hold) as (address, asked),
        installation.serving() as one,
        ThreadPoolExecutor(1) as pool,
    ):
        begun = pool.submit(one.status, "/card/article.png", title="Late", hero=f"{address}/hero.png")
        until(lambda: asked)
        one.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in one.events())
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(30)
        assert begun.result() == 0
        never.set()
