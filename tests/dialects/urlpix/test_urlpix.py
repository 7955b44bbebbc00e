"""URLPix's `/v1/og`, against what its pages say (cases.toml)."""

import json
import tomllib
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis import errors
from frontis.dialects import urlpix
from frontis.dialects.urlpix import DIALECT
from frontis.dialects.urlpix.describe import describe
from frontis.dialects.urlpix.params import PREFIX, THEIR_NAMES, Parameters, templates, their_name
from frontis.dialects.urlpix.parse import parse
from frontis.model.dialect import Served
from frontis.model.order import Order
from frontis.model.output import Format, Size
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.model.template import Kind
from frontis.templates import catalogue

Case = dict[str, Any]
Pairs = list[tuple[str, str]]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
KEY = "sk_live_" + "a" * 32
ERRORS = {
    "BadInput": errors.BadInput("title", "is required"),
    "BadSignature": errors.BadSignature("sig", "is missing"),
    "BadTemplate": errors.BadTemplate("/srv/card.html", 3, "is wrong"),
    "DrawFailed": errors.DrawFailed("no"),
    "DrawTooSlow": errors.DrawTooSlow(15),
    "EncodeFailed": errors.EncodeFailed("no"),
    "KeyMalformed": errors.KeyUnknown(is_malformed=True),
    "KeyMissing": errors.KeyMissing("no"),
    "KeyNotEnough": errors.KeyNotEnough("no"),
    "KeyUnknown": errors.KeyUnknown(),
    "Overloaded": errors.Overloaded(2),
    "PlanTooSmall": errors.PlanTooSmall("free"),
    "QueryTooLong": errors.QueryTooLong("query string", "may have at most 16,384 bytes"),
    "QuotaExceeded": errors.QuotaExceeded(("monthly",)),
    "RateLimited": errors.RateLimited(10, 60, 30),
    "StudioUnavailable": errors.StudioUnavailable(),
    "UpstreamBroken": errors.UpstreamBroken("https://example.com/x", 503),
    "UpstreamTimeout": errors.UpstreamTimeout("https://example.com/x", "too slow"),
    "WrongMethod": errors.WrongMethod(("GET", "HEAD", "OPTIONS")),
}
LOOKS = dict(templates())
NAMES = sorted({*Parameters.model_fields, *(their_name(name) for look in LOOKS.values() for name in look.variables)})
anything = st.text(st.characters(exclude_categories=()), max_size=300)
likely = st.sampled_from(
    ["", "1", "red", "https://example.com/a.png", "a\nb", "json", "webp", "dark", "python", *LOOKS]
)
parameters = st.lists(st.tuples(st.sampled_from(NAMES) | anything, likely | anything), max_size=20)


def asked(*pairs: tuple[str, str], **headers: str) -> Order:
    """With a key in the address, where there is none yet."""
    if not headers and "api_key" not in dict(pairs):
        pairs = (*pairs, ("api_key", KEY))
    return parse(Query("GET", "/v1/og", pairs, headers, origin="https://og.example.com"))


def card_asked(template: str, **values: str) -> Order:
    return asked(("template", template), *values.items())


def none(value: object) -> object:
    """TOML has no null and no tuples."""
    return None if value == "none" else tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_query_means_what_urlpix_says(case: Case) -> None:
    order = asked(*parse_qsl(case["query"], keep_blank_values=True))
    wanted = dict(case.get("card", {}))
    values = wanted.pop("values", {})
    assert {name: getattr(order.card, name) for name in wanted} == {name: none(value) for name, value in wanted.items()}
    assert {name: order.card.values[name] for name in values} == {name: none(value) for name, value in values.items()}
    wanted = case.get("order", {})
    assert {name: getattr(order, name) for name in wanted} == {name: none(value) for name, value in wanted.items()}


