"""/metrics tells what happened, to those who may see it."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_studio import OSIG, FakeStudio, standing
from prometheus_client import generate_latest
from stand import CARD, WITH_HERO, Boy, Pen, stand

from frontis.edge.counters import Metrics
from frontis.errors import UpstreamTimeout
from frontis.model.usage import Attempt

HERE = {"host": "127.0.0.1:8000"}
PROMETHEUS = "text/plain; version="


def numbers(text: str) -> dict[str, float]:
    """By name and labels, without the buckets."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#") and "_bucket" not in line]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_requests_pictures_and_stages_are_counted_by_dialect_and_template() -> None:
    async with stand() as here:
        for _ in range(4):
            await here.client.get(CARD)
        await here.client.get("/g?title=Hello")
        await here.client.get("/card/article.png")
        answer = await here.client.get("/metrics", headers=HERE)
        found = numbers(answer.text)
    assert answer.headers["content-type"].startswith(PROMETHEUS)
    assert answer.headers["cache-control"] == "no-store"
    assert found['frontis_requests_total{dialect="native",status="200"}'] == 4
    assert found['frontis_requests_total{dialect="native",status="400"}'] == 1
    assert found['frontis_refusals_total{dialect="native",reason="BadInput"}'] == 1
    for source, count in (("new", 1), ("memory", 1), ("hot", 2)):
        assert found[f'frontis_pictures_total{{dialect="native",source="{source}",template="article"}}'] == count
    assert found['frontis_renders_total{dialect="osig",error="",template="osig-base"}'] == 1
    assert found['frontis_stage_seconds_count{stage="render"}'] == 2
    assert found["frontis_queue_waiting"] == 0
    assert found["frontis_memory_pictures_bytes"] > 0
    assert found["process_resident_memory_bytes"] > 0


async def test_keys_and_addresses_stand_nowhere() -> None:
    async with standing(FakeStudio()) as here:
        await here.client.get(f"/g?title=Secret&key={OSIG}")
        await here.client.get("/nowhere/secret")
        text = (await here.client.get("/metrics", headers=HERE)).text
    assert OSIG not in text
    assert not re.search("secret|nowhere", text, re.IGNORECASE)


async def test_a_quota_that_is_used_up_is_a_refusal_by_its_name() -> None:
    async with standing(FakeStudio(limit=0)) as here:
        await here.client.get(f"/g?title=Hello&key={OSIG}")
        found = numbers((await here.client.get("/metrics", headers=HERE)).text)
    assert found['frontis_refusals_total{dialect="osig",reason="QuotaExceeded"}'] == 1


async def test_a_picture_that_could_not_be_fetched_is_still_a_picture() -> None:
    def fail(_: Pen, boy: Boy) -> None:
        boy.failure = UpstreamTimeout("https://elsewhere.example", "it took too long")

    async with stand(fail) as here:
        await here.client.get(WITH_HERO)
        found = numbers((await here.client.get("/metrics", headers=HERE)).text)
    assert found['frontis_stage_seconds_count{stage="fetch"}'] == 1


@pytest.mark.parametrize(
    ("headers", "settings", "status"),
    [
        ({}, {}, 200),
        ({"host": "localhost"}, {}, 200),
        ({"host": "og.example.com"}, {}, 403),
        ({"via": "1.1 proxy"}, {}, 403),
        ({"x-real-ip": "198.51.100.7"}, {}, 403),
        ({"x-forwarded-for": "127.0.0.1"}, {}, 403),
        ({"x-forwarded-for": "198.51.100.7"}, {"trusted_proxies": "127.0.0.1"}, 403),
        ({"authorization": "Bearer a token"}, {"metrics_token": "another"}, 200),
        ({"x-forwarded-for": "198.51.100.7", "authorization": "Bearer a token"}, {"metrics_token": "a token"}, 200),
        ({"x-forwarded-for": "198.51.100.7", "authorization": "Bearer a"}, {"metrics_token": "a token"}, 403),
        ({"x-forwarded-for": "198.51.100.7", "authorization": "Bearer "}, {}, 403),
    ],
)
async def test_who_may_see_them(headers: dict[str, str], settings: dict[str, Any], status: int) -> None:
    async with stand(**settings) as here:
        assert (await here.client.get("/metrics", headers={**HERE, **headers})).status_code == status


async def test_names_that_somebody_invents_make_no_series() -> None:
    async with stand() as here:
        await here.client.get(CARD)
        before = set(numbers((await here.client.get("/metrics", headers=HERE)).text))
        for number in range(30):
            await here.client.get(f"/card/invented{number}.png?title=a")
            await here.client.get(f"/invented{number}/path?x={number}")
            await here.client.get(f"/g?title=a&style=invented{number}&site=invented{number}")
            await here.client.get(f"/v1/og?template=invented{number}&title=a")
            await here.client.request(f"INVENTED{number}", "/g?title=a")
        after = set(numbers((await here.client.get("/metrics", headers=HERE)).text))
    assert not any("invented" in name.lower() for name in after)
    assert len(after - before) < 40


def test_a_template_that_there_is_not_is_counted_as_unknown() -> None:
    metrics = Metrics(["article"])
    for number in range(50):
        metrics.served("native", f"invented{number}", "new", {})
        metrics.drawn(Attempt(datetime.now(UTC), "native", f"invented{number}", 0.1, "", 1, None))
    metrics.served("native", "article", "new", {})
    found = numbers(generate_latest(metrics.registry).decode())
    pictures = {name: value for name, value in found.items() if name.startswith("frontis_pictures_total")}
    assert pictures == {
        'frontis_pictures_total{dialect="native",source="new",template="article"}': 1,
        'frontis_pictures_total{dialect="native",source="new",template="unknown"}': 50,
    }
    assert found['frontis_renders_total{dialect="native",error="",template="unknown"}'] == 50
