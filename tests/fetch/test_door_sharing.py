import asyncio

import pytest
from upstreams import LOCAL, Visit, ok, open_door, serving

from frontis.errors import UpstreamBroken, UpstreamRefused, UpstreamTimeout, UpstreamUnreachable
from frontis.fetch import Attempt, Door, Fetched, Policy, parse_allow
from frontis.fetch.lanes import Lanes


async def test_fifty_callers_at_once_cost_the_server_one_request() -> None:
    async def slow(visit: Visit) -> None:
        await asyncio.sleep(0.1)
        await visit.send(ok(b"bytes"))

    async with serving(slow) as upstream, open_door() as door:
        urls = [upstream.url(f"/p#{number}") for number in range(50)]
        every = await asyncio.gather(*map(door.fetch, urls))
    assert [fetched.url for fetched in every] == urls
    assert {fetched.data for fetched in every} == {b"bytes"}
    assert len(upstream.visits) == 1


async def test_callers_who_want_different_things_do_not_share() -> None:
    async def by_accept(visit: Visit) -> None:
        await visit.send(ok((visit.header("Accept") or "").encode()))

    async with serving(by_accept) as upstream, open_door() as door:
        kinds = ("image/*", "text/html")
        every = await asyncio.gather(*(door.fetch(upstream.url(), accept=kind) for kind in kinds))
    assert [fetched.data for fetched in every] == [b"image/*", b"text/html"]


async def test_a_caller_who_leaves_takes_nothing_from_the_others() -> None:
    go = asyncio.Event()

    async def held(visit: Visit) -> None:
        await go.wait()
        await visit.send(ok(b"bytes"))

    async with serving(held) as upstream, open_door() as door:
        first, second, third = (asyncio.create_task(door.fetch(upstream.url())) for _ in range(3))
        await upstream.until(lambda: len(upstream.visits) == 1)
        # The first began the fetch.
        first.cancel()
        second.cancel()
        await asyncio.wait({first, second})
        go.set()
        assert (await third).data == b"bytes"
    assert first.cancelled()
    assert second.cancelled()
    assert len(upstream.visits) == 1


async def test_a_fetch_for_which_nobody_waits_is_ended_and_may_begin_anew() -> None:
    async def held(visit: Visit) -> None:
        if visit.number > 1:
            await visit.send(ok(b"bytes"))
            return
        while True:
            await visit.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await asyncio.sleep(0.01)

    async with serving(held) as upstream, open_door() as door:
        caller = asyncio.create_task(door.fetch(upstream.url()))
        await upstream.until(lambda: len(upstream.visits) == 1)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert (await door.fetch(upstream.url())).data == b"bytes"
        async with asyncio.timeout(5):
            # The first connection was cut, not left to run.
            await upstream.until(lambda: upstream.now == 0)


async def test_a_caller_out_of_budget_leaves_the_fetch_to_the_next() -> None:
    async def slow(visit: Visit) -> None:
        await asyncio.sleep(0.3)
        await visit.send(ok(b"bytes"))

    async with serving(slow) as upstream, open_door() as door:
        with pytest.raises(UpstreamTimeout, match=r"0\.05 s"):
            await door.fetch(upstream.url(), budget_seconds=0.05)
        assert (await door.fetch(upstream.url(), budget_seconds=5)).data == b"bytes"
    assert len(upstream.visits) == 1


async def test_an_original_is_kept() -> None:
    async with serving(ok(b"bytes", "Content-Type: image/png")) as upstream, open_door() as door:
        first = await door.fetch(upstream.url("/a?b"))
        again = await door.fetch(upstream.url("/a?b#c"))
    assert again == Fetched(upstream.url("/a?b#c"), first.final_url, b"bytes", "image/png")
    assert len(upstream.visits) == 1