@pytest.mark.parametrize("case", TRUTH["refused"], ids=lambda case: case["says"])
def test_a_query_is_refused_as_urlpix_says_naming_the_parameter(case: Case) -> None:
    with pytest.raises(errors.BadInput) as refused:
        asked(*parse_qsl(case["query"], keep_blank_values=True))
    reply = DIALECT.explain(refused.value, Query("GET", "/v1/og"))
    words = json.loads(reply.body)["error"]
    assert reply.status == 400
    assert words == case.get("error", words)
    assert words.startswith(f"{case.get('parameter', refused.value.parameter)}: ")


@pytest.mark.parametrize("refusal", TRUTH["refusal"], ids=lambda refusal: refusal["error"])
def test_a_refusal_has_the_status_and_words_of_urlpix(refusal: Case) -> None:
    reply = DIALECT.explain(ERRORS[refusal["error"]], Query("GET", "/v1/og"))
    assert (reply.status, json.loads(reply.body)) == (refusal["status"], {"error": refusal["body"]})
    assert reply.media_type == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_key_in_the_header_counts_before_one_in_the_address() -> None:
    order = asked(("template", "default"), ("title", "A"), ("api_key", "sk_live_" + "b" * 32), **{"x-api-key": KEY})
    assert (order.key, order.is_key_private) == (KEY, True)


@pytest.mark.parametrize("template", ["", "nope", "default"])
def test_a_key_is_asked_for_before_anything_else(template: str) -> None:
    with pytest.raises(errors.KeyMissing):
        parse(Query("GET", "/v1/og", (("template", template), ("api_key", " "))))
    for key in ("sk_live_short", "abcdefghij", f"{KEY}a", "sk_live_" + "é" * 32):
        with pytest.raises(errors.KeyUnknown) as refused:
            parse(Query("GET", "/v1/og", (("template", template), ("api_key", key))))
        assert refused.value.is_malformed


def test_neither_the_key_nor_the_manner_of_the_answer_is_part_of_the_card() -> None:
    plain = card_asked("default", title="A").card
    assert card_asked("default", title="A", api_key=KEY, response="json").card == plain
    assert asked(("template", "default"), ("title", "A"), **{"x-api-key": KEY}).card == plain
    assert card_asked("default", title="A", quality="7").card == plain


def test_the_json_tells_of_the_picture_and_never_of_the_key() -> None:
    order = card_asked("blog-post", api_key=KEY, title="Zwölf & mehr", response="json", format="jpg", width="600")
    picture = Picture(b"12345", Format.JPEG, Size(600, 630))
    assert order.tell
    reply = order.tell(Served(order.card, 1000.0, is_cached=True), picture)
    assert json.loads(reply.body) == {
        "url": "https://og.example.com/v1/og?template=blog-post&title=Zw%C3%B6lf%20%26%20mehr&format=jpg&width=600",
        "template": "blog-post",
        "format": "jpg",
        "width": 600,
        "height": 630,
        "size": 5,
        "cached": True,
        "cache_key": order.card.fingerprint,
    }
    assert KEY.encode() not in reply.body
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    ("headers", "query", "is_degraded", "words"),
    [
        ({}, (), False, "public, max-age=86400"),
        ({"x-api-key": KEY}, (), False, "private, max-age=86400"),
        ({}, (), True, "public, max-age=60"),
        ({}, (("exp", "1010"), ("sig", "x")), False, "public, max-age=10"),
        ({}, (("exp", "900"), ("sig", "x")), False, "public, max-age=0"),
    ],
    ids=["public", "private", "degraded", "signed", "over"],
)
def test_a_picture_may_be_kept_for_a_day_by_those_who_may_have_it(
    headers: dict[str, str], query: Pairs, is_degraded: bool, words: str
) -> None:
    order = asked(("template", "default"), ("title", "A"), *query, **headers)
    served = Served(order.card, 1000.0, is_degraded=is_degraded)
    assert DIALECT.headers(order, served) == {"Cache-Control": words}


