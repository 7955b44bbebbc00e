"""The log, and the health of the process."""

import asyncio
import json

import pytest
from stand import CARD, HERO, WITH_HERO, stand
from structlog.testing import capture_logs

from frontis.edge.rendering import Renderers
from frontis.errors import UpstreamRefused


async def test_a_request_is_one_line_with_what_it_was_and_what_it_cost() -> None:
    with capture_logs() as logs:
        async with stand(access_log=True) as here:
            cold, _ = await here.client.get(CARD), await here.client.get(CARD)
    assert [line["cache"] for line in logs] == ["new", "memory"]
    first = {name: value for name, value in logs[0].items() if name not in {"ms", "request_id"}}
    assert first == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "path": "/card/article.png",
        "status": 200,
        "bytes": len(cold.content),
        "dialect": "native",
        "template": "article",
        "cache": "new",
    }
    assert logs[0]["ms"] >= 0


async def test_keys_signatures_and_foreign_addresses_are_not_in_the_log() -> None:
    with capture_logs() as logs:
        async with stand(lambda _, boy: setattr(boy, "failure", UpstreamRefused(HERO, 404)), access_log=True) as here:
            await here.client.get(
                "/g?title=Hello&key=SECRETKEY1&sig=SECRETSIG&exp=1&image_url=https://u:SECRETPW@a.example/"
            )
            await here.client.get("/card/article.png?secret=SECRETKEY1", headers={"authorization": "Bearer SECRETKEY1"})
            await here.client.get(f"{WITH_HERO}?token=SECRETTOKEN")
    assert len([line for line in logs if line["event"] == "request"]) == 3
    assert "SECRET" not in json.dumps(logs, default=str)


async def test_what_was_mailed_to_somebody_is_not_in_the_log() -> None:
    paths = ["confirm-email/MQ:SECRET:x/", "confirm-email/MQ:SECRET:x", "password/reset/key/1-SECRET/", "login/"]
    with capture_logs() as logs:
        async with stand(access_log=True) as here:
            for path in paths:
                await here.client.get(f"/accounts/{path}")
    logged = [line["path"].removeprefix("/accounts/") for line in logs]
    assert logged == ["confirm-email/…", "confirm-email/…", "password/…", "login/"]


async def test_the_log_can_be_switched_off() -> None:
    with capture_logs() as logs:
        async with stand(access_log=False) as here:
            await here.client.get(CARD)
    assert logs == []


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/card/article.png", 400), ("/healthz", 200)])
async def test_whatever_the_answer_it_is_logged(path: str, status: int) -> None:
    with capture_logs() as logs:
        async with stand(access_log=True) as here:
            await here.client.get(path)
    assert [(line["path"], line["status"]) for line in logs] == [(path, status)]


async def test_a_very_long_path_is_cut_in_the_log() -> None:
    with capture_logs() as logs:
        async with stand(access_log=True) as here:
            await here.client.get("/" + "x" * 5_000)
    assert len(logs[0]["path"]) == 200


class TestHealth:
    async def test_it_answers_while_every_thread_is_busy_and_the_queue_is_full(self) -> None:
        async with stand(render_threads=1, render_queue=1) as here:
            here.pen.paper.clear()
            drawings = [asyncio.create_task(here.client.get(f"{CARD}{number}")) for number in range(5)]
            await here.begun()
            async with asyncio.timeout(5):
                answer = await here.client.get("/healthz")
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
            assert answer.headers["cache-control"] == "no-store"
            here.pen.paper.set()
            await asyncio.gather(*drawings)

    async def test_it_is_a_503_when_no_thread_is_left_that_draws(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with stand() as here:
            monkeypatch.setattr(Renderers, "has_hands", False)
            answer = await here.client.get("/healthz")
        assert (answer.status_code, answer.json()) == (503, {"status": "no renderer is left"})
