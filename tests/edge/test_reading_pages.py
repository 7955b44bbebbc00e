"""Pages as the edge has them: read once, kept for a while, and never missing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from reading import HTML, PAGE_URL, Hands, Web, icon

from frontis.edge import pages as module
from frontis.edge.alone import Alone
from frontis.edge.attempts import Asker, note_fetch
from frontis.edge.counters import Metrics
from frontis.edge.facts import Facts, Known, pack, unpack
from frontis.edge.pages import Pages
from frontis.edge.quick import QuickStore
from frontis.edge.shelf import OriginalsShelf
from frontis.edge.store import open_store
from frontis.errors import Overloaded, UpstreamBroken, UpstreamRefused, UpstreamUnfit
from frontis.fetch import PAGE
from frontis.fetch import Attempt as FetchAttempt
from frontis.fetch.originals import NoShelf
from frontis.model.card import Card
from frontis.model.order import FromPage
from frontis.model.page import Page
from frontis.model.usage import Attempt
from frontis.settings import Settings

ICON = "https://example.com/icon.png"


def wanted(url: str = PAGE_URL, *, wants_icon: bool = False) -> FromPage:
    return FromPage(url, lambda page: Card("article", {"title": page.title}), lambda _: wants_icon)


@asynccontextmanager
async def reading(
    web: Web, hands: Hands | None = None, *, seconds: float = 5, folder: Path | None = None
) -> AsyncIterator[Pages]:
    """folder: where facts outlive the pages."""
    clock = hands or Hands()
    quick = QuickStore(open_store(Settings(data_dir=folder or Path())), Metrics())
    shelf = OriginalsShelf(quick) if folder else NoShelf()
    pages = Pages(web, Alone(), seconds=seconds, facts=Facts(shelf), clock=clock, now=clock)
    try:
        yield pages
    finally:
        await pages.close()
        await quick.close()


async def settled(pages: Pages) -> None:
    """Wait until nothing is being read behind anybody's back."""
    while pages._renewals:
        await asyncio.wait(pages._renewals)


async def test_a_page_is_asked_for_as_a_page_and_read() -> None:
    web = Web({PAGE_URL: HTML})
    async with reading(web) as pages:
        found = await pages.read(wanted())
    assert (found.page.title, found.page.description, found.is_degraded) == ("First post", "What it is about.", False)
    assert web.asked == [(PAGE_URL, PAGE)]


async def test_who_asks_at_one_time_or_soon_after_has_the_same_page() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await asyncio.gather(*(pages.read(wanted()) for _ in range(20)))
        hands.now += 599
        assert pages.fresh(wanted())
        await pages.read(wanted())
        assert web.count(PAGE_URL) == 1
        hands.now += 2
        assert pages.fresh(wanted()) is None
        await pages.read(wanted())
    assert web.count(PAGE_URL) == 2


@pytest.mark.parametrize("failure", [UpstreamBroken(PAGE_URL, 503), UpstreamUnfit(PAGE_URL, "no page")])
async def test_a_page_that_cannot_be_read_is_told_by_its_address_for_half_a_minute(failure: Exception) -> None:
    web, hands = Web({PAGE_URL: failure}), Hands()  # type: ignore[dict-item]
    async with reading(web, hands) as pages:
        found = await pages.read(wanted())
        assert (found.page.title, found.page.is_read, found.is_degraded) == ("First Post", False, True)
        await pages.read(wanted())
        assert web.count(PAGE_URL) == 1
        web.holds[PAGE_URL] = HTML
        hands.now += 31
        assert (await pages.read(wanted())).page.is_read


async def test_what_was_known_of_a_page_holds_while_it_is_away() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        web.holds[PAGE_URL] = UpstreamBroken(PAGE_URL, 503)
        hands.now += 3600
        found = await pages.read(wanted())
        assert (found.page.title, found.is_degraded) == ("First post", True)
        hands.now += 90_000
        assert (await pages.read(wanted())).page.title == "First Post"


async def test_a_slow_page_is_told_by_its_address_and_read_for_the_next() -> None:
    web = Web({PAGE_URL: HTML})
    web.open.clear()
    async with reading(web, seconds=0.1) as pages:
        found = await pages.read(wanted())
        assert (found.page.title, found.is_degraded) == ("First Post", True)