def test_no_text_is_too_long_and_none_is_cut_within_a_character() -> None:
    card = card_asked("default", title="é" * 1000, description="👩🏽\u200d🚀" * 1000).card
    assert str(card.values["title"]).endswith("é…")
    assert len(str(card.values["title"])) == 300
    assert str(card.values["description"]).removesuffix("…").replace("👩🏽\u200d🚀", "") in ("", "👩🏽", "👩")
    items = card_asked("changelog-card", version="v" * 500, change_items="x" * 9000).card.values["change_items"]
    assert isinstance(items, tuple)
    assert len(items[0]) == 200
    assert len(str(card_asked("code-snippet", code="x" * 9000).card.values["code"])) == 5000


def test_the_list_of_templates_says_all_that_a_card_takes() -> None:
    reply = describe(Query("GET", "/v1/og/templates"))
    listed = {each["name"]: each for each in json.loads(reply.body)}
    assert list(listed) == sorted(LOOKS)
    assert {"default", "blog-post", "product-card", "social-share", "stats-card", "code-snippet", "changelog-card"} <= {
        *listed
    }
    default = {each["name"]: each for each in listed["default"]["variables"]}
    assert {name: (each["type"], each["default"], each["required"]) for name, each in default.items()} == {
        "title": ("text", None, True),
        "description": ("text", None, False),
        "bgColor1": ("color", "#667eea", False),
        "bgColor2": ("color", "#764ba2", False),
        "textColor": ("color", "#ffffff", False),
    }
    types = {each["type"] for look in listed.values() for each in look["variables"]}
    assert types == {"text", "color", "image_url", "list"}


def test_every_variable_has_one_name_here_that_is_no_parameter() -> None:
    for look in LOOKS.values():
        names = [their_name(name) for name in look.variables]
        assert len(names) == len(set(names))
        assert not {*names} & {*Parameters.model_fields}
        assert all(name.endswith("_items") == (each.kind is Kind.LIST) for name, each in look.variables.items())
    assert {*THEIR_NAMES} <= {name for look in LOOKS.values() for name in look.variables}


@settings(deadline=None)
@given(st.sampled_from(sorted(LOOKS)) | anything, parameters)
def test_any_query_is_an_order_or_a_refusal(template: str, pairs: Pairs) -> None:
    with suppress(errors.BadInput, errors.KeyMissing, errors.KeyUnknown):
        order = asked(("template", template), ("title", "A"), *pairs)
        assert order.card.template.startswith(PREFIX)
        assert order.card == catalogue().resolve(order.card)


@settings(deadline=None)
@given(st.sampled_from(["default", "social-share"]), st.randoms())
def test_neither_order_nor_unknown_parameters_change_the_card(template: str, random: Random) -> None:
    pairs = [("template", template), ("title", "A"), ("description", "B"), ("format", "webp"), ("quality", "50")]
    shuffled = [*pairs, ("utm_source", "mail"), ("v", "17"), ("bg_color1", "red")]
    random.shuffle(shuffled)
    assert asked(*pairs).card == asked(*shuffled).card


@pytest.mark.parametrize("digits", ["9" * 5000, "٣٠٠", "-300", "1e3", "0x100", "+300", "1_000"])
@pytest.mark.parametrize("name", ["width", "height", "quality"])
def test_numbers_that_nobody_means_are_refused(name: str, digits: str) -> None:
    with pytest.raises(errors.BadInput, match=f"{name}: must be a whole number"):
        asked(("template", "default"), ("title", "A"), (name, digits))


def test_every_parameter_and_variable_is_documented() -> None:
    specification = (Path(urlpix.__file__).parent / "SPEC.md").read_text("utf-8")
    page = (Path(__file__).parents[3] / "docs" / "urlpix.md").read_text("utf-8")
    assert all(field.description for field in Parameters.model_fields.values())
    assert [name for name in Parameters.model_fields if f"`{name}`" not in specification] == []
    assert [name for name in LOOKS if f"`{name}`" not in page] == []
    names = {their_name(name) for look in LOOKS.values() for name in look.variables}
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_the_addresses_answer_get_and_head() -> None:
    assert {route.path: route.methods for route in DIALECT.routes} == {
        "/v1/og": ("GET", "HEAD"),
        "/v1/og/templates": ("GET", "HEAD"),
    }
