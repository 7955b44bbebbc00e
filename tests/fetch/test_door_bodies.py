import asyncio
import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upstreams import LOCAL, Visit, ok, open_door, serving

from frontis.errors import (
    FetchFailed,
    UpstreamBroken,
    UpstreamRefused,
    UpstreamTimeout,
    UpstreamTooLarge,
    UpstreamUnfit,
    UpstreamUnreachable,
)
from frontis.fetch import PAGE, Fetched, Policy

SMALL = Policy(allow=LOCAL, most_bytes=1000, most_attempts=1)
HASTY = Policy(allow=LOCAL, total_seconds=0.3, most_attempts=1)


async def test_a_picture_comes_with_its_type_and_its_address() -> None:
    async with serving(ok(b"bytes", "Content-Type: Image/PNG; charset=x")) as upstream, open_door() as door:
        fetched = await door.fetch(upstream.url("/a b.png#part"))
    assert fetched == Fetched(
        url=upstream.url("/a b.png#part"),
        final_url=upstream.url("/a%20b.png"),
        data=b"bytes",
        media_type="image/png",
        charset="x",
    )


async def test_a_request_says_who_asks_and_nothing_else() -> None:
    async with serving(ok(b"bytes")) as upstream, open_door() as door:
        await door.fetch(upstream.url("/p?q=1"), accept="text/html")
    (visit,) = upstream.visits
    assert visit.path == "/p?q=1"
    assert {line.partition(":")[0].lower() for line in visit.head.split("\r\n")[1:] if line} == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
    }
    assert visit.header("Accept") == "text/html"
    assert visit.header("Accept-Encoding") == "identity"
    assert (visit.header("User-Agent") or "").startswith("Frontis/")


async def test_a_server_may_leave_out_length_and_type() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\n\r\nuntil the end") as upstream, open_door() as door:
        fetched = await door.fetch(upstream.url())
    assert (fetched.data, fetched.media_type) == (b"until the end", "")


async def test_chunks_are_joined() -> None:
    reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    async with serving(reply) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url())).data == b"abcde"


async def test_exactly_the_most_bytes_are_accepted() -> None:
    async with serving(ok(b"x" * 1000)) as upstream, open_door(SMALL) as door:
        assert len((await door.fetch(upstream.url())).data) == 1000


async def test_a_long_body_is_refused_by_its_announcement_alone() -> None:
    async def announce(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
        await asyncio.sleep(60)

    async with serving(announce) as upstream, open_door(SMALL) as door:
        with pytest.raises(UpstreamTooLarge, match="1000 bytes"):
            await door.fetch(upstream.url())


async def test_an_endless_body_is_cut() -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await visit.send(b"x" * 500)

    async with serving(endless) as upstream, open_door(SMALL) as door:
        with pytest.raises(UpstreamTooLarge):
            await door.fetch(upstream.url())


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_what_follows_the_announced_length_never_becomes_part_of_a_picture(pause: float) -> None:
    async def too_much(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
        await asyncio.sleep(pause)
        await visit.send(b"defgh")

    async with serving(too_much) as upstream, open_door() as door:
        try:
            data = (await door.fetch(upstream.url())).data
        except UpstreamUnreachable:
            data = b"abc"
    assert data == b"abc"


async def test_a_body_shorter_than_announced_is_no_picture() -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
    async with serving(reply) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="broke off"):
            await door.fetch(upstream.url())
    assert len(upstream.visits) == 2


async def test_a_reset_in_the_middle_is_told() -> None:
    async def reset(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        visit.writer.transport.abort()

    async with serving(reset) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="broke off"):
            await door.fetch(upstream.url())


async def test_a_body_that_was_packed_unasked_is_unpacked() -> None:
    for coding, packed in (("gzip", gzip.compress(b"<svg/>")), ("deflate", zlib.compress(b"<svg/>"))):
        async with serving(ok(packed, f"Content-Encoding: {coding}")) as upstream, open_door() as door:
            assert (await door.fetch(upstream.url())).data == b"<svg/>"


async def test_a_bomb_of_gzip_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    policy = Policy(allow=LOCAL, most_bytes=1_000_000)
    async with serving(ok(bomb, "Content-Encoding: gzip")) as upstream, open_door(policy) as door:
        with pytest.raises(UpstreamTooLarge):
            await door.fetch(upstream.url())


async def test_many_small_members_of_gzip_are_cut_after_the_first() -> None:
    body = gzip.compress(b"first") + gzip.compress(b"") * 10_000
    async with serving(ok(body, "Content-Encoding: gzip")) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url())).data == b"first"


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", gzip.compress(b"abc" * 100, mtime=0)[:-9]), ("gzip", b"no gzip"), ("br", b"abc"), ("gzip", b"")],
)
async def test_what_cannot_be_unpacked_is_no_picture(coding: str, body: bytes) -> None:
    async with serving(ok(body, f"Content-Encoding: {coding}")) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="cannot be unpacked"):
            await door.fetch(upstream.url())


async def test_a_server_that_never_answers_costs_the_time_and_no_more() -> None:
    async def silent(_: Visit) -> None:
        await asyncio.sleep(60)

    async with serving(silent) as upstream, open_door(HASTY) as door:
        with pytest.raises(UpstreamTimeout, match=r"0\.3 s"):
            await door.fetch(upstream.url())


