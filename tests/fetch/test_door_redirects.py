import asyncio

import pytest
from upstreams import CERTIFICATE, LOCAL, Visit, ok, open_door, redirect, redirect_the_wire, serving

from frontis.errors import AddressForbidden, UpstreamRefused
from frontis.fetch import Policy, parse_allow

HOSTS = parse_allow("here.example, there.example")
NAMES = {"here.example": ["127.0.0.1"], "there.example": ["127.0.0.1"]}


@pytest.mark.parametrize("status", ["301 A", "302 B", "303 C", "307 D", "308 E"])
async def test_a_redirect_is_followed(status: str) -> None:
    async def reply(visit: Visit) -> None:
        await visit.send(redirect("/two", status) if visit.path == "/one" else ok(b"two"))

    async with serving(reply) as upstream, open_door() as door:
        fetched = await door.fetch(upstream.url("/one"))
    assert (fetched.data, fetched.url, fetched.final_url) == (b"two", upstream.url("/one"), upstream.url("/two"))


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("b.png", "/x/b.png"),
        ("../b.png?q", "/b.png?q"),
        ("/b c.png", "/b%20c.png"),
        ("?q=ü", "/x/a.png?q=%C3%BC"),
        ("b.png#part", "/x/b.png"),
    ],
)
async def test_a_relative_location_is_joined_to_where_it_was_said(location: str, path: str) -> None:
    async def reply(visit: Visit) -> None:
        await visit.send(redirect(location) if visit.path == "/x/a.png" else ok(b"there"))

    async with serving(reply) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url("/x/a.png"))).data == b"there"
    assert upstream.visits[-1].path == path


async def test_a_location_may_leave_out_the_scheme_and_change_the_host() -> None:
    async def reply(visit: Visit) -> None:
        there = f"//there.example:{upstream.port}/b"
        await visit.send(redirect(there) if visit.path == "/a" else ok(b"there"))

    async with serving(reply) as upstream, open_door(Policy(allow=HOSTS), names=NAMES) as door:
        fetched = await door.fetch(upstream.url("/a", "here.example"))
    assert fetched.final_url == upstream.url("/b", "there.example")
    assert upstream.visits[-1].header("Host") == f"there.example:{upstream.port}"


async def test_five_redirects_are_followed_and_six_are_not() -> None:
    async def reply(visit: Visit) -> None:
        left = int(visit.path[1:])
        await visit.send(redirect(f"/{left - 1}") if left else ok(b"end"))

    async with serving(reply) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url("/5"))).data == b"end"
        upstream.visits.clear()
        with pytest.raises(AddressForbidden, match="more than 5 times"):
            await door.fetch(upstream.url("/6"))
    assert len(upstream.visits) == 6


async def test_a_circle_is_left_at_its_first_round() -> None:
    async def reply(visit: Visit) -> None:
        await visit.send(redirect("/b" if visit.path == "/a" else "/a"))

    async with serving(reply) as upstream, open_door() as door:
        with pytest.raises(AddressForbidden, match="circle"):
            await door.fetch(upstream.url("/a"))
    assert len(upstream.visits) == 2


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "//10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0xa.1/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://inside.example/",
        "http://user:password@127.0.0.1/",
        "http://127.0.0.1:25/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "http://[",
        "//[::1",
    ],
)
async def test_a_redirect_leads_nowhere_that_the_asker_could_not_go(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        serving(redirect(location)) as upstream,
        open_door(Policy(), names={"public.example": ["93.184.215.14"], "inside.example": ["192.168.1.1"]}) as door,
    ):
        dialled = redirect_the_wire(monkeypatch, upstream)
        with pytest.raises(AddressForbidden) as caught:
            await door.fetch("http://public.example/a")
    assert dialled == ["93.184.215.14"]
    assert len(upstream.visits) == 1
    assert caught.value.url == "http://public.example/a"


async def test_a_redirect_without_a_location_is_an_end() -> None:
    async with serving(ok(b"", status="302 Found")) as upstream, open_door() as door:
        with pytest.raises(AddressForbidden, match="redirects to nowhere"):
            await door.fetch(upstream.url())


async def test_a_choice_is_no_redirect() -> None:
    async with serving(redirect("/other", "300 Multiple Choices")) as upstream, open_door() as door:
        with pytest.raises(UpstreamRefused):
            await door.fetch(upstream.url())


async def test_stray_bytes_in_a_location_stay_what_they_are() -> None:
    async def reply(visit: Visit) -> None:
        if visit.path == "/a":
            await visit.send(b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9.png\r\nContent-Length: 0\r\n\r\n")
        else:
            await visit.send(ok(b"there"))

    async with serving(reply) as upstream, open_door() as door:
        assert (await door.fetch(upstream.url("/a"))).data == b"there"
    assert upstream.visits[-1].path == "/caf%E9.png"


async def test_no_cookie_and_no_referrer_goes_along() -> None:
    async def reply(visit: Visit) -> None:
        here = "/b" if visit.path == "/a" else ""
        await visit.send(
            ok(b"", "Set-Cookie: a=1; Path=/", f"Location: {here}", status="302 F") if here else ok(b"end")
        )

    async with serving(reply) as upstream, open_door(Policy(allow=HOSTS), names=NAMES) as door:
        await door.fetch(upstream.url("/a", "here.example"))
    assert upstream.visits[-1].header("Cookie") is None
    assert upstream.visits[-1].header("Referer") is None


async def test_redirects_share_one_time_limit() -> None:
    async def reply(visit: Visit) -> None:
        await asyncio.sleep(0.15)
        await visit.send(redirect(f"/{visit.number}"))

    policy = Policy(allow=LOCAL, total_seconds=0.4, most_redirects=100)
    async with serving(reply) as upstream, open_door(policy) as door:
        with pytest.raises(Exception, match=r"longer than 0\.4 s"):
            await door.fetch(upstream.url("/a"))
    assert len(upstream.visits) <= 4


async def test_https_may_redirect_to_http() -> None:
    policy = Policy(allow=LOCAL, ca_file=CERTIFICATE)
    async with (
        serving(ok(b"plain")) as plain,
        serving(redirect(plain.url()), tls=True) as secure,
        open_door(policy) as door,
    ):
        fetched = await door.fetch(secure.url())
    assert (fetched.data, fetched.final_url) == (b"plain", plain.url())
