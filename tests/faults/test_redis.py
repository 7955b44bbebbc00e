"""Redis that stops answering, dies and comes back while requests come in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from installation import Installation, Serving, until
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
