"""OGStack's image API: what is drawn, kept, found, told and refused, and who may do so."""

import asyncio
import json
import re
import tomllib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keepers import POST, House, People, house, people, square
from PIL import Image as Pillow

from frontis.dialects.ogstack import images
from frontis.dialects.ogstack.explain import explain
from frontis.errors import FrontisError
from frontis.model.dialect import Errand
from frontis.model.order import GenerateWish
from frontis.model.page import Page
from frontis.model.query import Query
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account
from frontis.studio.library.models import Image, Leftover

__all__ = ["people"]

CASES = tomllib.loads(Path(__file__).with_name("image_cases.toml").read_text(encoding="utf-8"))
pytestmark = pytest.mark.django_db(transaction=True)
ICONS = {
    "icon-512.png": 512, "favicon-16.png": 16, "favicon-32.png": 32, "favicon-48.png": 48, "apple-touch-icon.png": 180,
    "icon-192.png": 192, "favicon.ico": 48, "site.webmanifest": 0,
}  # fmt: skip


FIELDS = [
    "url", "projectId", "kind", "template", "style", "accent", "dark", "font", "logo", "position", "aspectRatio", "ai",
    "model", "prompt", "force", "page", "limit", "category", "from", "to", "search", "title", "description", "ids",
]  # fmt: skip


def path_of(address: str) -> str:
    assert address.startswith("http://og.example.com/")
    return address.removeprefix("http://og.example.com")


def opened(data: bytes) -> Pillow.Image:
    picture = Pillow.open(BytesIO(data))
    picture.load()
    return picture


def stored_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and "images" in path.parts)


def damage(folder: Path) -> None:
    for file in folder.rglob("image.png"):
        file.write_bytes(b"damaged")


