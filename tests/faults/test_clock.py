"""A clock on the wall that is set, forth and back, while requests come in."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from frontis.signing import sign
from installation import Installation, free_port, until

SECRET = "a secret of this test"
STEPS_DAYS = (1, -2, 0.05, 45, -400, 0)


def test_no_step_of_the_clock_costs_a_card_or_a_count(installation: Installation) -> None:
    installation.variables = {"FRONTIS_SECRET_KEY": SECRET, "FRONTIS_ANONYMOUS_PER_MINUTE": "1000000"}
    key, served = installation.account("pro"), 0
    with installation.serving(has_clock=True) as one, ThreadPoolExecutor(8) as pool:
        assert one.status("/card/article.png", title="Drawn once") == 200
        for days in STEPS_DAYS:
            titles = [f"{days} {number}" for number in range(30)]
            keyed = [pool.submit(one.status, "/g", key=key, title=title) for title in titles]
            plain = [pool.submit(one.status, "/card/article.png", title=title) for title in titles]
            # In the midst of them.
            one.set_clock(days)
            assert Counter(each.result() for each in keyed + plain) == {200: 60}
            served += 31
            assert one.status("/g", key=key, title="Once more") == 200
            assert one.status("/card/article.png", title="Drawn once") == 200
            assert one.client.get("/readyz").json()["status"] == "ok"
        by_template = one.metrics("frontis_pictures_total", "source")
        assert by_template["new"] == 1 + 60 * len(STEPS_DAYS) + 1
        assert not [event for event in one.events() if "unexpectedly" in event or "failed" in event]
        assert one.stop() == 0
    assert installation.counted() == served
    assert installation.leases() == 0


def test_a_signed_address_ends_when_the_clock_says_so(installation: Installation) -> None:
    installation.variables = {"FRONTIS_SECRET_KEY": SECRET}
    query = sign({"title": "Hello"}, secret=SECRET, expires_at=int(time.time()) + 3_600)
    with installation.serving(has_clock=True) as one:
        found = []
        for days in (0, 1, -1, 0):
            one.set_clock(days)
            answer = one.client.get(f"/g?{query}")
            age = re.search("max-age=([0-9]+)", answer.headers["cache-control"])
            found.append((answer.status_code, round(int(age[1]) / 3_600) if age else None))
        assert found == [(200, 1), (403, None), (200, 25), (200, 1)]


def test_what_lacks_something_is_kept_for_a_minute_whatever_the_clock_says(installation: Installation) -> None:
    gone = f"http://127.0.0.1:{free_port()}/hero.png"
    with installation.serving(has_clock=True) as one:
        for days in (0, 30, -30):
            one.set_clock(days)
            answer = one.client.get("/card/article.png", params={"title": "Hello", "hero": gone})
            age = re.fullmatch("public, max-age=([0-9]+)", answer.headers["cache-control"])
            assert age
            assert 0 <= int(age[1]) <= 60
        # The minute itself is none of the wall's: what was drawn is had again until it is over.
        until(lambda: one.metrics("frontis_pictures_total", "source") == {"new": 1, "memory": 2})
