"""Whoever has a card is told so without its picture: wherever that is, and whatever became of its bytes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_studio import ALICE, BOBS, OSIG, PRO, SECRET, FakeStudio, standing
from stand import CARD, HERO, WITH_HERO, Stand, stand
from test_stored import files, source_of

from frontis.edge.edition import Editions
from frontis.edge.store import Store
from frontis.edge.tags import Tags
from frontis.model.account import Holder, KeyKind
from frontis.model.card import Card
from frontis.model.output import Format, Size
from frontis.model.picture import Picture
from frontis.settings import Settings
from frontis.signing import sign
from frontis.templates import catalogue

PICTURE = Picture(b"a picture", Format.PNG, Size(1200, 630))


def resolved(**changes: object) -> Card:
    return catalogue().resolve(replace(Card("article", {"title": "Hello"}), **changes))  # type: ignore[arg-type]


@pytest.fixture
def tags() -> Tags:
    return Tags(catalogue(), Editions(catalogue(), Settings()))


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that were looked for in the store."""
    keys: list[str] = []
    find = Store.find

    async def watched(self: Store, key: str) -> object:
        keys.append(key)
        return await find(self, key)

    monkeypatch.setattr(Store, "find", watched)
    return keys


async def tag_of(path: str, **settings: Any) -> str:
    async with stand(**settings) as before:
        return str((await before.client.get(path)).headers["etag"])


async def ask(here: Stand, path: str, tag: str, method: str = "GET") -> tuple[int, bytes]:
    answer = await here.client.request(method, path, headers={"if-none-match": tag})
    return answer.status_code, answer.content


class TestATag:
    def test_is_of_the_card_and_of_the_bytes(self, tags: Tags) -> None:
        first, tighter = tags.of(resolved(), PICTURE), tags.of(resolved(), replace(PICTURE, data=b"tighter"))
        assert first != tighter
        assert first.partition("-")[0] == tighter.partition("-")[0]

    @pytest.mark.parametrize(
        "other",
        [
            resolved(values={"title": "Hullo"}),
            resolved(format=Format.WEBP),
            resolved(size=Size(600, 315)),
            resolved(watermark="Preview"),
            resolved(template="metric", values={"value": "7"}),
        ],
        ids=lambda card: card.template,
    )
    def test_of_another_card_is_not_held(self, tags: Tags, other: Card) -> None:
        assert tags.held(resolved(), tags.of(resolved(), PICTURE))
        assert not tags.held(resolved(), tags.of(other, PICTURE))

    def test_is_another_when_it_is_drawn_with_other_fonts(self, tags: Tags, tmp_path: Path) -> None:
        (tmp_path / "one.ttf").write_bytes(b"a font")
        there = Tags(catalogue(), Editions(catalogue(), Settings(fonts_dir=tmp_path)))
        assert not tags.held(resolved(), there.of(resolved(), PICTURE))

    def test_of_a_card_with_pictures_from_elsewhere_tells_its_bytes_alone(self, tags: Tags) -> None:
        card = resolved(values={"title": "Hello", "hero": HERO})
        assert tags.of(card, PICTURE) == PICTURE.etag
        assert not tags.held(card, PICTURE.etag)

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"a","b" , W/{}'])
    def test_that_is_held_is_told_again_as_it_is(self, tags: Tags, form: str) -> None:
        tag = tags.of(resolved(), PICTURE)
        assert tags.held(resolved(), form.format(tag)) == tag

    @pytest.mark.parametrize("words", ["", "*", '"', '""', "nonsense", '"-"', '"0123456789abcdef-0123456789abcdef"'])
    def test_that_is_none_is_not_held(self, tags: Tags, words: str) -> None:
        assert tags.held(resolved(), words) == ""


@pytest.mark.parametrize("path", [CARD, "/g?title=Hello", "/card/article@2.jpg?title=Hello"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_stored_picture_is_neither_read_nor_drawn_for_whoever_has_it(
    path: str, method: str, tmp_path: Path, untouched: list[str]
) -> None:
    tag = await tag_of(path, data_dir=tmp_path, store_mb=10)
    untouched.clear()
    async with stand(data_dir=tmp_path, store_mb=10) as after:
        assert await ask(after, path, tag, method) == (304, b"")
        assert (untouched, after.pen.cards, source_of(after)) == ([], [], {"held"})


async def test_it_says_what_the_picture_itself_would_say() -> None:
    async with stand() as here:
        picture = await here.client.get("/g?title=Hello")
    async with stand() as here:
        held = await here.client.get("/g?title=Hello", headers={"if-none-match": picture.headers["etag"]})
    assert held.status_code == 304
    for name in ("etag", "cache-control", "vary", "access-control-allow-origin", "x-content-type-options"):
        assert held.headers[name] == picture.headers[name]
    assert not {"content-length", "content-type", "content-disposition"} & set(held.headers)


async def test_what_was_written_tighter_meanwhile_is_the_same_card(tmp_path: Path) -> None:
    tag = await tag_of(CARD, data_dir=tmp_path, store_mb=10)
    (file,) = files(tmp_path)
    file.unlink()
    card = catalogue().resolve(Card("article", {"title": "Hello"}))
    async with stand(data_dir=tmp_path, store_mb=10) as after:
        stored = after.app.state.orders._cards._stored
        stored.put(card, replace(PICTURE, data=b"tighter"))
        await stored._store.close()
        assert await ask(after, CARD, tag) == (304, b"")
        assert (await after.client.get(CARD)).headers["etag"] != tag


async def test_pictures_from_elsewhere_are_looked_at_again() -> None:
    tag = await tag_of(WITH_HERO)
    async with stand() as after:
        assert await ask(after, WITH_HERO, tag) == (304, b"")
        assert after.boy.errands == [HERO]
        assert await ask(after, WITH_HERO, '"other"') != (304, b"")


async def test_a_post_gets_the_picture() -> None:
    tag = await tag_of(CARD)
    async with stand() as after:
        answer = await after.client.post("/card/article.png", json={"title": "Hello"}, headers={"if-none-match": tag})
    assert (answer.status_code, len(after.pen.cards)) == (200, 1)


async def test_it_is_counted_as_a_picture_that_was_here() -> None:
    bob = Holder(2, 20, KeyKind.OGIMAGE, PRO)
    studio = FakeStudio({OSIG: ALICE, BOBS: bob})
    osig, ogimage = f"/g?title=Hello&key={OSIG}", f"/v1/generate?template=blog&title=Hello&key={BOBS}"
    async with standing(studio) as here:
        tags = [(await here.client.get(path)).headers["etag"] for path in (osig, ogimage)]
        assert studio.notes == {False: 2}
    taken = studio.taken
    async with standing(studio) as here:
        assert [await ask(here, path, tag) for path, tag in zip((osig, ogimage), tags, strict=True)] == [(304, b"")] * 2
        assert here.pen.cards == []
    assert studio.notes == {False: 2, True: 2}
    # A request counts with OSIG, and with OG Image API what is drawn.
    assert studio.taken == taken + 1


async def test_it_passes_no_refusal_by() -> None:
    tag = await tag_of("/g?title=Hello")
    async with stand(secret_key=SECRET, require_signature=True, anonymous_per_minute=2) as here:
        here.stop_the_minute()
        assert (await ask(here, "/g?title=Hello", tag))[0] == 403
        signed = f"/g?{sign({'title': 'Hello'}, secret=SECRET, expires_at=2_000_000_000)}"
        assert [(await ask(here, signed, tag))[0] for _ in range(3)] == [304, 304, 429]
