"""The pages for people: they do what they promise without JavaScript, and everybody can read them."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

import httpx
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .conftest import Served, watched_page

PASSWORD = "correct horse battery staple"
OPEN = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/confirm-email/",
    "/settings/no",
]
OWN = [
    "/settings",
    "/settings/keys",
    "/settings/projects",
    "/settings/account",
    "/settings/account/delete",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
]
# The width changes where things stand, and the scheme their colours: two runs see both of both.
VIEWS = pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])


def mails(studio: Served) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in studio.log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "mail"]


def follow(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Press it, and wait until the page that it leads to is there with all its pictures."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def sign_up(page: Page, studio: Served, email: str) -> None:
    """Sign up, and follow the mailed link."""
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, "button", "Sign up")
    assert page.get_by_role("heading", name="Look into your mail").is_visible()
    [mail] = [mail for mail in mails(studio) if mail["to"] == [email]]
    link = re.search(r"http\S+", mail["text"])
    assert link
    page.goto(link[0])
    follow(page, "button", "Yes, it is mine")


def used_today(page: Page) -> str | None:
    """What the meter shows when all that was not spent is given back, which takes a second or two."""
    for _ in range(20):
        page.goto("/settings")
        shown = page.get_by_role("meter", name="OSIG today").get_attribute("value")
        if shown == "3":
            break
        page.wait_for_timeout(250)
    return shown


@pytest.fixture(scope="module")
def alice(browser: Browser, studio: Served) -> Any:
    """The cookies of somebody who is signed in, has a project with a secret, and a key."""
    with watched_page(browser, studio.address) as page:
        sign_up(page, studio, "alice@example.com")
        page.goto("/settings/projects")
        page.get_by_label("Name").fill("A site with a name that is rather too long to stand in one line of a phone")
        page.get_by_label("Domains").fill("www.a-rather-long-name-of-a-host-which-nobody-can-break.example")
        follow(page, "button", "Make a project")
        follow(page, "button", "Make a secret")
        page.goto("/settings/keys")
        page.get_by_label("Name").fill("Everything")
        follow(page, "button", "Make a key")
        return page.context.storage_state()


@pytest.fixture
def without_scripts(browser: Browser, studio: Served) -> Iterator[Page]:
    with watched_page(browser, studio.address, java_script_enabled=False) as page:
        yield page


def test_from_signing_up_to_revoking_a_key(without_scripts: Page, studio: Served) -> None:
    page = without_scripts
    sign_up(page, studio, "carol@example.com")
    assert page.url == f"{studio.address}/settings"
    assert page.get_by_text("Your plan: free").is_visible()
    meter = page.get_by_role("meter", name="OSIG today")
    assert (meter.get_attribute("value"), meter.get_attribute("max")) == ("0", "1000")

    follow(page, "link", "Keys")
    page.get_by_label("Name").fill("Blog")
    follow(page, "button", "Make a key")
    key = page.get_by_label("Blog, for OSIG").input_value()
    assert re.fullmatch(r"[A-Za-z0-9]{10}", key)
    follow(page, "link", "I have copied it")
    assert page.get_by_role("row", name="Blog").is_visible()
    assert key not in page.content()

    # The meter moves when the key is used, and stands when it is refused.
    cards = [httpx.get(f"{studio.address}/g?title=Hello&key={key}", trust_env=False) for _ in range(3)]
    assert [card.headers["x-osig-daily-usage"] for card in cards] == ["1/1000", "2/1000", "3/1000"]
    assert used_today(page) == "3"
    page.goto("/settings/keys")

    follow(page, "link", "Revoke Blog")
    follow(page, "button", "Revoke the key")
    assert page.get_by_role("status").inner_text() == "Blog is revoked."
    assert page.get_by_role("row", name="Blog").count() == 0
    refused = httpx.get(f"{studio.address}/g?title=Hello&key={key}", trust_env=False)
    assert (refused.status_code, "x-osig-daily-usage" in refused.headers) == (200, False)

    follow(page, "button", "Sign out")
    assert page.get_by_role("status").inner_text() == "You are signed out."
    page.goto("/settings")
    assert page.get_by_role("heading", name="Sign in").is_visible()

    page.get_by_label("E-mail address").fill("carol@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, "button", "Sign in")
    page.goto("/settings/account/delete")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, "button", "Delete my account")
    assert "Your account is deleted" in page.get_by_role("status").inner_text()

    said = studio.log.read_text("utf-8")
    assert key not in said
    assert PASSWORD not in said


@VIEWS
def test_everybody_can_read_the_pages_for_all(browser: Browser, studio: Served, width: int, scheme: Any) -> None:
    # One of the pages is not there, which a watched page would take for a fault.
    context = browser.new_context(
        base_url=studio.address, color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    for path in OPEN:
        page.goto(path)
        look_at(page, width)
    context.close()


@VIEWS
def test_everybody_can_read_their_settings(
    browser: Browser, studio: Served, alice: Any, width: int, scheme: Any
) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    with watched_page(browser, studio.address, storage_state=alice, **options) as page:
        for path in OWN:
            page.goto(path)
            look_at(page, width)
        page.goto("/settings/projects")
        follow(page, "link", "A site")
        page.get_by_text("Show the secret").click()
        look_at(page, width)
        project = page.url
        for question in ("secret", "delete"):
            page.goto(f"{project}/{question}")
            look_at(page, width)
        page.goto("/settings/keys")
        page.get_by_label("For the addresses of").select_option("OGStack")
        page.get_by_label("Name").fill(f"{scheme} {width}")
        follow(page, "button", "Make a key")
        look_at(page, width)
        page.goto("/settings/keys")
        follow(page, "link", "Revoke Everything")
        look_at(page, width)


def look_at(page: Page, width: int) -> None:
    """No serious fault for those who cannot see, and nothing that sticks out to the side."""
    assert page.locator("h1").count() == 1, page.url
    faults = [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in Axe().run(page)["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert not faults, (page.url, faults)
    wide = page.evaluate(
        """() => [...document.body.querySelectorAll("*:not(.skip, .unseen, thead, thead *)")]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 100))"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, wide)