async def test_too_many_pages_at_one_time_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READING", 1)
    web = Web({PAGE_URL: HTML})
    web.open.clear()
    async with reading(web) as pages:
        first = asyncio.create_task(pages.read(wanted()))
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded):
            await pages.read(wanted("https://example.com/other"))
        web.open.set()
        assert (await first).page.is_read


async def test_only_who_wants_the_icon_has_it_fetched() -> None:
    web = Web({PAGE_URL: HTML, ICON: icon()})
    async with reading(web) as pages:
        plain = await pages.read(wanted())
        colored = await pages.read(wanted(wants_icon=True))
    assert (plain.page.icon_color, colored.page.icon_color, colored.page.icon) == ("", "#dc2626", ICON)
    assert web.count(ICON) == 1


@pytest.mark.parametrize(
    ("held", "is_degraded"),
    [
        ({}, False),
        ({ICON: "<html>"}, False),
        ({ICON: UpstreamBroken(ICON, 503)}, True),
    ],
)
async def test_an_icon_that_cannot_be_had_is_left_out(held: dict[str, str | UpstreamBroken], is_degraded: bool) -> None:
    async with reading(Web({PAGE_URL: HTML, **held})) as pages:
        found = await pages.read(wanted(wants_icon=True))
    assert (found.page.title, found.page.icon, found.is_degraded) == ("First post", "", is_degraded)


async def test_the_usual_icon_is_not_missed() -> None:
    usual = "https://example.com/favicon.ico"
    async with reading(Web({PAGE_URL: "<title>x</title>", usual: UpstreamBroken(usual, 503)})) as pages:
        found = await pages.read(wanted(wants_icon=True))
    assert (found.page.icon, found.is_degraded) == ("", False)


@dataclass
class Record(Alone):
    attempts: list[Attempt] = field(default_factory=list)

    def record(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)


class Failing(Web):
    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None):  # type: ignore[no-untyped-def]
        note_fetch(FetchAttempt("example.com", UpstreamBroken, 0.5, 1), metrics=Metrics())
        raise UpstreamBroken(url, 503)


async def test_a_failed_page_is_a_failed_attempt() -> None:
    record = Record()
    pages = Pages(Failing(), record, seconds=5)
    await pages.read(wanted(), "article", Asker("ogstack", 7))
    await pages.close()
    (attempt,) = record.attempts
    assert (attempt.dialect, attempt.template, attempt.error_type, attempt.account) == (
        "ogstack",
        "article",
        "upstream_fetch_5xx",
        7,
    )


NEWER = HTML.replace("First post", "Newer post")


async def test_what_is_known_is_told_at_once_and_the_page_is_read_anew_once_for_all_who_ask() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        assert pages.known(wanted()) is None
        await pages.read(wanted())
        web.holds[PAGE_URL] = NEWER
        web.open.clear()
        hands.now += 86_399
        told = [pages.known(wanted()) for _ in range(50)]
        assert {(each.page.title, each.is_degraded) for each in told if each} == {("First post", True)}
        web.open.set()
        await settled(pages)
        found = pages.known(wanted())
        assert found is not None
        assert (found.page.title, found.is_degraded) == ("Newer post", False)
    assert web.count(PAGE_URL) == 2


async def test_after_a_day_nothing_is_known() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        hands.now += 86_400
        assert pages.known(wanted()) is None
    assert web.count(PAGE_URL) == 1


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_herd_on_a_page_that_is_away_costs_one_attempt_in_half_a_minute(is_known: bool) -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        if is_known:
            await pages.read(wanted())
            hands.now += 3600
        web.holds[PAGE_URL] = UpstreamBroken(PAGE_URL, 503)
        web.asked.clear()
        for second in range(61):
            for _ in range(10):
                told = pages.known(wanted()) or await pages.read(wanted())
                assert told.is_degraded
                assert told.page.is_read == is_known
            await settled(pages)
            assert web.count(PAGE_URL) == second // 30 + 1
            hands.now += 1


@pytest.mark.parametrize("status", [404, 410])
async def test_what_a_page_said_that_is_gone_is_told_no_more(status: int, tmp_path: Path) -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands, folder=tmp_path) as pages:
        await pages.read(wanted())
        web.holds[PAGE_URL] = UpstreamRefused(PAGE_URL, status)
        hands.now += 3600
        pages.known(wanted())
        await settled(pages)
        assert pages.known(wanted()) == await pages.read(wanted())
        found = await pages.read(wanted())
    assert (found.page.is_read, found.is_degraded) == (False, True)
    async with reading(web, hands, folder=tmp_path) as pages:
        assert await pages.recall(wanted()) is None


