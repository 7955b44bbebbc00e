"""Web requests become Queries, whatever their bytes are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stand import stand
from starlette.requests import Request

from frontis.edge.asking import LARGEST_BODY, LONGEST_QUERY, glance, read
from frontis.model.query import Query


def request(query: bytes = b"", headers: dict[str, str] | None = None, **more: Any) -> Request:
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "GET", "path": "/g", "query_string": query, "headers": raw, "scheme": "http"}
    return Request({**scope, "server": ("127.0.0.1", 8000), **more})


async def asked_with(request: Request, *, public_url: str = "") -> Query:
    return await read(request, glance(request, public_url=public_url))


async def asked(query: bytes) -> tuple[tuple[str, str], ...]:
    return (await asked_with(request(query))).parameters


async def test_repeats_blanks_and_their_order_are_kept() -> None:
    assert await asked(b"a=1&b=&a=2&c") == (("a", "1"), ("b", ""), ("a", "2"), ("c", ""))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"t=%E6%97%A5%E6%9C%AC", "日本"),
        ("t=日本".encode(), "日本"),
        (b"t=a+b%2Bc", "a b+c"),
        (b"t=%ff%fe", "\ufffd\ufffd"),
        (b"t=\xff", "\ufffd"),
        (b"t=%", "%"),
        (b"t=%zz%u1234", "%zz%u1234"),
        (b"t=a%00b", "a\0b"),
        (b"t=a=b==", "a=b=="),
        (b"t=a;b", "a;b"),
        (b"t=%ED%A0%80", "\ufffd\ufffd\ufffd"),
    ],
)
async def test_a_value_is_decoded_and_what_is_no_text_is_replaced(text: bytes, value: str) -> None:
    assert await asked(text) == (("t", value),)


@given(st.binary(max_size=300))
@example(b"&&&=&=&%&+")
async def test_any_bytes_are_a_query(text: bytes) -> None:
    query = await asked_with(request(text))
    for name, value in query.parameters:
        (name + value).encode()


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=10))
async def test_what_a_client_encodes_is_what_is_read(pairs: list[tuple[str, str]]) -> None:
    pairs = [
        (name.encode("utf-8", "ignore").decode(), value.encode("utf-8", "ignore").decode()) for name, value in pairs
    ]
    assert list(await asked(urlencode(pairs).encode())) == pairs


class TestTheOrigin:
    @pytest.mark.parametrize("host", ["og.example.com", "og.example.com:8443", "127.0.0.1:8000", "[::1]:8000"])
    async def test_it_is_what_the_asker_wrote(self, host: str) -> None:
        assert (await asked_with(request(headers={"Host": host}))).origin == f"http://{host}"
        assert (await asked_with(request(headers={"Host": host}, scheme="https"))).origin == f"https://{host}"

    @pytest.mark.parametrize(
        "host",
        ["", "a b", 'x"><script>', "og.example.com/path", "a@b", "og.example.com:port", "ex\xe4mple.com", "a" * 300],
    )
    async def test_what_cannot_be_a_host_is_not_repeated(self, host: str) -> None:
        assert (await asked_with(request(headers={"Host": host}))).origin == "http://127.0.0.1:8000"

    async def test_an_ipv6_address_of_ours_stands_in_brackets(self) -> None:
        assert (await asked_with(request(server=("::1", 8000)))).origin == "http://[::1]:8000"

    async def test_the_operators_public_url_wins(self) -> None:
        query = await asked_with(request(headers={"Host": "evil.example"}), public_url="https://og.example.com")
        assert query.origin == "https://og.example.com"


async def test_headers_are_by_lower_case_name_and_repeats_are_joined() -> None:
    scope = request().scope
    scope["headers"] = [(b"accept", b"image/webp"), (b"accept", b"*/*"), (b"x-bytes", b"\xe4")]
    assert (await asked_with(Request(scope))).headers == {"accept": "image/webp, */*", "x-bytes": "ä"}


async def test_a_query_is_plain_data() -> None:
    query = await asked_with(request(b"a=1", {"Host": "h"}, path_params={"template": "article"}))
    assert (query.method, query.path, query.parameters, query.headers) == ("GET", "/g", (("a", "1"),), {"host": "h"})
    assert (query.path_values, query.origin, query.body) == ({"template": "article"}, "http://h", b"")


async def test_each_request_has_a_word_of_its_own_and_the_time_at_which_it_came() -> None:
    queries = [await asked_with(request()) for _ in range(50)]
    assert len({query.id for query in queries}) == 50
    assert all(query.id for query in queries)
    assert all(abs(datetime.now(UTC) - query.asked_at) < timedelta(minutes=1) for query in queries)


class TestTheLimits:
    @pytest.mark.parametrize("path", ["/g", "/card/article.png"])
    async def test_a_query_string_over_16_kib_is_a_414(self, path: str) -> None:
        async with stand() as here:
            longest = f"title=Hello&pad={'x' * (LONGEST_QUERY - 16)}"
            assert (await here.client.get(f"{path}?{longest}")).status_code == 200
            answer = await here.client.get(f"{path}?{longest}x")
        assert answer.status_code == 414
        assert "too long" in answer.text or "16,384" in answer.json()["detail"]

    @pytest.mark.parametrize("is_chunked", [True, False])
    async def test_a_body_over_256_kib_is_a_413(self, is_chunked: bool) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(LARGEST_BODY // 1024 + 1):
                yield b" " * 1024

        body: Any = chunks() if is_chunked else b" " * (LARGEST_BODY + 1)
        async with stand() as here:
            answer = await here.client.post(
                "/card/article.png", content=body, headers={"content-type": "application/json"}
            )
        assert answer.status_code == 413
        assert "262,144" in answer.json()["detail"]
        assert here.pen.cards == []

    async def test_the_body_of_a_get_is_not_read(self) -> None:
        async with stand() as here:
            answer = await here.client.request("GET", "/g?title=Hello", content=b"x" * (LARGEST_BODY + 1))
        assert answer.status_code == 200


@given(st.binary(max_size=200))
async def test_osigs_address_answers_any_query_string_with_a_picture(text: bytes) -> None:
    async with stand() as here:
        answer = await here.client.get("/g?" + quote_from_bytes(text, safe="&=%+"))
    assert answer.status_code == 200
