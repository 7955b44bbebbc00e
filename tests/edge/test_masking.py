"""No key, signature or password is in the log, wherever it was sent; every line tells its request."""

import json
import logging
import re
import sys

import httpx
import pytest
from stand import CARD, HERO, WITH_HERO, Boy, Pen, stand
from structlog.stdlib import ProcessorFormatter
from structlog.testing import capture_logs
from test_serving import Server, server

from frontis.edge.logs import GRANIAN_LOGS
from frontis.edge.masking import masked, masked_path
from frontis.errors import UpstreamRefused

OSIG = "Zk3vQ9xW2b"
OGIMAGE = "og_sk_" + "5e" * 16
OGSTACK = "og_live_" + "7a" * 32
URLPIX = "sk_live_" + "Qw" * 16
SIGNATURE = "f00dfeed" * 8
PASSWORD = "hunter2hunter2"
KEYS = (OSIG, OGIMAGE, OGSTACK, URLPIX)
SECRETS = (*KEYS, SIGNATURE, PASSWORD)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that a server writes, on both outputs, while secrets come to it in every place."""
    with server(tmp_path_factory.mktemp("told"), FRONTIS_SLOW_SECONDS="0.0001", FRONTIS_RENDER_QUEUE="1") as one:
        for secret in SECRETS:
            send_everywhere(one, secret)
        assert one.stop() == 0
        return one.output.read_text()


def send_everywhere(one: Server, secret: str) -> None:
    upstream = f"{one.url}/nowhere?key={secret}&sig={SIGNATURE}"
    locked = f"http://name:{PASSWORD}@127.0.0.1:{one.port}/{secret}.png?token={secret}"
    for name in ("key", "api_key", "apikey", "sig", "signature", "token"):
        one.client.get("/g", params={"title": "Hello", name: secret, "exp": "1"})
        one.client.get("/v1/og", params={"title": "Hello", name: secret})
        one.client.get("/card/article.png", params={"title": secret, name: secret, "hero": upstream})
    for headers in ({"authorization": f"Bearer {secret}"}, {"x-api-key": secret}, {"x-request-id": secret}):
        for path in (
            "/g?title=Hello",
            "/v1/usage",
            "/v1/generate?title=Hello",
            "/og/0123456789ab?url=https://a.example",
        ):
            one.client.get(path, headers=headers)
    for path in ("", "/g", "/og", "/v1", "/assets", "/card"):
        # A password is never part of a path.
        one.client.get(f"{path}/{SIGNATURE if secret == PASSWORD else secret}")
    for url in (upstream, locked):
        one.client.get("/g", params={"title": "Hello", "image_url": url})
        one.client.get("/card/article.png", params={"title": "Hello", "hero": url})
    one.client.request(secret.replace("_", "-"), "/g?title=Hello")
    one.client.post("/api/sign", json={"key": secret, "title": "Hello"}, headers={"authorization": f"Bearer {secret}"})
    one.client.post("/v1/og", content=f'{{"key": "{secret}", ')
    httpx.get(one.url, headers={"cookie": f"session={secret}", "referer": upstream, "user-agent": secret})


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_what_a_server_writes(told: str, secret: str) -> None:
    assert told.count('"event": "request"') > 200
    assert secret not in told
    assert secret.lower() not in told.lower()


def test_every_line_is_json_and_tells_its_request(told: str) -> None:
    lines = [json.loads(line) for line in told.splitlines()]
    ours = [line for line in lines if line["event"] in {"request", "picture left out", "slow card"}]
    assert {line["event"] for line in ours} == {"request", "picture left out", "slow card"}
    requests = {line["request_id"] for line in ours if line["event"] == "request"}
    assert {line["request_id"] for line in ours} == requests
    assert all(re.fullmatch("[0-9a-f]{20}", each) for each in requests)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/?key={}&b=1", "KEY={}", "api_key: {}", '{{"api_key": "{}"}}', "Authorization: Bearer {}",
        "https%3A%2F%2Fa.example%3Fkey%3D{}%26b", "sig={};x", "signature='{}'", "redis://name:{}@host/0", "bearer {}",
        "postgresql://:{}@host", "access-token={}", "FRONTIS_SECRET_KEY={}", "x?a=1&token={}#x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("secret", [*SECRETS, "short1"])
def test_a_secret_that_is_named_is_masked_in_any_text(text: str, secret: str) -> None:
    assert secret not in masked(text.format(secret))


@pytest.mark.parametrize("key", [OGIMAGE, OGSTACK, URLPIX])
def test_a_key_that_tells_itself_is_masked_without_a_name(key: str) -> None:
    assert key[12:] not in masked(f"cannot read {key!r} here")


@pytest.mark.parametrize(
    "text", ["Listening at: http://127.0.0.1:8000", "GET", "a keynote: how to", "2026-01-01T00:00:00Z"]
)
def test_what_is_no_secret_is_left_as_it_is(text: str) -> None:
    assert masked(text) == text


def test_a_path_where_nothing_is_may_hold_a_key() -> None:
    assert masked_path(f"/g/{OSIG}.png") == "/g/….png"


def failing() -> None:
    raise RuntimeError(f"cannot open https://a.example/?key={OSIG} with {OGSTACK}")


def test_the_text_of_an_exception_is_masked_in_the_logs_of_libraries() -> None:
    settings = {name: value for name, value in GRANIAN_LOGS["formatters"]["json"].items() if name != "()"}
    formatter = ProcessorFormatter(**settings)
    try:
        failing()
    except RuntimeError:
        record = logging.LogRecord("library", logging.ERROR, "", 1, "failed for key=%s", (OSIG,), sys.exc_info())
    line = formatter.format(record)
    assert "RuntimeError: cannot open" in line
    assert OSIG not in line
    assert OGSTACK not in line


@pytest.mark.parametrize(
    ("trusted", "said", "is_taken"),
    [
        ("127.0.0.1", "abc-DEF_123.456", True),
        ("", "abc-DEF_123.456", False),
        ("10.0.0.0/8", "abc-DEF_123.456", False),
        ("127.0.0.1", "short", False),
        ("127.0.0.1", "a" * 65, False),
        ("127.0.0.1", 'a"\\n{}<script>', False),
        ("127.0.0.1", "words with spaces", False),
    ],
)
@pytest.mark.parametrize("path", [CARD, "/nowhere", "/healthz"])
async def test_the_id_of_a_trusted_proxy_is_taken_and_sent_back(
    path: str, trusted: str, said: str, is_taken: bool
) -> None:
    with capture_logs() as logs:
        async with stand(access_log=True, trusted_proxies=trusted) as here:
            answers = [await here.client.get(path, headers={"x-request-id": said}) for _ in range(4)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert [line["request_id"] for line in logs if line["event"] == "request"] == ids
    assert (set(ids) == {said}) is is_taken
    assert is_taken or len(set(ids)) == 4


async def test_a_slow_card_is_explained() -> None:
    def delay(_: Pen, boy: Boy) -> None:
        boy.seconds = 0.05

    with capture_logs() as logs:
        async with stand(delay, slow_seconds=0.01) as here:
            await here.client.get(WITH_HERO)
            await here.client.get(CARD)
    (line,) = [line for line in logs if line["event"] == "slow card"]
    assert (line["template"], line["size"], line["format"], line["pictures"], line["missing"]) == (
        "article", "1200x630", "png", 1, 0,
    )  # fmt: skip
    assert set(line["stages"]) == {"fetch", "queue", "render"}
    assert line["ms"] >= 50


async def test_no_card_is_explained_where_that_is_switched_off() -> None:
    with capture_logs() as logs:
        async with stand(lambda _, boy: setattr(boy, "failure", UpstreamRefused(HERO, 404)), slow_seconds=0) as here:
            await here.client.get(WITH_HERO)
    assert [line["event"] for line in logs] == ["picture left out"]
