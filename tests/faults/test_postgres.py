"""PostgreSQL that stops answering, dies and comes back while requests come in."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from installation import MOST_UNITS, Installation, Serving, until
from postgres_server import PostgresServer

BURST = 40


class Crowd:
    """Asks with a key and without one, at a time."""

    def __init__(self, one: Serving, pool: ThreadPoolExecutor, key: str) -> None:
        self._one = one
        self._pool = pool
        self._key = key
        self.served = 0

    def ask(self, word: str) -> tuple[Counter[int], Counter[int]]:
        """The statuses of those with a key, and of those without."""
        ask = self._pool.submit
        titles = [f"{word} {number}" for number in range(BURST)]
        keyed = [ask(self._one.status, "/g", title=title, key=self._key) for title in titles]
        plain = [ask(self._one.status, "/card/article.png", title=title) for title in titles]
        found = Counter(each.result() for each in keyed), Counter(each.result() for each in plain)
        self.served += found[0][200]
        return found

    def is_served(self) -> bool:
        return self.ask("again")[0] == {200: BURST}


@pytest.mark.parametrize("fault", ["hangs", "dies"])
def test_while_the_database_is_away_no_card_without_a_key_is_lost_and_none_with_a_key_is_given_away(
    fault: str, installation: Installation, postgres_server: PostgresServer
) -> None:
    installation.variables = {"FRONTIS_DATABASE_URL": postgres_server.url}
    key = installation.account("pro")
    faults: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "hangs": (postgres_server.pause, postgres_server.resume),
        "dies": (postgres_server.stop, postgres_server.start),
    }
    begin, end = faults[fault]
    with installation.serving() as one, ThreadPoolExecutor(16) as pool:
        crowd = Crowd(one, pool, key)
        assert crowd.ask("before") == ({200: BURST}, {200: BURST})
        begin()
        keyed, plain = crowd.ask("meanwhile")
        # What a lease still held may be spent; nobody waits in vain.
        assert set(keyed) <= {200, 503}
        assert plain == {200: BURST}
        assert crowd.ask("still") == ({503: BURST}, {200: BURST})
        readiness = one.client.get("/readyz")
        assert (readiness.status_code, readiness.json()["status"]) == (200, "degraded")
        assert "does not answer" in readiness.json()["parts"]["database"]
        session = {"sessionid": "x" * 32}
        assert httpx.get(f"{one.client.base_url}/settings", cookies=session, timeout=30).status_code == 503
        end()
        until(crowd.is_served)
        assert httpx.get(f"{one.client.base_url}/settings", cookies=session, timeout=30).status_code == 302
        assert crowd.ask("afterwards") == ({200: BURST}, {200: BURST})
        assert one.stop() == 0
    assert crowd.served <= installation.counted() <= crowd.served + MOST_UNITS
    assert installation.leases() == 0


def test_a_process_ends_though_the_database_hangs(installation: Installation, postgres_server: PostgresServer) -> None:
    installation.variables = {"FRONTIS_DATABASE_URL": postgres_server.url}
    key = installation.account("pro")
    with installation.serving() as one, ThreadPoolExecutor(16) as pool:
        assert Crowd(one, pool, key).ask("before") == ({200: BURST}, {200: BURST})
        postgres_server.pause()
        try:
            assert one.stop() == 0
        finally:
            postgres_server.resume()
