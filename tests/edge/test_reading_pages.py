"""Pages as the edge has them: read once, kept for a while, and never missing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from reading import HTML, PAGE_URL, Hands, Web, icon

from frontis.edge import pages as module
from frontis.edge.alone import Alone
from frontis.edge.attempts import Asker, note_fetch
from frontis.edge.counters import Metrics
from frontis.edge.pages import Pages
from frontis.errors import Overloaded, UpstreamBroken, UpstreamUnfit
from frontis.fetch import PAGE
from frontis.fetch import Attempt as FetchAttempt
from frontis.model.card import Card
from frontis.model.order import FromPage
from frontis.model.usage import Attempt

ICON = "https://example.com/icon.png"


def wanted(url: str = PAGE_URL, *, wants_icon: bool = False) -> FromPage:
    return FromPage(url, lambda page: Card("article", {"title": page.title}), lambda _: wants_icon)


@asynccontextmanager
async def reading(web: Web, hands: Hands | None = None, *, seconds: float = 5) -> AsyncIterator[Pages]:
    pages = Pages(web, Alone(), seconds=seconds, clock=hands or Hands())
    try:
        yield pages
    finally:
        await pages.close()


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
        assert pages.known(wanted())
        await pages.read(wanted())
        assert web.count(PAGE_URL) == 1
        hands.now += 2
        await pages.read(wanted())
    assert web.count(PAGE_URL) == 2


async def test_what_is_no_longer_fresh_is_told_at_once_and_read_anew_once_for_the_next() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        web.holds[PAGE_URL] = HTML.replace("First post", "Another title")
        web.open.clear()
        hands.now += 601
        for _ in range(20):
            found = pages.known(wanted())
            assert found is not None
            assert (found.page.title, found.is_degraded) == ("First post", False)
        web.open.set()
        await asyncio.gather(*pages._renewing.values())
        found = pages.known(wanted())
        assert found is not None
        assert found.page.title == "Another title"
        assert web.count(PAGE_URL) == 2
        assert pages._renewing == {}


async def test_a_stale_icon_is_told_at_once_too() -> None:
    web, hands = Web({PAGE_URL: HTML, ICON: icon()}), Hands()
    async with reading(web, hands) as pages:
        assert pages.known(wanted(wants_icon=True)) is None
        await pages.read(wanted(wants_icon=True))
        hands.now += 601
        assert pages.known(wanted(wants_icon=True))
        await asyncio.gather(*pages._renewing.values())
    assert (web.count(PAGE_URL), web.count(ICON)) == (2, 2)


async def test_what_is_hours_old_and_a_page_that_was_away_are_waited_for() -> None:
    web, hands = Web({PAGE_URL: HTML}), Hands()
    async with reading(web, hands) as pages:
        await pages.read(wanted())
        hands.now += 4_300
        assert pages.known(wanted()) is None
        web.holds[PAGE_URL] = UpstreamBroken(PAGE_URL, 503)
        assert (await pages.read(wanted())).is_degraded
        assert pages.known(wanted())
        hands.now += 31
        assert pages.known(wanted()) is None
        assert pages._renewing == {}


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
