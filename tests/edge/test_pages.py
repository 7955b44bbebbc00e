"""The pages for people."""

import html
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from stand import stand
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from frontis.dialects.native import PROBLEMS
from frontis.templates import catalogue

PAGES = ("/", "/docs")
EVIL = '"><script>alert(1)</script>'


class Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for each, attributes in self.elements if each == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


async def read(path: str, *, public_url: str = "") -> Reader:
    async with stand(public_url=public_url) as here:
        answer = await here.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Reader(answer.text)


@pytest.mark.parametrize("path", PAGES)
class TestAPage:
    async def test_a_browser_may_load_nothing_but_our_own_pictures_and_styles(self, path: str) -> None:
        async with stand() as here:
            answer = await here.client.get(path)
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy == {
            "default-src": "'none'",
            "img-src": "'self'",
            "style-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_it_has_no_script_no_inline_style_and_nothing_from_elsewhere(self, path: str) -> None:
        page = await read(path)
        assert not page.all("script")
        assert not page.all("style")
        assert not [one for _, one in page.elements if any(name == "style" or name.startswith("on") for name in one)]
        loaded = [one["src"] for one in page.all("img")] + [one["href"] for one in page.all("link")]
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded)

    async def test_every_picture_has_its_size_and_words(self, path: str) -> None:
        for picture in (await read(path)).all("img"):
            assert int(picture["width"]) > 0
            assert int(picture["height"]) > 0
            assert "alt" in picture

    async def test_all_but_the_first_card_load_when_they_come_into_sight(self, path: str) -> None:
        cards = [one for one in (await read(path)).all("img") if one["src"].startswith(("/card/", "/g"))]
        eager = [one for one in cards if one.get("loading") != "lazy"]
        assert len(eager) <= 1
        assert len(cards) >= len(catalogue().ids())

    async def test_every_card_and_file_that_it_shows_is_there(self, path: str) -> None:
        page = await read(path)
        async with stand() as here:
            shown = {one["src"] for one in page.all("img")} | {one["href"] for one in page.all("link")}
            for address in shown:
                answer = await here.client.get(address)
                assert answer.status_code == 200, (address, answer.text)

    async def test_every_link_within_it_leads_somewhere(self, path: str) -> None:
        page = await read(path)
        pages = {each: set((await read(each)).ids) for each in PAGES}
        for link in page.all("a"):
            parts = urlsplit(link["href"])
            if parts.fragment:
                assert parts.fragment in pages[parts.path or path], link["href"]
        assert len(page.ids) == len(set(page.ids))

    async def test_what_the_asker_says_is_not_part_of_it(self, path: str) -> None:
        async with stand() as here:
            plain = await here.client.get(path)
            for headers in ({"host": EVIL}, {"x-forwarded-host": EVIL}, {"host": "a.example/x"}):
                answer = await here.client.get(f"{path}?q={EVIL}&title={EVIL}", headers=headers)
                assert "<script" not in answer.text
                assert "alert(1)" not in answer.text
        assert "http://og.example.com/card/" in plain.text

    async def test_it_gives_addresses_at_the_public_url(self, path: str) -> None:
        page = await read(path, public_url="https://cards.example.org")
        assert "https://cards.example.org/card/article.png?" in page.text
        assert "og.example.com" not in page.text

    async def test_it_is_read_with_headings_in_order_and_in_a_language(self, path: str) -> None:
        page = await read(path)
        assert page.all("html") == [{"lang": "en"}]
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))

    async def test_it_can_be_held_and_asked_for_again(self, path: str) -> None:
        async with stand() as here:
            tag = (await here.client.get(path)).headers["etag"]
            assert (await here.client.get(path, headers={"if-none-match": tag})).status_code == 304
            assert (await here.client.head(path)).content == b""


async def test_the_gallery_has_every_template_with_the_address_that_makes_its_card() -> None:
    page = await read("/")
    for identity in catalogue().ids():
        assert identity in page.ids
        assert f"http://og.example.com/card/{identity}.png" in page.text


async def test_the_shown_address_is_that_of_the_picture() -> None:
    page = await read("/")
    for card in page.all("img"):
        if card["src"].startswith("/card/"):
            assert f"http://og.example.com{card['src']}" in page.text


async def test_the_reference_has_every_variable_of_every_template_and_every_problem() -> None:
    page = await read("/docs")
    for identity in catalogue().ids():
        template = catalogue().look(identity).template
        assert f"native-{identity}" in page.ids
        for variable in template.variables.values():
            assert variable.name in page.text
            assert variable.help in page.text
    for _, problem in PROBLEMS:
        assert problem.anchor in page.ids


class TestAFile:
    async def test_it_is_kept_for_ever_under_the_address_of_its_version(self) -> None:
        async with stand() as here:
            styles = next(
                one["href"]
                for one in Reader((await here.client.get("/")).text).all("link")
                if "stylesheet" in one["rel"]
            )
            versioned, plain = await here.client.get(styles), await here.client.get("/assets/pages.css")
        assert "immutable" in versioned.headers["cache-control"]
        assert plain.headers["cache-control"] == "public, max-age=300"
        assert versioned.headers["content-type"] == "text/css; charset=utf-8"

    @pytest.mark.parametrize("name", ["home.html", "..%2Fapp.py", "%2e%2e%2fapp.py", "pages.css%00", "", "x"])
    async def test_no_other_file_can_be_had(self, name: str) -> None:
        async with stand() as here:
            assert (await here.client.get(f"/assets/{name}")).status_code == 404


async def test_where_addresses_must_be_signed_the_pictures_of_our_own_pages_are() -> None:
    async with stand(require_signature=True) as here:
        for path in ("/", "/docs"):
            page = (await here.client.get(path)).text
            sources = [html.unescape(each) for each in re.findall(r'<img src="(/card/[^"]+|/g[^"]+)"', page)]
            assert sources
            for source in sources[:5]:
                assert (await here.client.get(source)).status_code == 200


async def test_the_way_to_the_account_is_shown_where_there_are_accounts() -> None:
    async def nobody(*_: object) -> None:
        raise AssertionError

    async with stand() as here:
        assert 'href="/settings"' not in (await here.client.get("/")).text
    async with stand(options={"pages": {"/settings": nobody}}) as here:
        assert 'href="/settings"' in (await here.client.get("/docs")).text


@pytest.mark.parametrize("path", ["/settings", "/settings/", "/settings/keys"])
async def test_the_studio_answers_at_its_prefixes_and_below(path: str) -> None:
    async def studio(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["path"])(scope, receive, send)

    async with stand(options={"pages": {"/settings": studio}}) as here:
        assert (await here.client.post(path)).text == path
        assert (await here.client.get("/settingsx")).status_code == 404
