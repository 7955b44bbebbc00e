"""OGStack's public address, against what its page and its source say (cases.toml)."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from frontis import errors
from frontis.dialects.ogstack import DIALECT
from frontis.dialects.ogstack.cards import FONTS, TEMPLATES, Style, compose, version_in
from frontis.dialects.ogstack.dates import written
from frontis.dialects.ogstack.params import BadParameters, Parameters
from frontis.dialects.ogstack.parse import parse
from frontis.errors import FrontisError, ProjectUnknown, UnknownTemplate
from frontis.model.card import Card
from frontis.model.dialect import Served
from frontis.model.order import Order
from frontis.model.page import Page
from frontis.model.query import Query
from frontis.model.usage import Rate
from frontis.templates import catalogue

Case = dict[str, Any]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
URL = "https://example.com/blog/the-quiet-craft"
PAGE = Page(
    url=URL,
    title="The quiet craft",
    description="Why the best names are the ones that nobody notices.",
    site_name="Fieldnotes",
    author="Maya Lindqvist",
    avatar="https://example.com/maya.jpg",
    published="2024-03-12",
    image="https://example.com/og.jpg",
    icon="https://example.com/icon.png",
    is_icon_named=True,
    theme_color="#0ea5e9",
    language="en",
    headings=("One", "Two"),
    points=("Added one", "Fixed two"),
)
ERRORS: dict[str, FrontisError] = {
    "AddressForbidden": errors.AddressForbidden("https://user:secret@example.com", "it holds a password"),
    "BadInput": errors.BadInput("title", "is required"),
    "BadSignature": errors.BadSignature("sig", "does not match"),
    "DrawFailed": errors.DrawFailed("/srv/secret"),
    "HostForeign": errors.HostForeign("elsewhere.example"),
    "KeyMissing": errors.KeyMissing("x"),
    "KeyNotEnough": errors.KeyNotEnough("x"),
    "KeyUnknown": errors.KeyUnknown(),
    "Overloaded": errors.Overloaded(2),
    "PlanTooSmall": errors.PlanTooSmall("free"),
    "ProjectUnknown": errors.ProjectUnknown(),
    "QuotaExceeded": errors.QuotaExceeded(("monthly",)),
    "RateLimited": errors.RateLimited(20, 120, 30),
    "StudioUnavailable": errors.StudioUnavailable(),
    "UnknownTemplate": errors.UnknownTemplate("x", ()),
    "WrongMethod": errors.WrongMethod(("GET", "HEAD")),
}
NAMES = tuple(field.alias or name for name, field in Parameters.model_fields.items())
GOOD = {
    "url": ["https://example.com/", "https://example.com/blog/a-b?c=d#e", "http://127.0.0.1:8080/x"],
    "template": list(TEMPLATES),
    "accent": ["#10b981", "#FFFFFF"],
    "font": list(FONTS),
    "dark": ["true", "false"],
    "ai": ["true", "false"],
    "logoUrl": ["https://example.com/logo.svg"],
    "logoPosition": ["top-left", "bottom-right"],
}
anything = st.text(st.characters(exclude_categories=()), max_size=200)
pairs = st.sampled_from(sorted(GOOD)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(GOOD[name])))
wild = st.lists(pairs | st.tuples(st.sampled_from(NAMES) | anything, anything), max_size=12)


def query_of(text: str, **headers: str) -> Query:
    text = re.sub(r"\{(\d+)\}", lambda found: "x" * int(found[1]), text)
    pairs = tuple(parse_qsl(text, keep_blank_values=True))
    return Query("GET", "/og/0123456789ab", pairs, headers, path_values={"publicId": "0123456789ab"})


def drawn(order: Order, page: Page = PAGE) -> Card:
    assert order.page is not None
    return order.page.compose(page)


def sent(order: Order, **changes: Any) -> dict[str, str]:
    return dict(DIALECT.headers(order, Served(order.card, **{"now": 1000.0, **changes})))


ORDER = parse(query_of(f"url={URL}"))


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_query_means_what_ogstack_says(case: Case) -> None:
    if "a%20b" in case["query"]:
        case = {**case, "query": case["query"].replace("%20", "-")}
    order = parse(query_of(case["query"]))
    assert (order.project, order.key) == ("0123456789ab", "")
    card, wanted = drawn(order), case.get("card", {})
    found = {name: getattr(card, name) for name in wanted if name != "values"}
    assert found == {
        name: tuple(value) if name == "size" else value for name, value in wanted.items() if name != "values"
    }
    assert {name: card.values[name] for name in wanted.get("values", {})} == wanted.get("values", {})


@pytest.mark.parametrize("row", TRUTH["slug"], ids=lambda row: row["slug"])
def test_each_slug_draws_its_template_from_any_page(row: Case) -> None:
    order = parse(query_of(f"url={URL}&template={row['slug']}"))
    for page in (PAGE, Page.of_address(URL), Page.of_address("https://example.com")):
        card = drawn(order, page)
        assert card.template == "ogstack-" + row["slug"].replace("_", "-")
        assert card.values["title"]
    assert {row["slug"] for row in TRUTH["slug"]} == set(TEMPLATES)


@pytest.mark.parametrize("case", TRUTH["wrong"], ids=lambda case: case["says"])
def test_what_cannot_be_used_is_named(case: Case) -> None:
    with pytest.raises(BadParameters) as caught:
        parse(query_of(case["query"]))
    reply = DIALECT.explain(caught.value, query_of(case["query"]))
    body = json.loads(reply.body)
    assert (reply.status, body["code"]) == (400, "VALIDATION_ERROR")
    assert [fault["path"] for fault in body["details"]] == [case["path"]]
    assert body["message"].startswith(case["path"].removeprefix("/"))


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(BadParameters) as caught:
        parse(query_of("accent=red&dark=no&font=x"))
    assert [fault["path"] for fault in caught.value.details] == ["/url", "/accent", "/dark", "/font"]


@pytest.mark.parametrize("slug", ["x", "Editorial", "blog-card", "ogstack-aurora", "article", "é"])
def test_no_other_name_is_a_template(slug: str) -> None:
    with pytest.raises(UnknownTemplate) as caught:
        parse(query_of(f"url={URL}&template={slug}"))
    body = json.loads(DIALECT.explain(caught.value, query_of("")).body)
    assert body["message"] == f'Template "{slug}" not found'


@pytest.mark.parametrize("row", TRUTH["refusal"], ids=lambda row: row["error"])
def test_a_refusal_has_the_status_code_and_words_of_ogstack(row: Case) -> None:
    reply = DIALECT.explain(ERRORS[row["error"]], query_of(""))
    body = json.loads(reply.body)
    assert (reply.status, body["code"]) == (row["status"], row["code"])
    assert set(body) <= {"code", "message", "details"}
    assert body["message"] == row.get("message", body["message"])
    assert body["message"]
    assert "secret" not in reply.body.decode()
    assert reply.media_type == "application/json; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-store"


def test_who_is_turned_away_for_the_rate_sees_where_the_minute_stands() -> None:
    reply = DIALECT.explain(ERRORS["RateLimited"], query_of(""))
    assert {name: value for name, value in reply.headers.items() if name.startswith("x-")} == {
        "x-ratelimit-limit": "20",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "120",
    }


@pytest.mark.parametrize("row", TRUTH["crawler"], ids=lambda row: row["agent"].split("/")[0])
def test_the_crawlers_of_the_page_pass(row: Case) -> None:
    assert parse(query_of(f"url={URL}", **{"user-agent": row["agent"]})).passes_rate_limit


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0", "curl/8.5.0", "Googlebot/2.1"])
def test_nobody_else_does(agent: str) -> None:
    assert not parse(query_of(f"url={URL}", **{"user-agent": agent})).passes_rate_limit


def test_a_picture_is_kept_for_a_day_and_at_the_edge_for_a_week() -> None:
    assert sent(ORDER) == {"Cache-Control": "public, max-age=86400, s-maxage=604800"}


def test_a_picture_that_lacks_something_is_kept_for_a_minute() -> None:
    assert sent(ORDER, is_degraded=True)["Cache-Control"] == "public, max-age=60"


def test_a_signed_address_is_kept_until_it_ends() -> None:
    order = parse(query_of(f"url={URL}&exp=1600&sig=x"))
    assert sent(order)["Cache-Control"] == "public, max-age=600, s-maxage=600"
    assert sent(order, now=2000.0)["Cache-Control"] == "public, max-age=0, s-maxage=0"


def test_where_the_minute_stands_is_told() -> None:
    assert sent(ORDER, rate=Rate(20, 19, 60)) == {
        "Cache-Control": "public, max-age=86400, s-maxage=604800",
        "x-ratelimit-limit": "20",
        "x-ratelimit-remaining": "19",
        "x-ratelimit-reset": "60",
    }


def test_a_picture_by_a_model_is_noted_and_told_to_be_unavailable() -> None:
    order = parse(query_of(f"url={URL}&ai=true&aiModel=pro&aiPrompt=A+lighthouse"))
    assert order.painting is not None
    assert (order.painting.model, order.painting.prompt) == ("pro", "A lighthouse")
    assert sent(order)["X-OGStack-AI"] == "unavailable"
    assert "X-OGStack-AI" not in sent(parse(query_of(f"url={URL}&ai=false")))
    assert drawn(order) == drawn(ORDER)


@pytest.mark.parametrize("public_id", ["", "a b", "é", "x" * 65, "../x"])
def test_what_cannot_be_a_public_id_is_no_project(public_id: str) -> None:
    with pytest.raises(ProjectUnknown):
        parse(Query("GET", "/og/x", (("url", URL),), path_values={"publicId": public_id}))


@pytest.mark.parametrize(
    ("theme", "icon", "accent"),
    [
        ("#0ea5e9", "#dc2626", "#0ea5e9"),
        ("#ffffff", "#dc2626", "#dc2626"),
        ("#000000", "", "#3b82f6"),
        ("#1e2327", "#dc2626", "#dc2626"),
        ("#fde047", "", "#fde047"),
        ("#14532d", "", "#14532d"),
        ("", "#dc2626", "#dc2626"),
        ("", "", "#3b82f6"),
    ],
)
def test_an_accent_left_out_is_the_theme_then_the_icons_then_ogstacks_own(theme: str, icon: str, accent: str) -> None:
    page = replace(PAGE, theme_color=theme, icon_color=icon)
    assert compose(page, Style("panorama")).values["accent"] == accent
    assert compose(page, Style("panorama", accent="#123456")).values["accent"] == "#123456"


def test_the_icon_is_fetched_only_where_it_is_needed() -> None:
    def wants(query: str, page: Page) -> bool:
        order = parse(query_of(f"url={URL}&{query}"))
        assert order.page is not None
        return order.page.wants_icon(page)

    plain = replace(PAGE, theme_color="")
    assert not wants("template=aurora", PAGE)
    assert not wants("template=aurora&accent=%23123456", plain)
    assert wants("template=aurora", plain)
    shows_icon = [slug for slug in TEMPLATES if "icon_image" in catalogue().look(TEMPLATES[slug]).template.variables]
    assert shows_icon
    assert all(wants(f"template={slug}", PAGE) for slug in shows_icon)


def test_long_texts_are_cut_as_there() -> None:
    page = replace(PAGE, title="word " * 50, description="word " * 100)
    card = compose(page, Style("showcase"))
    assert len(str(card.values["title"])) <= 120
    assert str(card.values["title"]).endswith("…")
    assert len(str(compose(page, Style("editorial")).values["description"])) <= 220
    assert len(str(compose(page, Style("aurora")).values["description"])) <= 160


def test_a_page_of_which_nothing_is_known_has_its_host() -> None:
    card = compose(Page.of_address("https://www.example.com/pricing"), Style("aurora"))
    assert (card.values["title"], card.values["site"], card.values["host"]) == ("Pricing", "", "example.com")
    assert not [name for name in ("author", "date", "description") if card.values.get(name)]


@pytest.mark.parametrize(
    ("path", "section", "kicker"),
    [
        ("blog/a-post", "", "Blog"),
        ("blog/a-post", "Craft", "Craft"),
        ("2024/03/a-post", "", ""),
        ("en/release-notes/2-4-1", "", "Release Notes"),
        ("pricing", "", ""),
        ("", "", ""),
    ],
)
def test_the_kicker_is_the_part_of_the_site_that_the_page_is_in(path: str, section: str, kicker: str) -> None:
    page = replace(PAGE, url=f"https://example.com/{path}", section=section)
    assert compose(page, Style("aurora")).values["kicker"] == kicker


@pytest.mark.parametrize(
    ("title", "description", "shown"),
    [
        ("GitHub - acme/rocket: Goes up.", "Goes up. Contribute to acme/rocket development by creating an account.",
         ("Goes up.", "")),
        ("GitHub - acme/rocket", "Contribute to acme/rocket development by creating an account.", ("rocket", "")),
        ("acme/rocket: Goes up", "Goes up, and comes down.", ("Goes up", "Goes up, and comes down.")),
        ("Rocket", "Goes up.", ("Rocket", "Goes up.")),
    ],
)  # fmt: skip
def test_a_repository_says_owner_and_name_once(title: str, description: str, shown: tuple[str, str]) -> None:
    page = replace(PAGE, url="https://github.com/acme/rocket", title=title, description=description)
    card = compose(page, Style("github_repo"))
    assert (card.values["title"], card.values["description"]) == shown
    assert card.values["path"] == ("acme", "rocket")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Release v2.4.1: faster builds", "v2.4.1"),
        ("Rocket 2.4 is out", "v2.4"),
        ("V1.0", "v1.0"),
        ("Now for $1.20 a month", ""),
        ("It grew by 38.5 %", ""),
        ("At 10.0.0.1 and 1.2.3.4", ""),
        ("Chapter 12", ""),
        ("", ""),
    ],
)
def test_a_version_is_one_that_the_page_names(text: str, version: str) -> None:
    assert version_in(text) == version


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-US", "5 March 2024"), ("", "5 March 2024"), ("de-AT", "5. März 2024"), ("fr", "5 mars 2024"),
        ("es-MX", "5 de marzo de 2024"), ("pl", "5 marca 2024"), ("ru", "5 марта 2024"), ("ja", "2024年3月5日"),
        ("zh-Hant", "2024年3月5日"), ("ko", "2024년 3월 5일"), ("no", "5. mars 2024"), ("ar", "05.03.2024"),
    ],
)  # fmt: skip
def test_a_day_is_written_in_the_pages_language(language: str, text: str) -> None:
    assert written("2024-03-05", language) == text


@settings(max_examples=300)
@given(wild)
def test_any_query_is_an_order_or_an_error_of_ours(given: list[tuple[str, str]]) -> None:
    query = Query("GET", "/og/x", tuple(given), path_values={"publicId": "0123456789ab"})
    try:
        order = parse(query)
    except FrontisError as error:
        reply = DIALECT.explain(error, query)
        event(f"refused with {reply.status}")
        if reply.status not in (400, 404):
            raise
    else:
        drawn(order)


@settings(max_examples=100)
@given(
    st.lists(pairs, max_size=8, unique_by=lambda pair: pair[0]), st.lists(st.tuples(anything, anything)), st.randoms()
)
def test_order_and_unknown_parameters_change_no_fingerprint(
    known: list[tuple[str, str]], unknown: list[tuple[str, str]], random: Random
) -> None:
    known = [("url", URL), *((name, value) for name, value in known if name != "url")]
    mixed = [*known, *((name, value) for name, value in unknown if name not in NAMES)]
    random.shuffle(mixed)
    cards = [
        drawn(parse(Query("GET", "/og/x", tuple(each), path_values={"publicId": "0123456789ab"})))
        for each in (known, mixed)
    ]
    assert cards[0].fingerprint == cards[1].fingerprint


texts = st.text(max_size=400)


@settings(max_examples=150)
@given(
    st.builds(
        Page, url=st.just(URL) | texts, title=texts.filter(lambda text: bool(text.strip())), description=texts,
        site_name=texts, author=texts, section=texts, headings=st.lists(texts, max_size=30).map(tuple),
        points=st.lists(texts, max_size=30).map(tuple), version=texts, stars=texts, language=texts, license=texts,
        published=st.just("2024-02-29"),
        image=st.just("") | st.text("ab/", max_size=3000).map(lambda rest: f"https://example.com/{rest}"),
    ),
    st.sampled_from(sorted(TEMPLATES)),
)  # fmt: skip
def test_any_page_is_a_card(page: Page, slug: str) -> None:
    assert compose(page, Style(slug)).values["title"]