async def test_originals_are_kept_only_as_far_as_there_is_room() -> None:
    policy = Policy(allow=LOCAL, kept_bytes=5000)
    async with serving(ok(b"x" * 3000)) as upstream, open_door(policy) as door:
        for path in ("/a", "/b", "/b", "/a"):
            await door.fetch(upstream.url(path))
    assert [visit.path for visit in upstream.visits] == ["/a", "/b", "/a"]


async def test_nothing_is_kept_when_nothing_may_be() -> None:
    async with serving(ok(b"bytes")) as upstream, open_door(Policy(allow=LOCAL, kept_bytes=0)) as door:
        await door.fetch(upstream.url())
        await door.fetch(upstream.url())
    assert len(upstream.visits) == 2


async def test_a_failure_is_remembered_for_a_while_and_told_to_each_in_his_own_words() -> None:
    async with serving(ok(b"", status="404 Not Found")) as upstream, open_door() as door:
        for path in ("/a#1", "/a#2"):
            with pytest.raises(UpstreamRefused) as caught:
                await door.fetch(upstream.url(path))
            assert caught.value.url == upstream.url(path)
            assert caught.value.status == 404
            assert caught.value.__cause__ is None
    assert len(upstream.visits) == 1


async def test_a_dead_server_is_left_in_peace_for_a_while() -> None:
    attempts: list[Attempt] = []
    async with serving(ok(b"", status="500 Oops")) as upstream, open_door(attempts=attempts) as door:
        for _ in range(5):
            with pytest.raises(UpstreamBroken):
                await door.fetch(upstream.url())
    assert len(upstream.visits) == 2
    assert len(attempts) == 2


async def test_a_stumble_is_tried_again_at_once() -> None:
    async def stumble(visit: Visit) -> None:
        await visit.send(ok(b"", status="502 Oops") if visit.number == 1 else ok(b"bytes"))

    attempts: list[Attempt] = []
    async with serving(stumble) as upstream, open_door(attempts=attempts) as door:
        assert (await door.fetch(upstream.url("/?secret=1"))).data == b"bytes"
    assert [(attempt.host, attempt.error, attempt.number) for attempt in attempts] == [
        ("127.0.0.1", UpstreamBroken, 1),
        ("127.0.0.1", None, 2),
    ]
    assert all(0 <= attempt.seconds < 8 for attempt in attempts)


async def test_a_broken_connection_is_tried_again_from_the_beginning() -> None:
    async def stumble(visit: Visit) -> None:
        if visit.number == 1:
            await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        else:
            await visit.send(ok(b"0123456789"))

    async with serving(stumble) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url())).data == b"0123456789"


@pytest.mark.parametrize("most", [1, 3])
async def test_there_are_as_many_attempts_as_the_policy_says(most: int) -> None:
    policy = Policy(allow=LOCAL, most_attempts=most)
    async with serving(ok(b"", status="500 Oops")) as upstream, open_door(policy) as door:
        with pytest.raises(UpstreamBroken):
            await door.fetch(upstream.url())
    assert len(upstream.visits) == most


async def test_a_connection_that_does_not_stand_in_time_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(asyncio.get_running_loop())
    connect = kind.sock_connect
    calls: list[object] = []

    async def sock_connect(loop: asyncio.AbstractEventLoop, sock: object, address: object) -> None:
        calls.append(address)
        if len(calls) == 1:
            await asyncio.sleep(60)
        await connect(loop, sock, address)  # type: ignore[arg-type]

    attempts: list[Attempt] = []
    policy = Policy(allow=LOCAL, total_seconds=1)
    async with serving(ok(b"bytes")) as upstream, open_door(policy, attempts=attempts) as door:
        monkeypatch.setattr(kind, "sock_connect", sock_connect)
        assert (await door.fetch(upstream.url())).data == b"bytes"
    assert [attempt.error for attempt in attempts] == [UpstreamTimeout, None]


async def test_there_is_no_further_attempt_when_the_time_is_over() -> None:
    async def silent(_: Visit) -> None:
        await asyncio.sleep(60)

    attempts: list[Attempt] = []
    policy = Policy(allow=LOCAL, total_seconds=0.2, most_attempts=5)
    async with serving(silent) as upstream, open_door(policy, attempts=attempts) as door:
        with pytest.raises(UpstreamTimeout):
            await door.fetch(upstream.url())
    assert [attempt.error for attempt in attempts] == [UpstreamTimeout]