async def test_a_page_that_refuses_us_is_told_as_it_was() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        web.holds[PAGE_URL] = UpstreamRefused(PAGE_URL, 429)
        hands.now += 3600
        assert (await pages.read(wanted())).page.title == "First post"


async def test_no_page_is_told_without_an_icon_that_nobody_has_asked_for() -> None:
    web, hands = Web({PAGE_URL: HTML, ICON: icon()}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        assert pages.known(wanted(wants_icon=True)) is None
        await pages.read(wanted(wants_icon=True))
        hands.now += 3600
        found = pages.known(wanted(wants_icon=True))
        assert found is not None
        assert found.page.icon_color == "#dc2626"


async def test_what_is_read_behind_somebodys_back_is_nobodys_attempt() -> None:
    record, hands = Record(), Hands()
    pages = Pages(Failing(), record, seconds=5, clock=hands)
    pages._source = Web({PAGE_URL: HTML})
    await pages.read(wanted())
    pages._source = Failing()
    hands.now += 3600
    assert pages.known(wanted())
    await settled(pages)
    await pages.close()
    assert record.attempts == []


async def test_a_flood_of_pages_is_not_read_behind_anybodys_back_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READING", 3)
    urls = [f"https://example.com/{number}" for number in range(10)]
    web, hands = Web(dict.fromkeys(urls, HTML)), Hands()
    async with reading(web, hands) as pages:
        for url in urls:
            await pages.read(wanted(url))
        hands.now += 3600
        web.open.clear()
        assert all(pages.known(wanted(url)) for url in urls)
        assert len(pages._renewals) == 3
        web.open.set()


async def test_what_pages_told_is_known_to_the_next_process_with_its_age(tmp_path: Path) -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands, folder=tmp_path) as pages:
        first = await pages.read(wanted())
    hands.now += 599
    async with reading(web, hands, folder=tmp_path) as pages:
        assert await pages.recall(wanted()) == first
        assert web.count(PAGE_URL) == 1
        hands.now += 2
        web.holds[PAGE_URL] = NEWER
        assert pages.fresh(wanted()) is None
        told = await pages.recall(wanted())
        assert told is not None
        assert (told.page.title, told.is_degraded) == ("First post", True)
        await settled(pages)
    async with reading(web, hands, folder=tmp_path) as pages:
        hands.now += 86_401
        assert await pages.recall(wanted()) is None
        hands.now -= 86_402 + 3600
        assert await pages.recall(wanted()) is None


async def test_the_next_process_waits_for_no_page_although_it_knows_no_icon(tmp_path: Path) -> None:
    web, hands = Web({PAGE_URL: HTML, ICON: icon()}), Hands()
    async with reading(web, hands, folder=tmp_path) as pages:
        await pages.read(wanted(wants_icon=True))
    hands.now += 3600
    web.holds[PAGE_URL] = NEWER
    async with reading(web, hands, folder=tmp_path) as pages:
        told = await pages.recall(wanted(wants_icon=True))
        assert told is not None
        assert (told.page.title, told.page.icon_color, told.is_degraded) == ("First post", "#dc2626", True)


async def test_nothing_of_an_address_can_be_read_in_the_folder(tmp_path: Path) -> None:
    secret = "https://example.com/a?token=SECRET"
    async with reading(Web({secret: HTML}), folder=tmp_path) as pages:
        await pages.read(wanted(secret))
    (file,) = (tmp_path / "pictures" / "originals").glob("*/*")
    assert "SECRET" not in str(file)
    assert len(file.name) == 64


def test_facts_come_back_as_they_went() -> None:
    page = Page("https://example.com", "Title", headings=("a", "b"), is_icon_named=True, stars="9")
    assert unpack(pack(Known(page, 17.5))) == Known(page, 17.5)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"page": {}, "read_at": 1}',
        b'{"page": 1, "read_at": 1}',
        pack(Known(Page("https://example.com", "Title"), float("nan"))),
        pack(Known(Page("https://example.com", "Title", headings=("a",)), 1)).replace(b'["a"]', b"[{}]"),
        pack(Known(Page("https://example.com", "Title"), 1)).replace(b'"Title"', b"7"),
        pack(Known(Page("https://example.com", "Title"), 1)).replace(b'"stars"', b'"moons"'),
    ],
)
def test_what_is_no_page_of_this_version_is_not_there(packed: bytes) -> None:
    assert unpack(packed) is None
