"""Processes that are killed, that share a folder, and that find no room to write."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from installation import MOST_UNITS, Installation, until


def test_a_process_killed_in_a_burst_costs_its_own_requests_and_at_most_a_lease(installation: Installation) -> None:
    key = installation.account("pro")
    with installation.serving(workers=2) as one, ThreadPoolExecutor(16) as pool:
        until(lambda: len([event for event in one.events() if event.startswith("Started worker")]) == 2)
        before = one.children()
        burst = [pool.submit(one.status, "/g", key=key, title=f"Card {number}") for number in range(200)]
        until(lambda: sum(each.done() for each in burst) > 40)
        os.kill(max(before), signal.SIGKILL)
        answers = Counter(each.result() for each in burst)
        until(lambda: len(one.children()) == 2)
        until(lambda: len([event for event in one.events() if event.startswith("Started worker")]) == 3)
        # Those that the other process had, and those that came before: no error of ours is among them.
        assert set(answers) <= {200, 0}
        assert answers[200] > 100
        assert one.status("/g", key=key, title="Afterwards") == 200
        assert one.stop() == 0
    served = answers[200] + 1
    assert served <= installation.counted() <= served + answers[0] + MOST_UNITS


def test_two_services_on_one_folder_count_together_and_lose_nothing(installation: Installation) -> None:
    key = installation.account("pro")
    with installation.serving() as one, installation.serving() as other, ThreadPoolExecutor(8) as pool:
        places = (one, other)
        burst = [pool.submit(places[number % 2].status, "/g", key=key, title=f"Card {number}") for number in range(120)]
        assert Counter(each.result() for each in burst) == {200: 120}
        assert [each.stop() for each in places] == [0, 0]
    assert installation.counted() == 120
    assert installation.leases() == 0


def test_a_full_disk_costs_those_with_a_key_at_most_a_503_and_those_without_nothing(
    installation: Installation,
) -> None:
    key = installation.account("pro")
    with installation.serving() as one:
        assert one.status("/g", key=key, title="Before") == 200
        with one.without_room():
            plain = Counter(one.status("/card/article.png", title=f"Card {number}") for number in range(20))
            keyed = Counter(one.status("/g", key=key, title=f"Card {number}") for number in range(20))
            pages = [one.status(path) for path in ("/", "/docs", "/healthz")]
        assert plain == {200: 20}
        assert set(keyed) <= {200, 503}
        assert 503 in keyed
        assert pages == [200] * 3
        until(lambda: one.status("/g", key=key, title="Afterwards") == 200)
        assert one.stop() == 0
    assert installation.counted() <= keyed[200] + MOST_UNITS