async def test_one_host_gets_no_more_requests_at_once_than_its_share() -> None:
    async def slow(visit: Visit) -> None:
        await asyncio.sleep(0.02)
        await visit.send(ok(b"bytes"))

    policy = Policy(allow=parse_allow("127.0.0.0/8, a.example"), most_to_one_host=3)
    async with serving(slow) as upstream, open_door(policy, names={"a.example": ["127.0.0.1"]}) as door:
        await asyncio.gather(*(door.fetch(upstream.url(f"/{number}")) for number in range(12)))
        assert upstream.most_at_once == 3
        await asyncio.gather(
            *(
                door.fetch(upstream.url(f"/again{number}", host))
                for number in range(12)
                for host in ("127.0.0.1", "a.example")
            )
        )
        assert upstream.most_at_once == 6


async def test_all_hosts_together_get_no_more_than_the_whole() -> None:
    async def slow(visit: Visit) -> None:
        await asyncio.sleep(0.02)
        await visit.send(ok(b"bytes"))

    names = {f"{letter}.example": ["127.0.0.1"] for letter in "abcdef"}
    policy = Policy(allow=LOCAL, most_in_all=4, most_to_one_host=2)
    async with serving(slow) as upstream, open_door(policy, names=names) as door:
        await asyncio.gather(*(door.fetch(upstream.url(f"/{n}", host)) for n in range(4) for host in names))
    assert upstream.most_at_once == 4


async def test_a_slow_host_holds_up_nobody_else() -> None:
    async def slow_for_one(visit: Visit) -> None:
        if (visit.header("Host") or "").startswith("slow"):
            await asyncio.sleep(60)
        await visit.send(ok(b"bytes"))

    names = {"slow.example": ["127.0.0.1"], "quick.example": ["127.0.0.1"]}
    policy = Policy(allow=LOCAL, most_in_all=3, most_to_one_host=2)
    async with serving(slow_for_one) as upstream, open_door(policy, names=names) as door:
        slow = [asyncio.create_task(door.fetch(upstream.url(f"/{n}", "slow.example"))) for n in range(6)]
        await upstream.until(lambda: len(upstream.visits) == 2)
        assert (await door.fetch(upstream.url(host="quick.example"), budget_seconds=5)).data == b"bytes"
        for task in slow:
            task.cancel()
        await asyncio.wait(slow)


async def test_hosts_are_forgotten_when_nobody_uses_them() -> None:
    lanes = Lanes(most_to_one_host=1, most_in_all=10)
    async with lanes.enter("a.example"), lanes.enter("b.example"):
        assert set(lanes._lanes) == {"a.example", "b.example"}
    assert lanes._lanes == {}


async def test_waiting_for_a_turn_counts_as_time() -> None:
    async def silent(_: Visit) -> None:
        await asyncio.sleep(60)

    policy = Policy(allow=LOCAL, total_seconds=0.2, most_to_one_host=1, most_attempts=1)
    async with serving(silent) as upstream, open_door(policy) as door:
        every = await asyncio.gather(
            *(door.fetch(upstream.url(f"/{number}")) for number in range(3)), return_exceptions=True
        )
    assert [type(error) for error in every] == [UpstreamTimeout] * 3
    assert len(upstream.visits) <= 2


async def test_closing_the_door_ends_what_is_under_way() -> None:
    async def silent(_: Visit) -> None:
        await asyncio.sleep(60)

    async with serving(silent) as upstream:
        door = Door(Policy(allow=LOCAL))
        caller = asyncio.create_task(door.fetch(upstream.url()))
        await upstream.until(lambda: len(upstream.visits) == 1)
        await door.close()
        with pytest.raises(UpstreamUnreachable, match="shuts down"):
            await caller
