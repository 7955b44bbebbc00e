"""For how long an original is good, how its server is asked about it, and what outlives the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upstreams import LOCAL, Visit, ok, redirect, serving

from frontis.errors import UpstreamRefused, UpstreamTimeout
from frontis.fetch import PAGE, Door, Policy
from frontis.fetch.freshness import LONGEST_SECONDS, SHORTEST_SECONDS, Validators, fresh_seconds, may_be_stored
from frontis.fetch.originals import Fetched, Original, packed, unpacked

ETAG = 'ETag: "v1"'


@dataclass
class Watch:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Board:
    """A shelf in memory."""

    holds: dict[str, bytes] = field(default_factory=dict)

    async def get(self, key: str) -> bytes | None:
        return self.holds.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.holds[key] = data

    def drop(self, key: str) -> None:
        self.holds.pop(key, None)


@asynccontextmanager
async def opened(watch: Watch, board: Board | None = None, policy: Policy | None = None) -> AsyncIterator[Door]:
    door = Door(policy or Policy(allow=LOCAL), shelf=board, clock=watch)
    try:
        yield door
    finally:
        await door.close()


def unchanged(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 304 Not Modified", *headers]).encode() + b"\r\n\r\n"


def forgotten_failures(door: Door) -> None:
    """As time does it, which is not this watch's."""
    door._failures.clear()


async def test_what_is_no_longer_fresh_is_asked_about_and_renewed_without_a_body() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(unchanged(ETAG) if visit.header("If-None-Match") == '"v1"' else ok(b"bytes", ETAG))

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        for seconds in (0, 599, 2, 599, 2):
            watch.now += seconds
            assert (await door.fetch(upstream.url())).data == b"bytes"
    assert [visit.header("If-None-Match") for visit in upstream.visits] == [None, '"v1"', '"v1"']


async def test_another_version_takes_its_place() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(ok(f"version {visit.number}".encode(), f'ETag: "{visit.number}"'))

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        await door.fetch(upstream.url())
        watch.now += 601
        assert (await door.fetch(upstream.url())).data == b"version 2"


async def test_a_date_asks_as_well_as_a_tag() -> None:
    date = "Sat, 28 Nov 2026 10:00:00 GMT"
    async with serving(ok(b"bytes", f"Last-Modified: {date}")) as upstream, opened(watch := Watch()) as door:
        await door.fetch(upstream.url())
        watch.now += 601
        await door.fetch(upstream.url())
    assert upstream.visits[1].header("If-Modified-Since") == date


async def test_only_where_the_last_redirect_led_is_asked_about_it() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(redirect("/there") if visit.path == "/here" else ok(b"bytes", ETAG))

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        await door.fetch(upstream.url("/here"))
        watch.now += 601
        await door.fetch(upstream.url("/here"))
    asked = [(visit.path, visit.header("If-None-Match")) for visit in upstream.visits]
    assert asked == [("/here", None), ("/there", None), ("/here", None), ("/there", '"v1"')]


@pytest.mark.parametrize("failure", [b"", ok(b"", status="503 Away")])
async def test_while_its_server_is_away_what_was_there_is_still_good_for_a_day(failure: bytes) -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(ok(b"bytes") if visit.number == 1 else failure)

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        for seconds in (0, 601, 80_000):
            watch.now += seconds
            forgotten_failures(door)
            assert (await door.fetch(upstream.url())).data == b"bytes"
            # And it is not asked again at once.
            asked = len(upstream.visits)
            assert (await door.fetch(upstream.url())).data == b"bytes"
            assert len(upstream.visits) == asked


async def test_while_its_server_is_slow_what_was_there_is_still_good() -> None:
    async def answer(visit: Visit) -> None:
        if visit.number > 1:
            await asyncio.sleep(5)
        await visit.send(ok(b"bytes"))

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        await door.fetch(upstream.url())
        watch.now += 601
        assert (await door.fetch(upstream.url(), budget_seconds=0.1)).data == b"bytes"
        with pytest.raises(UpstreamTimeout):
            await door.fetch(upstream.url("/another"), budget_seconds=0.1)


async def test_what_its_server_says_is_gone_is_gone() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(ok(b"bytes") if visit.number == 1 else ok(b"", status="404 Gone"))

    watch = Watch()
    async with serving(answer) as upstream, opened(watch) as door:
        await door.fetch(upstream.url())
        watch.now += 601
        for _ in range(2):
            with pytest.raises(UpstreamRefused):
                await door.fetch(upstream.url())


