"""The PHP that `/api/integrations/wordpress` hands out, run under as much of WordPress as it calls (wordpress.php)."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from frontis.dialects.osig import DIALECT
from frontis.dialects.osig.parse import parse
from frontis.model.card import Card
from frontis.model.dialect import Errand
from frontis.model.order import SignedQuery
from frontis.model.query import Query
from frontis.signing import verify

Scene = dict[str, Any]
Show = Callable[..., dict[str, str]]
WORDPRESS = Path(__file__).parent / "wordpress.php"
FIND = Path(__file__).parents[3] / "tools" / "find-php"
(ROUTE,) = (route for route in DIALECT.routes if route.path == "/api/integrations/wordpress")
TITLE = "Rock & Roll #1: 100% “fun”? It's 50/50 + more"
POST = {
    "post_title": TITLE,
    "post_excerpt": "<p>Ein &amp; alles.</p>\n<script>no()</script>",
    "thumbnail": "https://example.com/a-SIZE.png?x=1&y=2",
}
PICTURES = {"7": "https://example.com/seven-SIZE.png", "8": "https://example.com/eight-SIZE.png"}


@pytest.fixture(scope="session")
def php() -> str:
    found = subprocess.run([FIND], capture_output=True, text=True, check=False)
    assert found.returncode == 0, "install php-cli"
    return found.stdout.strip()


def snippet(origin: str = "https://og.example.com", **asked: object) -> str:
    body = json.dumps({"page_url": "https://example.com/", **asked}).encode()
    errand = ROUTE.answer(Query("POST", ROUTE.path, body=body, origin=origin))
    assert isinstance(errand, Errand)
    told = json.loads(errand.tell(SignedQuery("x", datetime.now(UTC))).body)
    assert isinstance(told["snippet"], str)
    return told["snippet"]


@pytest.fixture
def show(php: str, tmp_path: Path) -> Show:
    """Show a page of a site that has the snippet: the address of its card, and what is in its head."""

    def run(text: str, **scene: object) -> dict[str, str]:
        (tmp_path / "snippet.php").write_text(text, "utf-8")
        setting = {"shown": "post", "loop": 1, "posts": {"1": POST}, "arguments": [], **scene}
        done = subprocess.run(
            [php, WORDPRESS, tmp_path / "snippet.php"],
            input=json.dumps(setting),
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        assert found["said"] == ""
        return found

    return run


def values_of(address: str) -> dict[str, str]:
    base, _, query = address.partition("?")
    assert base == "https://og.example.com/g"
    return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))


def card_of(address: str) -> Card:
    order = parse(Query("GET", "/g", tuple(values_of(address).items())))
    return order.card


@pytest.mark.parametrize(
    "asked", [{}, {"key": "a'b\\", "eyebrow": "?> <?php '\n\\' @base@ '@key@'"}], ids=["plain", "hostile"]
)
def test_php_can_read_it(asked: dict[str, str], php: str, tmp_path: Path) -> None:
    path = tmp_path / "snippet.php"
    path.write_text(snippet(**asked), "utf-8")
    done = subprocess.run([php, "-l", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert path.read_text("utf-8").startswith("<?php")


def test_a_post_has_a_card_with_its_own_words_and_picture(show: Show) -> None:
    card = card_of(show(snippet())["address"])
    assert (card.template, card.size, card.version) == ("osig-job-logo", (1600, 900), f"{datetime.now(UTC):%Y-%m}")
    assert card.values == {
        "title": TITLE.replace("'", "’"),
        "subtitle": "Ein & alles.",
        "eyebrow": "",
        "image": "https://example.com/a-full.png?x=1&y=2",
        "font": "Helvetica",
    }


def test_the_head_names_the_address_of_the_card_and_nothing_gets_out_of_its_tag(show: Show) -> None:
    hostile = {**POST, "post_title": "\"><script>alert(1)</script>' onload='x"}
    for post in (POST, hostile):
        shown = show(snippet(), posts={"1": post})
        contents = re.findall(
            r'^<meta (?:property|name)="([a-z:]+)" content="([^"<>]*)" />$', shown["head"], re.MULTILINE
        )
        assert [name for name, _ in contents] == ["og:image", "twitter:card", "twitter:image"]
        assert unescape(contents[0][1]) == unescape(contents[2][1]) == shown["address"]
        assert len(shown["head"].splitlines()) == 3


def test_no_key_is_shown_unless_it_is_given(show: Show) -> None:
    assert "key" not in values_of(show(snippet())["address"])
    assert values_of(show(snippet(key="AbCdEf1234"))["address"])["key"] == "AbCdEf1234"
    assert values_of(show(snippet(), arguments=[None, "AbCdEf1234"])["address"])["key"] == "AbCdEf1234"


def test_what_was_asked_for_is_written_into_it(show: Show) -> None:
    eyebrow = "?> <?php '\n\\' @base@ '@key@'"
    asked: dict[str, Any] = {
        "style": "base",
        "site": "meta",
        "font": "papyrus",
        "format": "jpeg",
        "quality": 70,
        "max_kb": 90,
        "version": "7",
    }
    values = values_of(show(snippet(**asked, eyebrow=eyebrow))["address"])
    wanted = {
        "style": "base",
        "site": "meta",
        "font": "papyrus",
        "format": "jpeg",
        "quality": "70",
        "max_kb": "90",
        "v": "7",
    }
    assert values | wanted == values
    assert values["eyebrow"] == eyebrow


def test_without_an_excerpt_the_first_words_of_the_post_stand_in(show: Show) -> None:
    words = " ".join(f"word{number}" for number in range(30))
    content = f"<!-- wp:paragraph --><p>[gallery ids='1']{words}</p>"
    post = {**POST, "post_excerpt": "", "post_content": content}
    assert values_of(show(snippet(), posts={"1": post})["address"])["subtitle"] == " ".join(words.split()[:20]) + "…"


def test_a_long_text_is_cut_between_characters(show: Show) -> None:
    post = {**POST, "post_excerpt": "字" * 5000}
    assert values_of(show(snippet(), posts={"1": post})["address"])["subtitle"] == "字" * 300


def test_what_a_password_protects_is_not_shown(show: Show) -> None:
    post = {**POST, "password": "secret", "post_content": "what nobody may read"}
    assert "subtitle" not in values_of(show(snippet(), posts={"1": post})["address"])


@pytest.mark.parametrize(
    ("scene", "image"),
    [
        ({"fields": {"company_logo": "https://example.com/acf.png"}}, "https://example.com/acf.png"),
        ({"fields": {"company_logo": 7}}, "https://example.com/seven-full.png"),
        ({"fields": {"company_logo": {"ID": 7, "url": "https://example.com/all.png"}}}, "https://example.com/all.png"),
        ({"fields": {"company_logo": False}, "theme": {"custom_logo": 8}}, "https://example.com/eight-full.png"),
        ({"fields": {}, "theme": {"custom_logo": 8}}, "https://example.com/eight-full.png"),
        ({"theme": {"custom_logo": 8}}, "https://example.com/eight-full.png"),
        ({"theme": {"custom_logo": 99}}, ""),
        ({}, ""),
    ],
    ids=["address", "number", "array", "empty field", "no field", "no ACF", "lost logo", "nothing"],
)
def test_a_post_without_a_thumbnail_has_the_next_picture_that_there_is(show: Show, scene: Scene, image: str) -> None:
    scene = {"posts": {"1": {**POST, "thumbnail": ""}}, "pictures": PICTURES, **scene}
    assert values_of(show(snippet(), **scene)["address"]).get("image_url", "") == image
    fallback = "https://example.com/fallback.png"
    given = values_of(show(snippet(fallback_image_url=fallback), **scene)["address"])["image_url"]
    assert given == (image or fallback)


def test_an_archive_has_its_own_title_and_not_that_of_its_first_post(show: Show) -> None:
    values = values_of(show(snippet(), shown="archive")["address"])
    assert (values["title"], values["subtitle"]) == ("Category: Engineering & Design", "Just another site")
    assert "image_url" not in values


def test_the_home_page_has_the_name_of_the_site(show: Show) -> None:
    values = values_of(show(snippet(), shown="home")["address"])
    assert (values["title"], values["subtitle"]) == ("The Site", "Just another site")


def test_any_post_can_be_asked_for(show: Show) -> None:
    posts = {"1": POST, "2": {**POST, "post_title": "Another"}}
    assert values_of(show(snippet(), shown="archive", posts=posts, arguments=[2])["address"])["title"] == "Another"


def test_with_the_secret_its_addresses_are_signed_for_a_month_and_more(show: Show) -> None:
    post = {**POST, "post_title": TITLE + " ~*()!,;:@$ 日本語 🎉"}
    shown = show(snippet(key="AbCdEf1234"), secret="the site's secret", posts={"1": post})
    ends = verify(values_of(shown["address"]), secret="the site's secret", now=time.time())
    assert 28 * 86_400 < ends - time.time() <= 62 * 86_400
    assert unescape(shown["head"]).count(shown["address"]) == 2


def test_it_calls_nothing_that_wordpress_has_not() -> None:
    text = snippet()
    assert "get_custom_logo_url" not in text
    assert "function_exists( 'get_field' )" in text
    assert "function_exists( 'build_osig_meta_tags' )" in text
    assert "'@" not in text
