"""The first page: what the templates look like, and the addresses that make each card."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page


def open_home(page: Page) -> None:
    page.goto("/")
    for picture in page.locator("img").all():
        # A picture below the fold is loaded when it comes into sight.
        picture.scroll_into_view_if_needed()
        picture.evaluate("each => each.decode()")


def test_the_home_page_shows_a_card_of_every_template(page: Page, server: str) -> None:
    listing = httpx.get(f"{server}/templates", trust_env=False).raise_for_status().json()
    templates = {each["id"] for each in (listing if isinstance(listing, list) else listing["templates"])}
    assert {"article", "osig-base"} <= templates
    open_home(page)
    pictures = page.locator("img").evaluate_all("all => all.map(each => [each.src, each.alt, each.naturalWidth])")
    shown = set()
    for address, words, width in pictures:
        assert width > 0, f"{address} is not drawn"
        path = PurePosixPath(urlsplit(address).path)
        if path.parent.name == "card":
            shown.add(path.stem)
            assert words, f"{address} has no words for those who cannot see it"
    assert shown == templates


def test_the_addresses_that_the_home_page_shows_make_cards(page: Page, server: str) -> None:
    open_home(page)
    links = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    cards = [link for link in links if urlsplit(link).path.startswith(("/card/", "/g"))]
    assert cards
    for address in cards:
        assert address.startswith(f"{server}/")
        answer = httpx.get(address, trust_env=False)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"].startswith("image/"), address


@pytest.mark.parametrize("width", [390, 1280])
def test_the_home_page_is_read_without_scrolling_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_home(page)
    assert page.title()
    assert page.locator("h1").is_visible()
    wide = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 100))"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width, wide