async def test_an_answer_to_a_question_that_was_not_asked_is_none() -> None:
    async with serving(unchanged(ETAG)) as upstream, opened(Watch()) as door:
        with pytest.raises(UpstreamRefused):
            await door.fetch(upstream.url())


async def test_originals_outlive_the_process_and_are_asked_about_when_they_are_old() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(
            unchanged() if visit.header("If-None-Match") else ok(b"bytes", ETAG, "Content-Type: image/png")
        )

    watch, board = Watch(), Board()
    async with serving(answer) as upstream:
        async with opened(watch, board) as door:
            before = await door.fetch(upstream.url())
        async with opened(watch, board) as door:
            assert await door.fetch(upstream.url()) == before
        assert len(upstream.visits) == 1
        watch.now += 601
        async with opened(watch, board) as door:
            assert await door.fetch(upstream.url()) == before
        assert len(upstream.visits) == 2
        watch.now += 1_000_000
        async with opened(watch, board) as door:
            await door.fetch(upstream.url())
    assert [visit.header("If-None-Match") for visit in upstream.visits] == [None, '"v1"', None]


async def test_the_shelf_knows_no_address_and_nothing_that_must_not_be_stored() -> None:
    board = Board()
    async with serving(ok(b"secret", "Cache-Control: private, no-store")) as upstream, opened(Watch(), board) as door:
        await door.fetch(upstream.url("/?token=hunter2"))
        assert board.holds == {}
    async with serving(ok(b"bytes")) as upstream, opened(Watch(), board) as door:
        await door.fetch(upstream.url("/?token=hunter2"))
        await door.fetch(upstream.url("/page"), accept=PAGE)
    (key,) = board.holds
    assert len(key) == 64
    assert "hunter2" not in key


async def test_what_was_allowed_yesterday_does_not_come_from_the_shelf_today() -> None:
    board = Board()
    async with serving(ok(b"bytes")) as upstream:
        async with opened(Watch(), board) as door:
            await door.fetch(upstream.url())
        async with opened(Watch(), board, Policy()) as door:
            with pytest.raises(Exception, match="does not lead to the public internet"):
                await door.fetch(upstream.url())


async def test_a_damaged_or_foreign_shelf_is_passed_over() -> None:
    board = Board()
    async with serving(ok(b"bytes")) as upstream:
        async with opened(Watch(), board) as door:
            await door.fetch(upstream.url())
        for rubbish in (b"", b"{}", b"[2]\nx", b"\xff\xfe\n", b'["a"]\n'):
            board.holds = dict.fromkeys(board.holds, rubbish)
            async with opened(Watch(), board) as door:
                assert (await door.fetch(upstream.url())).data == b"bytes"


@pytest.mark.parametrize(
    ("said", "seconds", "stored"),
    [
        ("", 600, True),
        ("public, max-age=7200", 7_200, True),
        ('MAX-AGE="300"', 300, True),
        ("max-age=5", SHORTEST_SECONDS, True),
        ("max-age=999999999, immutable", LONGEST_SECONDS, True),
        ("no-cache", SHORTEST_SECONDS, True),
        ("no-store", SHORTEST_SECONDS, False),
        ("max-age=-1, max-age=x, s-maxage=9", 600, True),
    ],
)
def test_what_a_server_says_counts_within_bounds(said: str, seconds: float, stored: bool) -> None:
    headers = {"Cache-Control": said}
    assert fresh_seconds(headers, 600) == seconds
    assert may_be_stored(headers) is stored


@given(st.text())
def test_any_header_is_read_within_the_bounds(said: str) -> None:
    assert SHORTEST_SECONDS <= fresh_seconds({"Cache-Control": said}, 600) <= LONGEST_SECONDS
    questions = Validators.of({"ETag": said, "Last-Modified": said}).questions()
    assert all(value.isascii() and value.isprintable() and len(value) < 250 for value in questions.values())


@pytest.mark.parametrize("hostile", ['"a"\r\nX: y', '"' + "a" * 100_000 + '"', "W/", '"ä"', "a", '"a', '"\x00"'])
def test_a_hostile_tag_is_not_sent_back(hostile: str) -> None:
    assert not Validators.of({"ETag": hostile, "Last-Modified": hostile})


@given(st.builds(Fetched, st.text(), st.text(), st.binary(), st.text(), st.text()), st.floats(0, 1e12))
def test_what_is_packed_comes_out_as_it_was(fetched: Fetched, fresh_until: float) -> None:
    original = Original(fetched, Validators('"v1"', "x"), fresh_until)
    assert unpacked(packed(original)) == original