async def test_slow_headers_do_not_extend_the_time() -> None:
    async def slow(visit: Visit) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000:
            await visit.send(bytes([byte]))
            await asyncio.sleep(0.05)

    async with serving(slow) as upstream, open_door(HASTY) as door:
        with pytest.raises(UpstreamTimeout):
            await door.fetch(upstream.url())


async def test_a_dripping_body_does_not_extend_the_time() -> None:
    async def drip(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await visit.send(b"x")
            await asyncio.sleep(0.02)

    async with serving(drip) as upstream, open_door(HASTY) as door:
        with pytest.raises(UpstreamTimeout):
            await door.fetch(upstream.url())


async def test_interim_answers_without_end_do_not_extend_the_time() -> None:
    async def interim(visit: Visit) -> None:
        while True:
            await visit.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await asyncio.sleep(0.01)

    async with serving(interim) as upstream, open_door(HASTY) as door:
        with pytest.raises(UpstreamTimeout):
            await door.fetch(upstream.url())


async def test_a_flood_of_headers_is_cut() -> None:
    async def flood(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await visit.send(b"X-Flood: 1\r\n" * 100)

    async with serving(flood) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="does not speak HTTP"):
            await door.fetch(upstream.url())


async def test_one_header_without_end_is_cut() -> None:
    async def flood(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            await visit.send(b"x" * 1000)

    async with serving(flood) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="does not speak HTTP"):
            await door.fetch(upstream.url())


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "404 Not Found", "429 Slow Down", "304 Not Modified", "999 Denied"]
)
async def test_a_refusal_is_told_with_its_status_and_not_tried_again(status: str) -> None:
    async with serving(ok(b"", status=status)) as upstream, open_door() as door:
        with pytest.raises(UpstreamRefused) as caught:
            await door.fetch(upstream.url())
    assert caught.value.status == int(status[:3])
    assert caught.value.url == upstream.url()
    assert len(upstream.visits) == 1


async def test_a_broken_server_is_told_with_its_status() -> None:
    async with serving(ok(b"", status="503 Later")) as upstream, open_door() as door:
        with pytest.raises(UpstreamBroken) as caught:
            await door.fetch(upstream.url())
    assert caught.value.status == 503


async def test_a_closed_port_is_unreachable() -> None:
    async with serving(b"") as upstream:
        pass
    async with open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="accepts no connection"):
            await door.fetch(upstream.url())


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async with open_door() as door:
        with pytest.raises(UpstreamUnreachable, match=r"the name nowhere\.example leads to no address"):
            await door.fetch("http://nowhere.example/")


async def test_a_name_without_addresses_is_unreachable() -> None:
    async with open_door(names={"empty.example": []}) as door:
        with pytest.raises(UpstreamUnreachable, match="leads to no address"):
            await door.fetch("http://empty.example/")


PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"HTTP/1.0 500\r\n",
        b"HTTP/9.9 -1 \r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Type: \xff\xfe;;=\r\n",
        b"Location: http://[\r\n",
        b"Location: //\xff\xfe:99999/\r\n",
        b"Location: \xed\xa0\x80\r\n",
        b"Set-Cookie: a=b; ;\x01\r\n",
        b"Connection: upgrade\r\nUpgrade: websocket\r\n",
        b"\r\n",
        b"5\r\nabcde\r\n0\r\n\r\n",
        b"ffffffffffffffffff\r\n",
        b"\x1f\x8b\x08\x00",
        b"\x00",
        b": \r\n",
        b"x" * 9000,
    ]
)


@settings(deadline=None, max_examples=60)
@given(pieces=st.lists(PIECES | st.binary(max_size=20), max_size=8))
async def test_whatever_a_server_says_is_a_body_or_a_failed_fetch(pieces: list[bytes]) -> None:
    policy = Policy(allow=LOCAL, total_seconds=1, most_attempts=1)
    async with serving(b"".join(pieces)) as upstream, open_door(policy) as door:
        outcome = (await asyncio.gather(door.fetch(upstream.url()), return_exceptions=True))[0]
    assert isinstance(outcome, Fetched | FetchFailed)


@pytest.mark.parametrize("media_type", ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml", ""])
async def test_a_page_is_taken_as_a_page(media_type: str) -> None:
    headers = [f"Content-Type: {media_type}"] if media_type else []
    async with serving(ok(b"<p>", *headers)) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url(), accept=PAGE)).data == b"<p>"


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "text/plain", "application/json"])
async def test_what_is_no_page_is_refused_before_it_is_read(media_type: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: 9000000\r\n\r\n".encode()
    async with serving(head) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnfit):
            await door.fetch(upstream.url(), accept=PAGE)


@pytest.mark.parametrize("is_packed", [False, True])
async def test_only_the_beginning_of_a_long_page_is_taken(is_packed: bool) -> None:
    body = b"x" * 3_000_000
    packed = gzip.compress(body)
    reply = ok(packed if is_packed else body, *(["Content-Encoding: gzip"] if is_packed else []))
    async with serving(reply) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url(), accept=PAGE)).data == body[:2_000_000]


async def test_a_page_is_not_kept_among_the_originals() -> None:
    async with serving(ok(b"<p>", "Content-Type: text/html")) as upstream, open_door() as door:
        for _ in range(2):
            await door.fetch(upstream.url(), accept=PAGE)
            await door.fetch(upstream.url())
    assert [visit.header("Accept") for visit in upstream.visits] == [PAGE, "image/*", PAGE]
