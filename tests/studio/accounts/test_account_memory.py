"""What the database said is remembered for seconds, and for a minute while it is away."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from frontis.errors import StudioUnavailable
from frontis.studio.accounts.memory import (
    FRESH_SECONDS,
    MOST_KNOWN,
    MOST_STRANGERS_ASKED_FOR,
    MOST_UNKNOWN,
    STALE_SECONDS,
    Memory,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Books:
    """Says what stands in it, and keeps a list of who asked. `open` is cleared: everyone waits."""

    def __init__(self, **entries: str) -> None:
        self.entries = entries
        self.asked: list[str] = []
        self.is_away = False
        self.open = asyncio.Event()
        self.open.set()

    def about(self, name: str) -> Callable[[], Awaitable[str | None]]:
        async def look_up() -> str | None:
            self.asked.append(name)
            found = self.entries.get(name)
            await self.open.wait()
            if self.is_away:
                raise StudioUnavailable
            return found

        return look_up


class Stand:
    def __init__(self, **entries: str) -> None:
        self.clock = Clock()
        self.books = Books(**entries)
        self.memory: Memory[str] = Memory("names", self.clock)

    async def recall(self, name: str) -> str | None:
        return await self.memory.recall(name, self.books.about(name))


@pytest.mark.parametrize("name", ["alice", "nobody"])
async def test_an_answer_is_good_for_three_seconds(name: str) -> None:
    here = Stand(alice="Alice")
    first = await here.recall(name)
    here.clock.now += FRESH_SECONDS - 0.001
    assert await here.recall(name) == first
    assert here.books.asked == [name]
    here.books.entries = {"nobody": "Bob"}
    here.clock.now += 0.001
    assert await here.recall(name) == here.books.entries.get(name)
    assert here.books.asked == [name, name]


async def test_those_who_ask_at_one_time_are_answered_by_one_look_up() -> None:
    here = Stand(alice="Alice")
    assert await asyncio.gather(*(here.recall("alice") for _ in range(50))) == ["Alice"] * 50
    assert here.books.asked == ["alice"]


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    here = Stand(alice="Alice")
    here.books.open.clear()
    first, second = (asyncio.create_task(here.recall("alice")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    here.books.open.set()
    assert await second == "Alice"


async def test_strangers_drive_out_no_friend() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    for number in range(MOST_UNKNOWN + MOST_KNOWN + 10):
        await here.recall(f"stranger-{number}")
    here.books.asked.clear()
    assert await here.recall("alice") == "Alice"
    assert here.books.asked == []
    assert len(here.memory._store.unknown) == MOST_UNKNOWN


async def test_the_number_of_friends_has_a_limit_and_who_asks_often_stays() -> None:
    here = Stand(**{f"friend-{number}": "Friend" for number in range(MOST_KNOWN + 10)})
    for number in range(MOST_KNOWN + 10):
        await here.recall(f"friend-{number}")
        await here.recall("friend-0")
    assert len(here.memory._store.known) == MOST_KNOWN
    here.books.asked.clear()
    await here.recall("friend-0")
    assert here.books.asked == []
    await here.recall("friend-1")
    assert here.books.asked == ["friend-1"]


async def test_what_is_forgotten_is_asked_for_again() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.entries = {}
    here.memory.forget()
    assert await here.recall("alice") is None


async def test_an_answer_from_before_the_forgetting_is_not_remembered() -> None:
    here = Stand(alice="Alice")
    here.books.open.clear()
    slow = asyncio.create_task(here.recall("alice"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    here.books.entries = {}
    here.memory.forget()
    late = asyncio.create_task(here.recall("alice"))
    await asyncio.sleep(0)
    here.books.open.set()
    assert await late is None, "who asks after the change does not get what was asked before it"
    await slow
    assert await here.recall("alice") is None


async def test_while_the_database_is_away_friends_are_served_for_a_minute_with_one_line() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.is_away = True
    with capture_logs() as lines:
        for _ in range(19):
            here.clock.now += FRESH_SECONDS
            assert await here.recall("alice") == "Alice"
        assert here.clock.now == 1_000 + STALE_SECONDS - FRESH_SECONDS
        here.clock.now = 1_000 + STALE_SECONDS
        with pytest.raises(StudioUnavailable):
            await here.recall("alice")
    assert [line["log_level"] for line in lines] == ["warning"]


async def test_while_the_database_is_away_it_is_asked_now_and_then_only() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.is_away = True
    here.clock.now += FRESH_SECONDS
    here.books.asked.clear()
    assert [await here.recall("alice") for _ in range(10)] == ["Alice"] * 10
    assert here.books.asked == ["alice"]


async def test_a_minute_is_counted_from_the_last_answer_of_the_database() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.clock.now += 30
    await here.recall("alice")
    here.books.is_away = True
    here.clock.now += STALE_SECONDS - 1
    assert await here.recall("alice") == "Alice"


async def test_when_the_database_is_back_it_is_believed_and_the_log_says_so() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.is_away = True
    here.clock.now += FRESH_SECONDS
    await here.recall("alice")
    here.books.is_away, here.books.entries = False, {"alice": "Alicia"}
    here.clock.now += FRESH_SECONDS
    with capture_logs() as lines:
        assert await here.recall("alice") == "Alicia"
        here.clock.now += FRESH_SECONDS
        assert await here.recall("alice") == "Alicia"
    assert [line["log_level"] for line in lines] == ["info"]


async def test_strangers_cannot_be_told_apart_while_the_database_is_away() -> None:
    here = Stand()
    assert await here.recall("bob") is None
    here.books.is_away = True
    here.clock.now += FRESH_SECONDS
    with pytest.raises(StudioUnavailable):
        await here.recall("bob")


async def test_what_is_known_to_be_gone_is_never_served() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.entries = {}
    here.clock.now += FRESH_SECONDS
    assert await here.recall("alice") is None
    here.books.is_away = True
    here.clock.now += FRESH_SECONDS
    with pytest.raises(StudioUnavailable):
        await here.recall("alice")


async def test_what_was_forgotten_is_not_served_while_the_database_is_away() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.is_away = True
    here.books.open.clear()
    here.clock.now += FRESH_SECONDS
    asking = asyncio.create_task(here.recall("alice"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    here.memory.forget()
    here.books.open.set()
    with pytest.raises(StudioUnavailable):
        await asking
    with pytest.raises(StudioUnavailable):
        await here.recall("alice")


async def test_a_database_that_never_answers_counts_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontis.studio.accounts.memory.LOOK_UP_SECONDS", 0.05)
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.books.open.clear()
    here.clock.now += FRESH_SECONDS
    assert await here.recall("alice") == "Alice"
    with pytest.raises(StudioUnavailable):
        await here.recall("bob")


async def test_a_flood_of_strangers_has_a_bound_and_leaves_friends_their_way() -> None:
    here = Stand(alice="Alice")
    await here.recall("alice")
    here.clock.now += FRESH_SECONDS
    here.books.open.clear()
    flood = [asyncio.create_task(here.recall(f"stranger-{number}")) for number in range(MOST_STRANGERS_ASKED_FOR + 50)]
    friend = asyncio.create_task(here.recall("alice"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert here.books.asked.count("alice") == 2
    assert len(here.books.asked) == 2 + MOST_STRANGERS_ASKED_FOR
    here.books.open.set()
    assert await friend == "Alice"
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(answer, StudioUnavailable) for answer in answers) == 50
    assert await here.recall("stranger-0") is None, "and afterwards all is as before"


async def test_closing_ends_the_look_ups() -> None:
    here = Stand()
    here.books.open.clear()
    asking = asyncio.create_task(here.recall("alice"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await here.memory.close()
    with pytest.raises(StudioUnavailable):
        await asking
