"""Four real processes on one quota."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection
from holders import holder_of, new_account

from frontis.model.account import Holder
from frontis.studio.metering.leases import MOST_UNITS
from frontis.studio.metering.models import Count, Lease

HAMMER = Path(__file__).with_name("hammer.py")
LIMIT = 500
PROCESSES = 4
AT_WORK, FATAL = 35, 40

pytestmark = pytest.mark.django_db(transaction=True)


def database_address() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    host = str(known["HOST"]).replace("/", "%2F")
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{host}:{known['PORT']}/{known['NAME']}"


class Hammer:
    """One of the processes, and what it said."""

    def __init__(self, holder: Holder, fatal: int = 0) -> None:
        allowance = holder.plan.allowance("osig")
        numbers = [holder.account, holder.key, allowance.images_per_day, allowance.images_per_month, fatal]
        self.process = subprocess.Popen(
            [sys.executable, str(HAMMER), *map(str, numbers)],
            env=os.environ
            | {"FRONTIS_DATABASE_URL": database_address(), "DJANGO_SETTINGS_MODULE": "frontis.studio.configuration"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read)
        self._is_at_work = Event()
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def begin(self) -> None:
        assert self.process.stdin is not None
        self._reader.start()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def ended(self) -> list[str]:
        self._reader.join(60)
        assert self.process.wait(10) in (0, -9)
        return self.lines

    def wait_for_work(self) -> None:
        assert self._is_at_work.wait(60)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if len(self.lines) == AT_WORK:
                self._is_at_work.set()


@contextmanager
def hammers(holder: Holder, *, fatal: int = 0) -> Iterator[list[Hammer]]:
    """Four processes, of which the first is killed with its picture of that number."""
    made = [Hammer(holder, 0 if number else fatal) for number in range(PROCESSES)]
    try:
        yield made
    finally:
        for each in made:
            each.process.kill()
            each.process.wait()
            for pipe in (each.process.stdin, each.process.stdout):
                if pipe is not None:
                    pipe.close()


def test_four_processes_serve_exactly_the_quota_and_one_of_them_warns() -> None:
    with hammers(holder_of(new_account(), daily=LIMIT, monthly=2 * LIMIT)) as made:
        for each in made:
            each.begin()
        lines = [line for each in made for line in each.ended()]
    served = [line for line in lines if line.startswith("served")]
    assert len(served) == LIMIT
    assert [line for line in served if line != "served"] == ["served daily"]
    assert [line for line in lines if line.startswith("refused")] == ["refused daily"] * PROCESSES
    assert set(Count.objects.values_list("given_out", flat=True)) == {LIMIT}
    assert not Lease.objects.exists()


def test_a_process_that_is_killed_takes_one_lease_at_most_with_it() -> None:
    with hammers(holder_of(new_account(), monthly=LIMIT), fatal=FATAL) as made:
        made[0].begin()
        # The others must not have used up all before it comes to its end.
        made[0].wait_for_work()
        for each in made[1:]:
            each.begin()
        lines = [each.ended() for each in made]
    assert made[0].process.returncode == -9
    assert len(lines[0]) == FATAL
    served = sum(line.startswith("served") for each in lines for line in each)
    assert LIMIT - MOST_UNITS <= served <= LIMIT
    assert [each[-1] for each in lines[1:]] == ["refused monthly"] * (PROCESSES - 1)
