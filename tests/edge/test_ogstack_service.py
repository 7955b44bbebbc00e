"""OGStack's public address, asked of the whole edge with a studio, a web and a pen that do as the tests say."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import httpx
import pytest
from fake_studio import SECRET, FakeStudio
from reading import HTML, PAGE_URL, Hands, Web, icon
from stand import Pen, stand

from frontis.edge import drawings
from frontis.errors import UpstreamBroken
from frontis.model.account import Allowance, Plan, Project
from frontis.signing import sign

LIMIT = 20
PLAN = Plan("free", allowances={"ogstack": Allowance(requests_per_minute=LIMIT)})
PROJECT = Project(5, "0123456789ab", 1, PLAN, domains=("example.com",))
TWITTER = {"User-Agent": "Twitterbot/1.0"}
PATH = "/og/0123456789ab"


@dataclass
class Studio(FakeStudio):
    sites: dict[str, Project] = field(default_factory=lambda: {PROJECT.public_id: PROJECT})
    noted: list[tuple[int, int, str, bool]] = field(default_factory=list)

    async def project(self, public_id: str) -> Project | None:
        return self.sites.get(public_id)

    def note(self, holder, dialect: str, *, is_hit: bool) -> None:  # type: ignore[no-untyped-def]
        self.noted.append((holder.account, holder.key, dialect, is_hit))


@dataclass
class Scene:
    client: httpx.AsyncClient
    pen: Pen
    web: Web
    studio: Studio
    hands: Hands

    async def ask(self, path: str = PATH, *, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        return await self.asks({"url": PAGE_URL, **query}, path, headers)

    async def asks(
        self, query: dict[str, str], path: str = PATH, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.get(f"{path}?{urlencode(query)}", headers=headers)


@asynccontextmanager
async def scene(studio: Studio | None = None, web: Web | None = None, **settings: object) -> AsyncIterator[Scene]:
    studio, web, hands = studio or Studio(), web or Web({PAGE_URL: HTML}), Hands()
    web.holds.setdefault("https://example.com/icon.png", icon())
    options = {"open_ports": studio.open, "open_source": lambda *_: web, "clock": hands}
    async with stand(None, options=options, **{"secret_key": SECRET, **settings}) as here:
        here.stop_the_minute()
        yield Scene(here.client, here.pen, web, studio, hands)


def of_plan(plan: Plan, **changes: object) -> Studio:
    return Studio(sites={PROJECT.public_id: replace(PROJECT, plan=plan, **changes)})  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [PATH, f"/api{PATH}"])
async def test_a_page_becomes_a_picture(path: str) -> None:
    async with scene() as here:
        answer = await here.ask(path)
        again = await here.ask(path, headers={"If-None-Match": answer.headers["etag"]})
        head = await here.client.head(f"{path}?url={PAGE_URL}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "public, max-age=86400, s-maxage=604800"
    assert again.status_code == 304
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])
    (card,) = here.pen.cards
    assert (card.template, card.size) == ("ogstack-editorial", (1200, 630))
    assert (card.values["title"], card.values["description"]) == ("First post", "What it is about.")
    assert here.web.count(PAGE_URL) == 1


async def test_every_option_takes_effect_on_every_request() -> None:
    async with scene() as here:
        panorama = {"template": "panorama"}
        for options in (
            {},
            {"template": "aurora"},
            panorama,
            {**panorama, "dark": "false"},
            {**panorama, "accent": "#10b981"},
            {**panorama, "font": "noto-sans"},
        ):
            assert (await here.asks({"url": PAGE_URL, **options})).status_code == 200
        assert (await here.ask(template="aurora")).headers["server-timing"].startswith('cache;desc="hit", page;dur=')
    assert len({card.fingerprint for card in here.pen.cards}) == len(here.pen.cards) == 6
    assert here.web.count(PAGE_URL) == 1


async def test_an_accent_left_out_is_the_colour_of_the_icon() -> None:
    async with scene() as here:
        await here.ask(template="panorama")
        await here.ask(template="aurora", accent="#123456")
    assert [card.values["accent"] for card in here.pen.cards] == ["#dc2626", "#123456"]
    assert here.web.count("https://example.com/icon.png") == 1


async def test_a_page_that_cannot_be_read_has_a_card_of_its_address_for_a_minute() -> None:
    async with scene(web=Web({PAGE_URL: UpstreamBroken(PAGE_URL, 503)})) as here:
        answer = await here.ask()
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=60"
        here.web.holds[PAGE_URL] = HTML
        here.hands.now += 31
        later = await here.ask()
    assert [card.values["title"] for card in here.pen.cards] == ["First Post", "First post"]
    assert later.headers["cache-control"] == "public, max-age=86400, s-maxage=604800"


async def test_a_project_that_is_not_there_or_not_active_is_not_found() -> None:
    studio = Studio()
    studio.sites["ba9876543210"] = replace(PROJECT, is_active=False)
    async with scene(studio) as here:
        answers = [await here.ask(f"/og/{each}") for each in ("ffffffffffff", "ba9876543210", "x y")]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (404, {"code": "NOT_FOUND", "message": "Project not found"})
        assert answer.headers["cache-control"] == "no-store"
    assert here.web.asked == []


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://example.com/post", 200),
        ("https://EXAMPLE.com./post", 200),
        ("http://blog.example.com:8080/", 200),
        ("https://example.com.evil.example/", 403),
        ("https://notexample.com/", 403),
        ("https://evil.example/?example.com", 403),
        ("https://evil.example#.example.com", 403),
        ("https://evil.example\\@example.com/", 400),
        ("https://example.com@evil.example/", 400),
        ("https://user:secret@example.com/", 400),
        ("https://example.com:25/", 400),
    ],
)
async def test_only_pages_of_its_domains_are_a_projects(url: str, status: int) -> None:
    async with scene() as here:
        answer = await here.ask(url=url)
    assert answer.status_code == status
    if status == 403:
        host = answer.json()["message"].split(" ")[1]
        assert answer.json() == {"code": "FORBIDDEN", "message": f"Domain {host} is not allowed for this project."}
        assert here.web.asked == []
    elif status == 400:
        assert answer.json()["code"] == "VALIDATION_ERROR"


async def test_a_project_without_domains_takes_any_page() -> None:
    async with scene(of_plan(PLAN, domains=())) as here:
        assert (await here.ask(url="https://anywhere.example/a-page")).status_code == 200


async def test_requests_are_limited_by_the_plan_and_told() -> None:
    async with scene() as here:
        answers = [await here.ask() for _ in range(LIMIT + 1)]
        rates = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
        assert rates == [*range(LIMIT - 1, -1, -1), 0]
        refused = answers[-1]
        assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {str(LIMIT)}
        assert refused.status_code == 429
        assert refused.json() == {"code": "RATE_LIMITED", "message": "Too many requests, please try again later"}
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert int(refused.headers["x-ratelimit-reset"]) % 60 == 0
        crawler = await here.ask(headers=TWITTER)
    assert crawler.status_code == 200
    assert not [name for name in crawler.headers if name.startswith("x-ratelimit")]


async def test_projects_have_a_minute_each() -> None:
    other = replace(PROJECT, number=6, public_id="ba9876543210")
    studio = Studio(sites={PROJECT.public_id: PROJECT, other.public_id: other})
    async with scene(studio) as here:
        await here.ask()
        assert (await here.ask("/og/ba9876543210")).headers["x-ratelimit-remaining"] == str(LIMIT - 1)


async def test_one_who_says_that_he_is_a_crawler_has_so_much_drawn_and_no_more() -> None:
    async with scene(crawler_fallback=False) as here:
        answers = [
            await here.ask(url=f"https://example.com/page-{number}-here", headers=TWITTER)
            for number in range(LIMIT + 10)
        ]
        statuses = [answer.status_code for answer in answers]
        assert statuses == [200] * LIMIT + [429] * 10
        assert answers[-1].headers["retry-after"]
        # What is there goes out all the same, to crawlers and to people.
        assert (await here.ask(url="https://example.com/page-0-here", headers=TWITTER)).status_code == 200
        assert (await here.ask(url="https://example.com/page-0-here")).status_code == 200
        assert (await here.ask(url="https://example.com/new")).status_code == 200
    assert len(here.pen.cards) == LIMIT + 1


async def test_what_was_drawn_goes_out_although_its_page_would_have_to_be_read_anew() -> None:
    async with scene(crawler_fallback=False) as here:
        assert (await here.ask()).status_code == 200
        for number in range(LIMIT):
            await here.ask(url=f"https://example.com/page-{number}-here", headers=TWITTER)
        here.hands.now += 3600
        drawn = len(here.pen.cards)
        answer = await here.ask(headers=TWITTER)
        assert len(here.pen.cards) == drawn
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_a_project_has_so_many_drawings_at_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "AT_ONCE", 2)
    monkeypatch.setattr(drawings, "MOST_WAITING", 1)
    async with scene() as here:
        await here.ask(url="https://example.com/known")
        here.web.open.clear()
        work = [asyncio.create_task(here.ask(url=f"https://example.com/page-{number}-here")) for number in range(5)]
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0.05)
        refused = [each.result() for each in work if each.done()]
        assert [answer.status_code for answer in refused] == [503, 503]
        assert refused[0].json()["code"] == "SERVICE_UNAVAILABLE"
        assert refused[0].headers["retry-after"]
        assert len({url for url, _ in here.web.asked} - {"https://example.com/known"}) <= 3
        assert (await here.ask(url="https://example.com/known")).status_code == 200
        here.web.open.set()
        assert sorted(answer.status_code for answer in await asyncio.gather(*work)) == [200, 200, 200, 503, 503]


@pytest.mark.parametrize(("plan", "words"), [(PLAN, "marked"), (Plan("pro", is_watermarked=False), "")])
async def test_the_owners_plan_decides_about_the_watermark(plan: Plan, words: str) -> None:
    async with scene(of_plan(plan), watermark="marked") as here:
        assert (await here.ask()).status_code == 200
    assert [card.watermark for card in here.pen.cards] == [words]


async def test_what_is_served_is_noted_for_the_project() -> None:
    async with scene() as here:
        await here.ask()
        await here.ask()
    assert here.studio.noted == [(1, 0, "ogstack", False), (1, 0, "ogstack", True)]


def signed(secret: str, **query: str) -> str:
    return f"{PATH}?{sign({'url': PAGE_URL, **query}, secret=secret, expires_at=int(time.time()) + 60)}"


async def test_where_a_project_asks_for_signatures_its_own_secret_signs() -> None:
    async with scene(of_plan(PLAN, signing_secret="its own", requires_signature=True)) as here:
        good = await here.client.get(signed("its own", template="aurora"))
        others = [await here.ask(), await here.client.get(signed(SECRET)),
                  await here.client.get(signed("its own").replace("First", "Other") + "&dark=false")]  # fmt: skip
    assert good.status_code == 200
    kept = good.headers["cache-control"].split(", ")
    assert kept[0] == "public"
    assert all(0 < int(each.partition("=")[2]) <= 60 for each in kept[1:])
    for answer in others:
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_a_picture_by_a_model_is_unavailable_and_the_card_comes_without() -> None:
    async with scene() as here:
        plain = await here.ask()
        painted = await here.ask(ai="true", aiModel="pro", aiPrompt="A lighthouse")
    assert (painted.status_code, painted.headers["x-ogstack-ai"]) == (200, "unavailable")
    assert painted.content == plain.content
    assert "x-ogstack-ai" not in plain.headers


async def test_without_a_studio_there_is_no_project() -> None:
    async with stand() as here:
        answer = await here.client.get(f"{PATH}?url={PAGE_URL}")
    assert (answer.status_code, answer.json()["message"]) == (404, "Project not found")


async def test_a_studio_that_is_down_is_told_in_ogstacks_words() -> None:
    async with scene() as here:
        answer = await here.client.post(f"{PATH}?url={PAGE_URL}")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"]


async def test_many_who_ask_at_one_time_cost_one_page_and_one_drawing() -> None:
    async with scene(of_plan(Plan("pro"))) as here:
        answers = await asyncio.gather(*(here.ask() for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (here.web.count(PAGE_URL), len(here.pen.cards)) == (1, 1)


async def test_every_refusal_is_json_of_ogstacks_kind() -> None:
    async with scene() as here:
        answer = await here.client.get(f"{PATH}?url=nothing&accent=red")
    assert answer.status_code == 400
    assert json.loads(answer.content) == {
        "code": "VALIDATION_ERROR",
        "message": "url must be the address of a page, such as https://example.com/post, percent-encoded; "
        "accent must be # and six hex digits, such as %2310b981 in an address",
        "details": [
            {
                "path": "/url",
                "message": "must be the address of a page, such as https://example.com/post, percent-encoded",
            },
            {"path": "/accent", "message": "must be # and six hex digits, such as %2310b981 in an address"},
        ],
    }


async def test_a_card_of_what_is_known_goes_out_at_once_for_a_minute_and_the_next_is_new() -> None:
    async with scene() as here:
        await here.ask()
        here.hands.now += 3600
        here.web.holds[PAGE_URL] = HTML.replace("First post", "Newer post")
        here.web.open.clear()
        async with asyncio.timeout(5):
            stale = await here.ask()
        assert (stale.status_code, stale.headers["cache-control"]) == (200, "public, max-age=60")
        here.web.open.set()
        for _ in range(LIMIT - 2):
            # Read by a thread, which takes its time.
            await asyncio.sleep(0.1)
            newer = await here.ask()
            if newer.headers["cache-control"] != "public, max-age=60":
                break
    assert newer.headers["cache-control"] == "public, max-age=86400, s-maxage=604800"
    assert [card.values["title"] for card in here.pen.cards] == ["First post", "Newer post"]
    assert here.web.count(PAGE_URL) == 2
