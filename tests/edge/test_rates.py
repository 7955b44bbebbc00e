"""Requests are counted by the minute, alone or together, and Redis may come and go."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis import Redis
from structlog.testing import capture_logs

from frontis.edge.rates import (
    MOST_COUNTERS,
    RateLimiter,
    account_scope,
    address_scope,
    project_scope,
)
from frontis.edge.redis_outage import RETRY_SECONDS
from frontis.errors import RateLimited
from frontis.model.usage import Rate
from redis_server import RedisServer

NOON = 1_800_000_000 // 60 * 60
ALICE = account_scope("ogimage", 1)
BOB = account_scope("ogimage", 2)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def limiter(
    redis_url: str = "", clock: Clock | None = None, redis_seconds: float = 10
) -> AsyncIterator[RateLimiter]:
    """One that has patience with the Redis of a busy machine."""
    limiter = RateLimiter(redis_url, clock=clock or Clock(), redis_seconds=redis_seconds)
    try:
        yield limiter
    finally:
        await limiter.close()


async def served(limiter: RateLimiter, scope: str, limit: int, *, of: int) -> int:
    """How many of so many requests at one time are served."""

    async def one() -> bool:
        try:
            await limiter.hit(scope, limit)
        except RateLimited:
            return False
        return True

    return sum(await asyncio.gather(*(one() for _ in range(of))))


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""


async def test_as_many_as_the_limit_are_served_and_not_one_more(url: str) -> None:
    async with limiter(url) as here:
        assert await served(here, ALICE, 10, of=25) == 10


async def test_each_answer_tells_what_remains_and_when_the_minute_ends(url: str) -> None:
    async with limiter(url, Clock(NOON + 42.5)) as here:
        assert [await here.hit(ALICE, 3) for _ in range(3)] == [Rate(3, left, NOON + 60) for left in (2, 1, 0)]
        with pytest.raises(RateLimited) as refusal:
            await here.hit(ALICE, 3)
    assert (refusal.value.limit, refusal.value.reset_at, refusal.value.retry_after_seconds) == (3, NOON + 60, 18)


@pytest.mark.parametrize(("second", "wait"), [(0, 60), (59.2, 1), (59.999, 1)])
async def test_nobody_is_told_to_come_back_too_early_or_at_once(second: float, wait: int) -> None:
    async with limiter(clock=Clock(NOON + second)) as here:
        await here.hit(ALICE, 1)
        with pytest.raises(RateLimited) as refusal:
            await here.hit(ALICE, 1)
    assert refusal.value.retry_after_seconds == wait


async def test_a_new_minute_of_the_clock_on_the_wall_begins_anew(url: str) -> None:
    clock = Clock(NOON + 59)
    async with limiter(url, clock) as here:
        assert await served(here, ALICE, 5, of=8) == 5
        clock.now = NOON + 60
        assert await here.hit(ALICE, 5) == Rate(5, 4, NOON + 120)


async def test_accounts_dialects_projects_and_addresses_are_counted_apart(url: str) -> None:
    scopes = [ALICE, BOB, account_scope("ogstack", 1), project_scope("ogstack", "1"), address_scope("203.0.113.1")]
    async with limiter(url) as here:
        for scope in scopes:
            assert await served(here, scope, 2, of=3) == 2


async def test_no_limit_counts_nothing(url: str) -> None:
    async with limiter(url) as here:
        assert [await here.hit(ALICE, 0) for _ in range(100)] == [None] * 100
        assert await here.hit(ALICE, 1) == Rate(1, 0, NOON + 60)


async def test_a_larger_plan_counts_in_the_same_minute(url: str) -> None:
    async with limiter(url) as here:
        await served(here, ALICE, 2, of=3)
        assert await here.hit(ALICE, 10) == Rate(10, 6, NOON + 60)


async def test_the_addresses_of_one_ipv6_network_are_one_client() -> None:
    assert address_scope("2001:db8:0:1::1") == address_scope("2001:db8:0:1:ffff:ffff:ffff:ffff")
    assert address_scope("2001:db8:0:1::1") != address_scope("2001:db8:0:2::1")
    assert address_scope("203.0.113.1") != address_scope("203.0.113.2")


async def test_a_flood_of_addresses_fills_no_memory_and_frees_nobody_who_goes_on_asking() -> None:
    clock = Clock()
    async with limiter(clock=clock) as here:
        for number in range(MOST_COUNTERS + 5_000):
            await here.hit(address_scope(f"flood-{number}"), 5)
            if number % 10_000 == 0:
                await served(here, ALICE, 2, of=1)
        assert len(here._alone) == MOST_COUNTERS
        assert await served(here, ALICE, 2, of=1) == 0
        clock.now += 60
        await here.hit(ALICE, 2)
        assert len(here._alone) == 1


async def test_processes_that_share_redis_count_together(redis_url: str) -> None:
    async with limiter(redis_url) as one, limiter(redis_url) as other:
        both = await asyncio.gather(served(one, ALICE, 10, of=9), served(other, ALICE, 10, of=9))
    assert sum(both) == 10


async def test_what_redis_holds_ends_by_itself_and_names_no_key(redis_url: str) -> None:
    async with limiter(redis_url) as here:
        await here.hit(ALICE, 5)
    with Redis.from_url(redis_url, decode_responses=True) as client:
        held = list(client.scan_iter())
        assert held == [f"frontis:rate:ogimage/account/1/{NOON // 60}"]
        assert 60 <= int(client.ttl(held[0])) <= 120


async def in_silence(act: Callable[[], Awaitable[object]]) -> list[tuple[str, str]]:
    """What the act writes to the log."""
    with capture_logs() as lines:
        await act()
    return [(line["log_level"], line["event"].partition(":")[0]) for line in lines]


LOST = ("warning", "redis does not answer")
BACK = ("info", "redis is back")


async def test_redis_may_go_away_and_come_back_with_one_line_each(redis_server: RedisServer) -> None:
    clock = Clock()
    async with limiter(redis_server.url, clock) as here:
        assert await served(here, ALICE, 10, of=4) == 4
        redis_server.stop()

        async def without() -> None:
            assert await served(here, ALICE, 10, of=20) == 10, "each process counts alone"
            for _ in range(3):
                clock.now += RETRY_SECONDS
                assert await served(here, ALICE, 10, of=5) == 0

        assert await in_silence(without) == [LOST]
        redis_server.start()

        async def again() -> None:
            clock.now += RETRY_SECONDS
            assert await here.hit(BOB, 10) == Rate(10, 9, NOON + 60)
            assert await here.hit(BOB, 10) == Rate(10, 8, NOON + 60)

        assert await in_silence(again) == [BACK]
        async with limiter(redis_server.url, clock) as other:
            assert await other.hit(BOB, 10) == Rate(10, 7, NOON + 60), "they count together again"


async def test_only_one_request_in_a_while_asks_after_redis(redis_server: RedisServer) -> None:
    clock = Clock()
    async with limiter(redis_server.url, clock) as here:
        redis_server.stop()
        await here.hit(ALICE, 100)
        redis_server.start()
        for _ in range(20):
            await here.hit(ALICE, 100)
        with Redis.from_url(redis_server.url) as client:
            assert list(client.scan_iter()) == []
            clock.now += RETRY_SECONDS
            await here.hit(ALICE, 100)
            assert len(list(client.scan_iter())) == 1


async def test_a_redis_that_takes_requests_and_never_answers_is_given_up(redis_server: RedisServer) -> None:
    redis_server.pause()
    async with limiter(redis_server.url, redis_seconds=0.2) as here:
        try:
            assert await in_silence(lambda: served(here, ALICE, 10, of=20)) == [LOST]
            assert await served(here, BOB, 10, of=20) == 10
        finally:
            redis_server.resume()


async def test_a_connection_that_redis_has_closed_is_no_loss(redis_server: RedisServer) -> None:
    async with limiter(redis_server.url) as here:
        await here.hit(ALICE, 10)
        redis_server.stop()
        redis_server.start()

        async def once_more() -> None:
            assert await here.hit(ALICE, 10) == Rate(10, 9, NOON + 60)

        assert await in_silence(once_more) == []


async def test_a_clock_that_is_set_back_does_not_keep_redis_away(redis_server: RedisServer) -> None:
    clock = Clock()
    async with limiter(redis_server.url, clock) as here:
        redis_server.stop()
        await here.hit(ALICE, 10)
        redis_server.start()
        clock.now -= 3_600

        async def back() -> None:
            await here.hit(ALICE, 10)

        assert await in_silence(back) == [BACK]


async def test_an_address_of_redis_that_leads_nowhere_refuses_nobody() -> None:
    async with limiter("redis://127.0.0.1:1/0") as here:
        assert await in_silence(lambda: served(here, ALICE, 10, of=20)) == [LOST]
        assert await served(here, BOB, 10, of=20) == 10
