import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from aiohttp import TCPConnector
from aiohttp.abc import ResolveResult
from upstreams import CERTIFICATE, LOCAL, Visit, ok, open_door, redirect_the_wire, serving

from frontis.errors import AddressForbidden, BadSetting, UpstreamBroken, UpstreamUnreachable
from frontis.fetch import Attempt, Door, Policy, parse_allow

PUBLIC = "93.184.215.14"


async def test_a_public_name_is_dialled_at_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(ok(b"bytes")) as upstream, open_door(Policy(), names={"public.example": [PUBLIC]}) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        assert (await door.fetch("http://public.example/")).data == b"bytes"
    assert dialled == [PUBLIC]


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://localhost/"])
async def test_the_loopback_is_closed_unless_allowed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(ok(b"secret")) as upstream, open_door(Policy(), names={"localhost": ["127.0.0.1"]}) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        with pytest.raises(AddressForbidden, match="does not lead to the public internet"):
            await door.fetch(url)
    assert dialled == []


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "10.1.2.3", "::1", "fd00:ec2::254", "::ffff:10.0.0.1", "100.100.100.200"]
)
async def test_one_inner_address_spoils_a_name(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"mixed.example": [PUBLIC, inner], "mixed-too.example": [inner, PUBLIC]}
    async with serving(ok(b"bytes")) as upstream, open_door(Policy(), names=names) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        for name in names:
            with pytest.raises(AddressForbidden):
                await door.fetch(f"http://{name}/")
    assert dialled == []


async def test_a_refusal_does_not_tell_what_a_name_means_inside() -> None:
    async with open_door(Policy(), names={"inside.example": ["192.168.7.9"]}) as door:
        with pytest.raises(AddressForbidden) as caught:
            await door.fetch("http://inside.example/")
    assert "192.168.7.9" not in str(caught.value)


async def test_a_name_that_turns_inward_is_refused_at_its_second_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [PUBLIC, "127.0.0.1", "127.0.0.1"]
    asked: list[str] = []

    async def rebind(host: str) -> Sequence[IPv4Address | IPv6Address]:
        asked.append(host)
        return [ip_address(answers[len(asked) - 1])]

    async def broken(visit: Visit) -> None:
        await visit.send(ok(b"", status="500 Oops"))

    attempts: list[Attempt] = []
    door = Door(Policy(), lookup=rebind, on_attempt=attempts.append)
    async with serving(broken) as upstream:
        dialled = redirect_the_wire(monkeypatch, upstream)
        with pytest.raises(AddressForbidden):
            await door.fetch("http://rebind.example/")
        await door.close()
    # One lookup for each request: what was checked is what was dialled.
    assert dialled == [PUBLIC]
    assert len(asked) == 2
    assert [attempt.error for attempt in attempts] == [UpstreamBroken, AddressForbidden]


@pytest.mark.parametrize("inner", ["127.0.0.1", "::ffff:127.0.0.1"])
async def test_an_address_that_slips_past_the_lookup_is_caught_at_its_socket(
    inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slip(_: TCPConnector, host: str, port: int, **__: object) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=inner, port=port, family=0, proto=0, flags=0)]

    monkeypatch.setattr(TCPConnector, "_resolve_host", slip)
    async with serving(ok(b"secret")) as upstream, open_door(Policy()) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        with pytest.raises(AddressForbidden):
            await door.fetch("http://public.example/")
    assert dialled == []


async def test_an_allowed_name_opens_its_own_addresses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"intranet.example": ["10.0.0.5"], "other.example": ["10.0.0.5"]}
    policy = Policy(allow=parse_allow("intranet.example"))
    async with serving(ok(b"bytes")) as upstream, open_door(policy, names=names) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        for name in ("intranet.example", "INTRANET.example.", "intranet%2eexample"):
            assert (await door.fetch(f"http://{name}/{name}")).data == b"bytes"
        for host in ("other.example", "10.0.0.5", "sub.intranet.example"):
            with pytest.raises((AddressForbidden, UpstreamUnreachable)):
                await door.fetch(f"http://{host}/")
    assert set(dialled) == {"10.0.0.5"}
    assert len(dialled) == 3