class TestGenerating:
    async def test_a_card_is_drawn_and_kept_at_a_public_address(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            answer = await there.generate(people.alice)
            assert answer.status_code == 200
            told = answer.json()
            assert set(told) == {
                "id", "imageUrl", "kind", "width", "height", "cached", "generationMs", "ai", "source", "assets",
            }  # fmt: skip
            assert (told["kind"], told["width"], told["height"], told["cached"]) == ("og", 1200, 630, False)
            assert told["generationMs"] >= 0
            assert (told["ai"], told["assets"]) == (None, None)
            assert told["source"] == {
                "title": "The first post",
                "description": "What it is about.",
                "favicon": "https://example.com/icon.png",
            }
            assert re.search(r"/uploads/images/[0-9a-f]{32}/image\.png\?t=[0-9]{13}$", told["imageUrl"])
            path = path_of(told["imageUrl"])
            # Whoever knows the address may have it, without a key.
            picture = await there.client.get(path)
            assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
            assert picture.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert int(picture.headers["content-length"]) == len(picture.content)
            assert opened(picture.content).size == (1200, 630)
            head = await there.client.head(path)
            assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", picture.headers["etag"])
            again = await there.client.get(path, headers={"If-None-Match": picture.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            plain = await there.client.get(path.partition("?")[0])
            assert plain.headers["cache-control"] == "public, max-age=86400"

    async def test_the_same_again_is_the_one_that_is_kept(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            first = (await there.generate(people.alice)).json()
            there.site.asked.clear()
            # Its options as they are without being said.
            same = await there.generate(people.alice, kind="og", template="editorial", style={"dark": True})
            assert same.json() == {**first, "cached": True, "generationMs": None}
            assert there.site.asked == []

    async def test_other_settings_are_a_conflict_until_they_are_forced(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            first = (await there.generate(people.alice)).json()
            other = await there.generate(people.alice, template="minimal")
            assert other.status_code == 409
            assert other.json() == {
                "code": "IMAGE_EXISTS",
                "message": "An image already exists for this URL with different settings. Pass force=true to replace "
                "it.",
                "details": {"id": first["id"]},
            }
            before = (await there.client.get(path_of(first["imageUrl"]))).content
            forced = (await there.generate(people.alice, template="minimal", force=True)).json()
            assert (forced["id"], forced["cached"]) == (first["id"], False)
            # A page that shows the address goes on to show a picture: the new one.
            assert forced["imageUrl"].partition("?")[0] == first["imageUrl"].partition("?")[0]
            assert forced["imageUrl"] != first["imageUrl"]
            assert (await there.client.get(path_of(forced["imageUrl"]))).content != before
            kept = await there.generate(people.alice, template="minimal")
            assert kept.json()["cached"] is True

    async def test_forcing_the_same_settings_draws_the_page_as_it_is_now(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path, cache_mb=0) as there:
            first = (await there.generate(people.alice)).json()
            forced = (await there.generate(people.alice, force=True)).json()
            assert (forced["id"], forced["cached"]) == (first["id"], False)

    async def test_of_covers_there_may_be_many(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            wide = (await there.generate(people.alice, kind="blog_hero")).json()
            assert (wide["width"], wide["height"]) == (1600, 900)
            high = (await there.generate(people.alice, kind="blog_hero", style={"aspectRatio": "16:10"})).json()
            assert (high["width"], high["height"]) == (1920, 1200)
            assert wide["id"] != high["id"]
            picture = await there.client.get(path_of(high["imageUrl"]))
            assert opened(picture.content).size == (1920, 1200)
            again = (await there.generate(people.alice, kind="blog_hero")).json()
            assert (again["id"], again["cached"]) == (wide["id"], True)

    async def test_one_asked_for_many_times_at_once_is_one(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            answers = await asyncio.gather(*(there.generate(people.alice) for _ in range(6)))
            assert [answer.status_code for answer in answers] == [200] * 6
            assert len({answer.json()["id"] for answer in answers}) == 1
            assert len({answer.json()["imageUrl"] for answer in answers}) == 1

    async def test_one_whose_bytes_are_gone_is_drawn_again(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            first = (await there.generate(people.alice)).json()
            damage(tmp_path)
            assert (await there.client.get(path_of(first["imageUrl"]))).status_code == 404
            again = (await there.generate(people.alice)).json()
            assert (again["id"], again["cached"]) == (first["id"], False)
            assert (await there.client.get(path_of(again["imageUrl"]))).status_code == 200

    @pytest.mark.parametrize("ai", [True, {}, {"model": "pro", "prompt": "A calm sea", "override": True}])
    async def test_without_a_provider_it_is_drawn_without_a_model(
        self, people: People, tmp_path: Path, ai: bool | dict[str, Any]
    ) -> None:
        async with house(people, tmp_path) as there:
            answer = await there.generate(people.alice, ai=ai)
            prompt = ai.get("prompt") if isinstance(ai, dict) else None
            assert answer.json()["ai"] == {"enabled": False, "model": None, "prompt": prompt, "fellBack": True}
            assert (await there.generate(people.alice)).json()["cached"] is True

    @pytest.mark.parametrize("case", CASES["generate"], ids=lambda case: case["what"])
    async def test_a_body_is_taken_or_refused_as_told(
        self, people: People, tmp_path: Path, case: dict[str, Any]
    ) -> None:
        body = case["body"].replace("PROJECT", people.alice.project).replace("BOBS", people.bob.project)
        async with house(people, tmp_path) as there:
            for path in ("/api/images/generate", "/images/generate", "/api/images"):
                answer = await there.ask(people.alice, "POST", path, content=body)
                assert answer.status_code == case["status"], answer.text
                if case["status"] >= 400:
                    told = answer.json()
                    assert told["code"] == case["code"]
                    assert told["message"] == case.get("message", told["message"])
                    assert len(told["message"]) > 10
                    if "path" in case:
                        assert [each["path"] for each in told["details"]] == case["path"].split()
            if case["status"] >= 400:
                assert stored_files(tmp_path) == []


class TestIcons:
    async def test_a_set_has_every_size_that_browsers_ask_for(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            told = (await there.generate(people.alice, kind="icon_set")).json()
            assert (told["kind"], told["width"], told["height"]) == ("icon_set", 512, 512)
            assert {each["name"]: each["width"] for each in told["assets"]} == ICONS
            assert told["imageUrl"] == told["assets"][0]["url"]
            files = {each["name"]: await there.client.get(path_of(each["url"])) for each in told["assets"]}
            for each in told["assets"]:
                assert each["sizeBytes"] == len(files[each["name"]].content)
            for name, side in ICONS.items():
                if name.endswith(".png"):
                    picture = opened(files[name].content)
                    assert picture.size == (side, side)
                    # Its own icon fills the tile; corners are round, but for Apple, who rounds them himself.
                    assert picture.convert("RGBA").getpixel((side // 2, side // 2)) == (15, 118, 110, 255)
                    corner = picture.convert("RGBA").getchannel("A").getpixel((0, 0))
                    assert corner == (255 if name == "apple-touch-icon.png" else 0)
            assert opened(files["favicon.ico"].content).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
            assert files["favicon.ico"].headers["content-type"] == "image/x-icon"
            manifest = files["site.webmanifest"]
            assert manifest.headers["content-type"] == "application/manifest+json"
            assert manifest.json() == {
                "name": "Fieldnotes & Co",
                "short_name": "Fieldnotes & Co",
                "icons": [
                    {"src": "icon-192.png", "sizes": "192x192", "type": "image/png"},
                    {"src": "icon-512.png", "sizes": "512x512", "type": "image/png"},
                ],
                "theme_color": "#c2410c",
                "background_color": "#ffffff",
                "display": "standalone",
            }

    async def test_they_are_downloaded_as_one_file(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            told = (await there.generate(people.alice, kind="icon_set")).json()
            answer = await there.ask(people.alice, "GET", f"/api/images/{told['id']}/download")
            assert answer.headers["content-type"] == "application/zip"
            assert answer.headers["content-disposition"] == 'attachment; filename="favicons.zip"'
            with ZipFile(BytesIO(answer.content)) as archive:
                assert archive.testzip() is None
                assert set(archive.namelist()) == set(ICONS)
                assert opened(archive.read("icon-192.png")).size == (192, 192)

    @pytest.mark.parametrize("icon", [None, b"no picture", square("#123456", 16)], ids=["none", "no picture", "tiny"])
    async def test_a_site_without_a_good_mark_gets_its_initial(
        self, people: People, tmp_path: Path, icon: bytes | None
    ) -> None:
        async with house(people, tmp_path) as there:
            there.site.holds.pop("https://example.com/icon.png")
            if icon:
                there.site.holds["https://example.com/icon.png"] = icon
            told = (await there.generate(people.alice, kind="icon_set")).json()
            picture = opened((await there.client.get(path_of(told["imageUrl"]))).content).convert("RGBA").convert("RGB")
            colors = {color for _, color in picture.getcolors(512 * 512) or []}
            assert (255, 255, 255) in colors
            # The tile is of the page's theme colour, #c2410c, lighter above and darker below.
            red, green, blue = picture.getpixel((60, 256))  # type: ignore[misc]
            assert (abs(red - 0xC2), abs(green - 0x41), abs(blue - 0x0C)) < (30, 30, 30)

    async def test_a_logo_that_is_given_is_the_mark(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            there.site.holds["https://example.com/logo.png"] = square("#7c3aed")
            style = {"logo": {"url": "https://example.com/logo.png"}}
            told = (await there.generate(people.alice, kind="icon_set", style=style)).json()
            picture = opened((await there.client.get(path_of(told["imageUrl"]))).content).convert("RGBA").convert("RGB")
            assert picture.getpixel((256, 256)) == (0x7C, 0x3A, 0xED)


class TestTheLibrary:
    async def test_pictures_are_listed_told_described_and_deleted(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            told = (await there.generate(people.alice)).json()
            for base in ("/api/images", "/images"):
                listed = (await there.ask(people.alice, "GET", base)).json()
                assert listed["pagination"] == {"page": 1, "limit": 20, "total": 1, "totalPages": 1}
                (item,) = listed["items"]
                assert (await there.ask(people.alice, "GET", f"{base}/{told['id']}")).json() == item
            assert item["id"] == told["id"]
            assert item["imageUrl"] == told["imageUrl"]
            assert item["template"] == {"slug": "editorial", "name": "Editorial"}
            assert (item["category"], item["kind"], item["format"]) == ("MINIMAL", "og", "PNG")
            assert (item["sourceUrl"], item["title"]) == (POST, "The first post")
            assert (item["projectId"], item["projectName"]) == (people.alice.project, "alice's site")
            path = f"/api/images/{told['id']}"
            changed = await there.ask(people.alice, "PATCH", path, json={"title": "  My\n own  "})
            assert changed.json() == {**item, "title": "My own", "updatedAt": changed.json()["updatedAt"]}
            saved = await there.ask(people.alice, "GET", f"{path}/download")
            assert saved.headers["content-disposition"] == 'attachment; filename="image.png"'
            assert opened(saved.content).size == (1200, 630)
            gone = await there.ask(people.alice, "DELETE", path)
            assert (gone.status_code, gone.json()) == (200, {"success": True})
            for method in ("GET", "DELETE", "PATCH"):
                answer = await there.ask(people.alice, method, path, content=b"{}")
                assert (answer.status_code, answer.json()) == (
                    404,
                    {"code": "NOT_FOUND", "message": "Image not found"},
                )
            assert (await there.client.get(path_of(told["imageUrl"]))).status_code == 404
            assert stored_files(tmp_path) == []

    async def test_many_are_deleted_at_once(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            kinds = ("og", "blog_hero", "icon_set")
            ids = [(await there.generate(people.alice, kind=kind)).json()["id"] for kind in kinds]
            body = {"ids": [*ids[:2], ids[0], str(uuid4())]}
            answer = await there.ask(people.alice, "DELETE", "/api/images", json=body)
            assert answer.json() == {"success": True, "deleted": 2}
            left = (await there.ask(people.alice, "GET", "/api/images")).json()["items"]
            assert [each["id"] for each in left] == ids[2:]

    async def test_they_are_found_by_what_is_known_of_them(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            card = (await there.generate(people.alice)).json()["id"]
            icons = (await there.generate(people.alice, kind="icon_set")).json()["id"]
            await there.ask(people.alice, "PATCH", f"/api/images/{card}", json={"title": "Spring sale"})
            wanted = {
                "kind=og": [card],
                "kind=icon_set": [icons],
                "search=spring": [card],
                "search=example.com": [icons, card],
                "search=autumn": [],
                "category=MINIMAL": [card],
                "category=TECH": [],
                "category=unknown": [],
                "from=2020-01-01T00:00:00Z": [icons, card],
                "to=2020-01-01": [],
                f"projectId={people.alice.project}": [icons, card],
                f"projectId={people.bob.project}": [],
                "limit=1": [icons],
                "limit=1&page=2": [card],
                "page=9": [],
            }
            for query, ids in wanted.items():
                answer = await there.ask(people.alice, "GET", f"/api/images?{query}")
                assert [each["id"] for each in answer.json()["items"]] == ids, query

    @pytest.mark.parametrize("case", CASES["list"], ids=lambda case: case["query"])
    async def test_a_query_is_taken_or_refused_as_told(
        self, people: People, tmp_path: Path, case: dict[str, Any]
    ) -> None:
        async with house(people, tmp_path) as there:
            answer = await there.ask(people.alice, "GET", f"/api/images?{case['query']}")
            assert answer.status_code == case["status"], answer.text
            if "path" in case:
                assert answer.json()["code"] == "VALIDATION_ERROR"
                assert [each["path"] for each in answer.json()["details"]] == [case["path"]]

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    async def test_bodies_are_taken_or_refused_as_told(self, people: People, tmp_path: Path, method: str) -> None:
        async with house(people, tmp_path) as there:
            path = "/api/images"
            if method == "PATCH":
                path += "/" + (await there.generate(people.alice)).json()["id"]
            for case in CASES[method.lower()]:
                body = re.sub(r"(\d+) x", lambda found: "x" * int(found[1]), case["body"])
                if found := re.fullmatch(r"(\d+) ids", body):
                    body = json.dumps({"ids": [str(uuid4()) for _ in range(int(found[1]))]})
                answer = await there.ask(people.alice, method, path, content=body)
                assert answer.status_code == case["status"], (body[:80], answer.text)
                if "path" in case:
                    assert [each["path"] for each in answer.json()["details"]] == [case["path"]]

    async def test_an_id_that_is_none_is_refused(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            answer = await there.ask(people.alice, "GET", "/api/images/7")
            assert (answer.status_code, answer.json()["details"]) == (
                400,
                [{"path": "/id", "message": "must be a UUID"}],
            )

    async def test_words_that_no_database_takes_are_left_out(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            path = "/api/images/" + (await there.generate(people.alice)).json()["id"]
            answer = await there.ask(people.alice, "PATCH", path, content=b'{"title": "a\\u0000b\\ud83dc"}')
            assert answer.json()["title"] == "abc"


class TestWhoMay:
    async def everything(self, there: House, image: str) -> list[tuple[str, str, dict[str, Any]]]:
        body = {"url": POST, "projectId": there.people.alice.project}
        return [
            ("POST", "/api/images/generate", {"json": body}),
            ("GET", "/api/images", {}),
            ("GET", "/api/templates", {}),
            ("GET", f"/api/images/{image}", {}),
            ("GET", f"/api/images/{image}/download", {}),
            ("PATCH", f"/api/images/{image}", {"json": {"title": "Mine"}}),
            ("DELETE", f"/api/images/{image}", {}),
            ("DELETE", "/api/images", {"json": {"ids": [image]}}),
        ]

    async def test_charlie_may_nothing(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            image = (await there.generate(people.alice)).json()["id"]
            for method, path, more in await self.everything(there, image):
                answer = await there.ask(people.charlie, method, path, **more)
                assert (answer.status_code, answer.json()) == (
                    401,
                    {"code": "UNAUTHORIZED", "message": "Missing or invalid authorization header"},
                )
                for scheme in ("Basic abc", "Bearer", people.alice.key):
                    wrong = await there.client.request(method, path, headers={"Authorization": scheme}, **more)
                    assert wrong.status_code == 401
                # Nor is charlie told what is wrong with the rest.
                rest = {name: value for name, value in more.items() if name != "json"}
                astray = await there.ask(people.charlie, method, path.replace(image, "none"), content=b"{", **rest)
                assert astray.status_code == 401
                guess = {"Authorization": "Bearer og_live_" + "0" * 64}
                unknown = await there.client.request(method, path, headers=guess, **more)
                assert (unknown.status_code, unknown.json()["message"]) == (401, "Invalid or revoked API key")
            assert (await there.ask(people.alice, "GET", f"/api/images/{image}")).json()["title"] == "The first post"

    async def test_bob_may_nothing_with_what_is_alices(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            told = (await there.generate(people.alice)).json()
            statuses = {}
            for method, path, more in await self.everything(there, told["id"]):
                answer = await there.ask(people.bob, method, path, **more)
                statuses[f"{method} {path.replace(told['id'], 'id')}"] = answer.status_code
                if answer.status_code == 200:
                    assert told["id"] not in answer.text
            assert statuses == {
                "POST /api/images/generate": 404,
                "GET /api/images": 200,
                "GET /api/templates": 200,
                "GET /api/images/id": 404,
                "GET /api/images/id/download": 404,
                "PATCH /api/images/id": 404,
                "DELETE /api/images/id": 404,
                "DELETE /api/images": 200,
            }
            assert (await there.client.get(path_of(told["imageUrl"]))).status_code == 200

    async def test_a_key_that_is_bound_to_a_project_is_for_that_one(self, people: People, tmp_path: Path) -> None:
        async with house(people, tmp_path) as there:
            told = (await there.generate(people.alice)).json()
            answer = await there.generate(people.bound, projectId=people.alice.project)
            assert (answer.status_code, answer.json()) == (
                403,
                {"code": "FORBIDDEN", "message": "API key is scoped to a different project."},
            )
            body = {"url": POST}
            own = await there.ask(people.bound, "POST", "/api/images/generate", json=body)
            assert own.status_code == 200
            listed = (await there.ask(people.bound, "GET", "/api/images")).json()["items"]
            assert [each["id"] for each in listed] == [own.json()["id"]]
            assert (await there.ask(people.bound, "GET", f"/api/images/{told['id']}")).status_code == 404
            everything = (await there.ask(people.alice, "GET", "/api/images")).json()["pagination"]["total"]
            assert everything == 2

    @pytest.mark.parametrize(
        "path",
        ["x/image.png", "0" * 32 + "/image.png", "0" * 32 + "/secret.png", "%2e%2e/image.png", "0" * 32 + "/..%2fx"],
    )
    async def test_an_address_is_guessed_by_nobody(self, people: People, tmp_path: Path, path: str) -> None:
        async with house(people, tmp_path) as there:
            answer = await there.client.get(f"/uploads/images/{path}")
            assert answer.status_code == 404
            assert "max-age" not in answer.headers.get("cache-control", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)
ANSWERS = (images.generate, images.describe, images.discard_many, images.browse)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: each.__name__)
@given(body=JSON.map(lambda given: json.dumps(given).encode()) | st.binary(), words=st.text())
def test_any_request_is_an_errand_or_an_error_of_ours(
    answer: Callable[[Query], Errand], body: bytes, words: str
) -> None:
    parameters = tuple((name, words) for name in FIELDS)
    path_values = {"id": "00000000-0000-4000-8000-000000000000"}
    query = Query("POST", "/api/images", parameters, body=body, path_values=path_values)
    refusal = None
    try:
        assert isinstance(answer(query), Errand)
    except FrontisError as error:
        refusal = explain(error, query)
    assert refusal is None or refusal.status in (400, 404)


@given(st.dictionaries(st.sampled_from(["unknown", "Accent", "t"]), st.text()))
def test_what_is_not_known_changes_no_picture(unknown: dict[str, str]) -> None:
    def wish(more: dict[str, str]) -> tuple[str, str]:
        body = {**more, "url": POST, "style": {"accent": "#10B981", **more}, **more}
        asked = images.generate(Query("POST", "/api/images/generate", body=json.dumps(body).encode()))
        assert isinstance(asked.wish, GenerateWish)
        card = asked.wish.cards[0].compose(Page.of_address(POST))
        return asked.wish.choices, card.fingerprint

    assert wish(unknown) == wish({})


async def test_the_templates_are_told(people: People, tmp_path: Path) -> None:
    async with house(people, tmp_path) as there:
        told = (await there.ask(people.alice, "GET", "/api/templates")).json()
        assert [each["slug"] for each in told] == [
            "aurora", "billboard", "blog_card", "changelog", "docs_page", "editorial", "github_repo", "minimal",
            "panorama", "product_launch", "showcase",
        ]  # fmt: skip
        assert all(set(each) == {"slug", "name", "description", "category"} for each in told)
        assert {each["category"] for each in told} == {
            "MINIMAL", "MARKETING", "SOCIAL", "TECH", "DOCUMENTATION", "CREATIVE",
        }  # fmt: skip


async def test_a_library_that_is_full_takes_no_more(people: People, tmp_path: Path) -> None:
    async with house(people, tmp_path) as there:
        there.app.state.errands._librarian._library._most_images = 1
        assert (await there.generate(people.alice)).status_code == 200
        answer = await there.generate(people.alice, kind="blog_hero")
        assert (answer.status_code, answer.json()) == (
            403,
            {
                "code": "PLAN_LIMIT_EXCEEDED",
                "message": "The library is full: it holds 1 pictures. Delete some that are not used.",
            },
        )
        assert (await there.generate(people.alice, template="minimal", force=True)).status_code == 200


def drawn_in_turn(people: People, folder: Path, *bodies: dict[str, Any], **settings: object) -> list[httpx.Response]:
    async def story() -> list[httpx.Response]:
        async with house(people, folder, **settings) as there:
            return [await there.generate(people.alice, **body) for body in bodies]

    return asyncio.run(story())


def test_the_mark_of_a_plan_is_part_of_a_card_and_not_of_an_icon(people: People, tmp_path: Path) -> None:
    assert people.alice.account is not None
    kinds: tuple[dict[str, Any], ...] = ({}, {"kind": "icon_set"})
    register.set_plan(people.alice.account, "free")
    card, icon = drawn_in_turn(people, tmp_path, *kinds, watermark="frontis")
    register.set_plan(people.alice.account, "pro")
    spared, same = drawn_in_turn(people, tmp_path, *kinds, watermark="frontis")
    assert [answer.status_code for answer in (card, icon, spared, same)] == [200, 200, 409, 200]
    assert same.json()["cached"] is True
    (anew,) = drawn_in_turn(people, tmp_path, {"force": True}, watermark="frontis")
    assert anew.json()["id"] == card.json()["id"]


def test_a_plan_changes_nothing_where_no_card_has_a_mark(people: People, tmp_path: Path) -> None:
    assert people.alice.account is not None
    register.set_plan(people.alice.account, "free")
    drawn_in_turn(people, tmp_path, {})
    register.set_plan(people.alice.account, "pro")
    (again,) = drawn_in_turn(people, tmp_path, {})
    assert again.json()["cached"] is True


def test_a_plan_has_so_many_requests_a_minute(people: People, tmp_path: Path) -> None:
    assert people.alice.account is not None
    register.set_plan(people.alice.account, "free")
    answers = drawn_in_turn(people, tmp_path, *({} for _ in range(41)))
    refused = [answer for answer in answers if answer.status_code == 429]
    # The minute may end in between.
    assert refused
    assert refused[0].json() == {"code": "RATE_LIMITED", "message": "Too many requests, please try again later"}
    assert int(refused[0].headers["retry-after"]) > 0


async def test_pictures_may_lie_in_a_bucket(people: People, tmp_path: Path, bucket: str) -> None:
    async with house(people, tmp_path, storage_url=f"{bucket}/pictures") as there:
        told = (await there.generate(people.alice, kind="icon_set")).json()
        for asset in told["assets"]:
            assert (await there.client.get(path_of(asset["url"]))).status_code == 200
        assert (await there.ask(people.alice, "DELETE", f"/api/images/{told['id']}")).status_code == 200
        assert (await there.client.get(path_of(told["imageUrl"]))).status_code == 404
        assert stored_files(tmp_path) == []


async def test_a_page_that_tells_what_no_database_takes_is_kept_all_the_same(people: People, tmp_path: Path) -> None:
    async with house(people, tmp_path) as there:
        there.site.holds[POST] = (
            '<script type="application/ld+json">{"@type": "Article", "headline": "a\\u0000b\\ud83dc", '
            '"description": "\\udc00"}</script>'
        )
        answer = await there.generate(people.alice)
        assert answer.status_code == 200
        assert "\0" not in answer.json()["source"]["title"]


async def test_a_disk_that_is_full_is_told_and_nothing_is_kept(people: People, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file")
    async with house(people, tmp_path) as there:
        answer = await there.generate(people.alice)
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert answer.headers["retry-after"] == "5"
        assert (await there.ask(people.alice, "GET", "/api/images")).json()["items"] == []
        (tmp_path / "pictures").unlink()
        assert (await there.generate(people.alice)).status_code == 200


@pytest.mark.parametrize("leaving", ["account", "project"])
def test_the_bytes_go_with_the_account_and_the_project(people: People, tmp_path: Path, leaving: str) -> None:
    async def keep() -> None:
        async with house(people, tmp_path) as there:
            assert (await there.generate(people.alice, kind="icon_set")).status_code == 200
            assert (await there.generate(people.bob)).status_code == 200

    async def sweep() -> None:
        async with house(people, tmp_path) as there:
            sweeper = there.app.state.sweeper
            # With an account its finished pictures go as well.
            assert await sweeper.sweep() == (2 if leaving == "account" else 1)
            assert await sweeper.sweep() == 0

    asyncio.run(keep())
    assert len(stored_files(tmp_path)) == 9
    if leaving == "account":
        Account.objects.get(email="alice@example.com").delete()
    else:
        assert people.alice.row is not None
        people.alice.row.delete()
    assert Image.objects.count() == 1
    # Nothing is swept while somebody might still be writing it.
    Leftover.objects.update(due_at="2026-01-01T00:00:00Z")
    asyncio.run(sweep())
    assert stored_files(tmp_path) == ["image.png"]
