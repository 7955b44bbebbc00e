"""What an address alone decides is answered without being parsed again; all else is decided anew each time."""

from typing import Any

import pytest
from fake_studio import OSIG, SECRET, FakeStudio, standing
from stand import CARD, HERO, WITH_HERO, Boy, Pen, Stand, stand
from starlette.requests import Request

from frontis.edge import answering, hot
from frontis.edge.asking import read
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.signing import sign


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of each request that was parsed."""
    seen: list[str] = []

    async def watched(request: Request, query: Query) -> Query:
        seen.append(query.path)
        return await read(request, query)

    monkeypatch.setattr(answering, "read", watched)
    return seen


async def times(here: Stand, path: str, count: int = 4, **headers: str) -> list[Any]:
    return [await here.client.get(path, headers=headers) for _ in range(count)]


@pytest.mark.parametrize("path", [CARD, "/g?title=Hello"])
async def test_from_the_third_time_on_an_address_is_not_parsed_and_answered_alike(path: str, parsed: list[str]) -> None:
    async with stand() as here:
        answers = await times(here, path, 2)
        before = len(parsed)
        answers += await times(here, path, 3)
        assert len(parsed) == before
    assert len({answer.content for answer in answers}) == 1
    assert (
        len({tuple(each for each in answer.headers.items() if each[0] != "x-request-id") for answer in answers[1:]})
        == 1
    )
    assert len(here.pen.cards) == 1


async def test_who_has_the_picture_is_told_so() -> None:
    async with stand() as here:
        first = (await times(here, CARD))[0]
        same = await here.client.get(CARD, headers={"if-none-match": first.headers["etag"]})
        other = await here.client.get(CARD, headers={"if-none-match": '"other"'})
    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)
    assert same.headers["cache-control"] == first.headers["cache-control"]
    assert "content-length" not in same.headers


async def test_a_head_is_answered_without_a_body() -> None:
    async with stand() as here:
        await times(here, CARD)
        answer = await here.client.head(CARD)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_whoever_shows_a_key_is_looked_at_each_time() -> None:
    studio = FakeStudio()
    async with standing(studio, watermark="marked") as here:
        await times(here, CARD)
        await times(here, CARD, 3, authorization=f"Bearer {OSIG}")
        await times(here, f"{CARD}&key={OSIG}", 3)
        await times(here, f"/g?title=Hello&key={OSIG}", 3)
    assert studio.notes.total() == 9


async def test_a_key_that_is_unknown_today_may_be_known_tomorrow() -> None:
    studio = FakeStudio(holders={})
    async with standing(studio) as here:
        await times(here, f"/g?title=Hello&key={OSIG}")
        studio.holders.update(FakeStudio().holders)
        assert "x-osig-daily-usage" in (await here.client.get(f"/g?title=Hello&key={OSIG}")).headers


async def test_a_limit_by_the_minute_counts_each_request() -> None:
    async with stand(anonymous_per_minute=5) as here:
        answers = await times(here, CARD, 7)
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2


async def test_a_signed_address_ends() -> None:
    async with stand(secret_key=SECRET) as here:
        path = f"/g?{sign({'title': 'Hello'}, secret=SECRET, expires_at=2_000_000_000)}"
        await times(here, path)
        assert len(here.app.state.hot) == 0


async def test_a_picture_that_lacks_something_is_asked_for_each_time() -> None:
    def spoil(pen: Pen, _: Boy) -> None:
        pen.spoiled = HERO

    async with stand(spoil) as here:
        await times(here, WITH_HERO)
        assert len(here.app.state.hot) == 0


async def test_it_is_forgotten_with_its_picture() -> None:
    async with stand(cache_mb=1) as here:
        await times(here, CARD)
        for number in range(400):
            await times(here, f"{CARD}&subtitle={number}", 2)
        drawn = len(here.pen.cards)
        assert (await here.client.get(CARD)).status_code == 200
        assert len(here.pen.cards) == drawn + 1


async def test_no_picture_is_held_that_the_memory_has_let_go() -> None:
    async with stand(cache_mb=1) as here:
        await times(here, CARD)
        (answer,) = here.app.state.hot._answers.values()
    parts = [getattr(answer, name) for name in type(answer).__slots__]
    assert not any(isinstance(each, Picture | bytes) or (isinstance(each, dict) and "body" in each) for each in parts)


async def test_there_are_never_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "MOST_ADDRESSES", 3)
    async with stand() as here:
        for number in range(6):
            await times(here, f"{CARD}&subtitle={number}", 3)
        assert len(here.app.state.hot) == 3
        await times(here, f"{CARD}&pad={'x' * 3_000}", 3)
        assert len(here.app.state.hot) == 3