async def test_a_dead_address_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"public.example": [PUBLIC, "93.184.215.15"]}
    async with serving(ok(b"bytes")) as upstream, open_door(Policy(), names=names) as door:
        dialled = redirect_the_wire(monkeypatch, upstream)
        kind = type(asyncio.get_running_loop())
        connect = kind.sock_connect

        async def sock_connect(loop: asyncio.AbstractEventLoop, sock: socket.socket, address: tuple[str, int]) -> None:
            if address[0] == PUBLIC:
                raise ConnectionRefusedError
            await connect(loop, sock, address)

        monkeypatch.setattr(kind, "sock_connect", sock_connect)
        assert (await door.fetch("http://public.example/")).data == b"bytes"
    assert dialled == ["93.184.215.15"]


async def test_a_name_with_a_crowd_of_addresses_costs_a_few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"crowd.example": [f"93.184.215.{last}" for last in range(1, 200)]}
    dialled: set[str] = set()

    async def refuse(_: asyncio.AbstractEventLoop, __: socket.socket, address: tuple[str, int]) -> None:
        dialled.add(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(type(asyncio.get_running_loop()), "sock_connect", refuse)
    async with open_door(Policy(most_attempts=1), names=names) as door:
        with pytest.raises(UpstreamUnreachable):
            await door.fetch("http://crowd.example/")
    assert len(dialled) == 8


async def test_the_environment_names_no_proxy_and_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login alice password secret\n")
    netrc.chmod(0o600)
    async with serving(ok(b"proxy")) as proxy, serving(ok(b"bytes")) as upstream, open_door() as door:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        monkeypatch.setenv("NETRC", str(netrc))
        assert (await door.fetch(upstream.url())).data == b"bytes"
    assert proxy.visits == []
    assert upstream.visits[0].header("Authorization") is None


async def test_a_certificate_must_be_trusted() -> None:
    async with serving(ok(b"bytes"), tls=True) as upstream, open_door() as door:
        with pytest.raises(UpstreamUnreachable, match="no trusted TLS"):
            await door.fetch(upstream.url())


async def test_an_operator_adds_certificates() -> None:
    policy = Policy(allow=LOCAL, ca_file=CERTIFICATE)
    names = {"pictures.example": ["127.0.0.1"], "stranger.example": ["127.0.0.1"]}
    async with serving(ok(b"bytes"), tls=True) as upstream, open_door(policy, names=names) as door:
        assert (await door.fetch(upstream.url(host="127.0.0.1"))).data == b"bytes"
        assert (await door.fetch(upstream.url(host="PICTURES.example."))).data == b"bytes"
        with pytest.raises(UpstreamUnreachable, match="no trusted TLS"):
            await door.fetch(upstream.url(host="stranger.example"))


async def test_a_server_that_speaks_no_tls_is_unreachable() -> None:
    async def speak_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(speak_at_once, "127.0.0.1", 0)
    async with open_door() as door:
        with pytest.raises(UpstreamUnreachable):
            await door.fetch(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_told_at_the_start(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadSetting, match=r"FRONTIS_FETCH_CA_FILE: .*ca\.pem"):
        Door(Policy(ca_file=file))


async def test_the_system_knows_the_names_when_nobody_else_is_asked() -> None:
    async with serving(ok(b"bytes")) as upstream:
        door = Door(Policy(allow=parse_allow("localhost")))
        assert (await door.fetch(upstream.url(host="localhost"))).data == b"bytes"
        await door.close()


@pytest.mark.parametrize("address", ["ftp://example.com/x.png", "http://127.0.0.1:1/x.png", "http://[::1"])
async def test_an_address_that_cannot_be_asked_is_an_attempt_that_failed(address: str) -> None:
    attempts: list[Attempt] = []
    async with open_door(Policy(), attempts=attempts) as door:
        with pytest.raises(AddressForbidden):
            await door.fetch(address)
    assert [(attempt.error, attempt.number) for attempt in attempts] == [(AddressForbidden, 1)]
