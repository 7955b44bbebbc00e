"""Redis that stops answering, dies and comes back while requests come in."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from socket import socket

from installation import Installation, Serving, as_answer, picture, until, upstream
from redis_server import RedisServer

PER_MINUTE = 1_000_000


def burst(one: Serving, pool: ThreadPoolExecutor, word: str) -> Counter[int]:
    asked = [pool.submit(one.status, "/card/article.png", title=f"{word} {number}") for number in range(60)]
    return Counter(each.result() for each in asked)


def test_no_request_is_lost_while_redis_hangs_dies_and_comes_back(
    installation: Installation, redis_server: RedisServer
) -> None:
    installation.variables = {
        "FRONTIS_REDIS_URL": redis_server.url,
        "FRONTIS_ANONYMOUS_PER_MINUTE": str(PER_MINUTE),
    }
    with installation.serving() as one, ThreadPoolExecutor(8) as pool:
        assert burst(one, pool, "with") == {200: 60}
        redis_server.pause()
        assert burst(one, pool, "hanging") == {200: 60}
        redis_server.resume()
        redis_server.stop()
        assert burst(one, pool, "dead") == {200: 60}
        redis_server.start()

        def is_back() -> bool:
            one.status("/card/article.png", title="again")
            return any(event.startswith("redis is back") for event in one.events())

        until(is_back)
        assert any(event.startswith("redis does not answer") for event in one.events())
        assert burst(one, pool, "back") == {200: 60}
        assert one.stop() == 0


def test_a_herd_at_two_processes_costs_one_fetch_and_one_drawing(
    installation: Installation, redis_server: RedisServer
) -> None:
    installation.variables = {"FRONTIS_REDIS_URL": redis_server.url}

    def slowly(connection: socket) -> None:
        time.sleep(1)
        connection.sendall(as_answer(picture()))

    with (
        upstream(slowly) as (address, asked),
        installation.serving(workers=2) as one,
        ThreadPoolExecutor(100) as pool,
    ):
        until(lambda: one.metric("frontis_processes") == 2)
        hero = f"{address}/hero.png"
        herd = [pool.submit(one.status, "/card/article.png", title="Late", hero=hero) for _ in range(100)]
        assert Counter(each.result() for each in herd) == {200: 100}
        assert len(asked) == 1
        until(lambda: one.metric("frontis_pictures_total") == 100)
        by_source = one.metrics("frontis_pictures_total", "source")
        assert by_source["new"] == 1
        # By the other process, which waited for it, and by those of its own askers that came with the first.
        assert by_source["shared"] >= 1
