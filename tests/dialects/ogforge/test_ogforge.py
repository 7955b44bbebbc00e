"""OGForge's `/api/v1/og`, against what its page and its docs say (cases.toml)."""

import json
import tomllib
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis import errors
from frontis.dialects import ogforge
from frontis.dialects.ogforge import DIALECT
from frontis.dialects.ogforge.params import IconsParameters, Parameters
from frontis.dialects.ogforge.parse import SIZES, parse
from frontis.icons import names
from frontis.model.card import Card
from frontis.model.dialect import Reply, Served
from frontis.model.order import Order
from frontis.model.query import Query
from frontis.templates import catalogue

Case = dict[str, Any]
Pairs = list[tuple[str, str]]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
PATH = "/api/v1/og"
NAMES = tuple(Parameters.model_fields)
REFUSALS = [
    (errors.BadInput("title", "is required"), 400),
    (errors.BadSignature("sig", "is missing"), 403),
    (errors.WrongMethod(("GET",)), 405),
    (errors.RequestTooSlow("body", "did not arrive"), 408),
    (errors.RequestTooLarge("body", "is too large"), 413),
    (errors.QueryTooLong("query string", "is too long"), 414),
    (errors.RateLimited(10, 60, 30), 429),
    (errors.Overloaded(2), 503),
    (errors.StudioUnavailable(), 503),
    (errors.DrawFailed("/srv/secret"), 500),
    (errors.BadTemplate("/srv/secret/card.html", 3, "/srv/secret"), 500),
]
anything = st.text(st.characters(exclude_categories=()), max_size=60)
likely = st.sampled_from(
    ["", "x", "dark", "metric", "2.4M", "rocket", "🚀", "ff6600", "#abc", "abc,def", "300", "square", "webp", "none"]
)
parameters = st.lists(st.tuples(st.sampled_from(NAMES) | anything, likely | anything), max_size=20)
plain_json = st.none() | st.booleans() | st.integers() | st.floats() | likely | anything
bodies = st.dictionaries(st.sampled_from(NAMES), plain_json | st.lists(plain_json, max_size=2), max_size=20)


def asked(*pairs: tuple[str, str]) -> Order:
    return parse(Query("GET", PATH, pairs))


def query_of(case: Case) -> Query:
    pairs = tuple(parse_qsl(case.get("query", ""), keep_blank_values=True))
    return Query("POST" if "json" in case else "GET", PATH, pairs, body=case.get("json", "").encode())


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_request_means_what_ogforge_says(case: Case) -> None:
    card = parse(query_of(case)).card
    expected = case["card"]
    assert {name: getattr(card, name) for name in expected if name != "values"} == {
        name: tuple(value) if name == "size" else value for name, value in expected.items() if name != "values"
    }
    values = expected.get("values", {})
    assert {name: card.values[name] for name in values} == values


@pytest.mark.parametrize("case", TRUTH["refusal"], ids=lambda case: case["says"])
def test_a_mistake_is_told_by_its_name_and_what_would_be_right(case: Case) -> None:
    query = query_of(case)
    with pytest.raises(errors.BadInput) as caught:
        parse(query)
    reply = DIALECT.explain(caught.value, query)
    told = json.loads(reply.body)
    assert (reply.status, reply.media_type) == (400, "application/json")
    assert told["error"] == told["message"] == case["words"]
    assert told["parameter"] == case["parameter"]
    assert told.get("suggestion") == case.get("suggestion")


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=lambda each: str(each)[:20])
def test_every_refusal_is_told_in_the_same_shape_and_names_no_file(error: errors.FrontisError, status: int) -> None:
    reply = DIALECT.explain(error, Query("GET", PATH))
    told = json.loads(reply.body)
    assert reply.status == status
    assert told["error"] == told["message"]
    assert "secret" not in reply.body.decode()
    assert reply.headers["Cache-Control"] == "no-store"


def outcome(query: Query) -> Card | errors.BadInput:
    """The card, or the refusal; any other exception is a fault."""
    try:
        return parse(query).card
    except errors.BadInput as error:
        return error


def assert_it_is_a_card_or_told(found: Card | errors.BadInput) -> None:
    if isinstance(found, errors.BadInput):
        assert found.parameter in (*NAMES, "body")
    else:
        assert found.template.startswith("ogforge-")
        assert catalogue().resolve(found) == found


@settings(deadline=None)
@given(parameters)
def test_any_query_is_an_order_or_told_as_bad_input(pairs: Pairs) -> None:
    assert_it_is_a_card_or_told(outcome(Query("GET", PATH, tuple(pairs))))


@settings(deadline=None)
@given(bodies, st.booleans())
def test_any_body_is_an_order_or_told_as_bad_input(body: dict[str, Any], has_title: bool) -> None:
    whole = ({"title": "x"} | body) if has_title else body
    assert_it_is_a_card_or_told(outcome(Query("POST", PATH, body=json.dumps(whole).encode())))


@given(st.binary(max_size=60))
def test_a_body_of_any_bytes_is_an_order_or_told_as_bad_input(body: bytes) -> None:
    assert_it_is_a_card_or_told(outcome(Query("POST", PATH, (("title", "x"),), body=body)))


@pytest.mark.parametrize(
    "body", [b'{"title": ' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"title": "\xff"}', b"\xff\xfe"]
)
def test_a_body_that_is_meant_to_do_harm_does_none(body: bytes) -> None:
    found = outcome(Query("POST", PATH, body=body))
    assert isinstance(found, errors.BadInput)
    assert found.parameter == "body"


@settings(deadline=None)
@given(parameters, st.randoms())
def test_neither_order_nor_unknown_parameters_change_the_card(pairs: Pairs, random: Random) -> None:
    once = {"title": "x"} | {name: value for name, value in pairs if name in NAMES}
    shuffled = [*once.items(), ("utm_source", "mail"), ("v", "17"), ("key", "AbCdEf1234")]
    random.shuffle(shuffled)
    assert fingerprint(*once.items()) == fingerprint(*shuffled)


def fingerprint(*pairs: tuple[str, str]) -> str:
    found = outcome(Query("GET", PATH, pairs))
    return str(found) if isinstance(found, errors.BadInput) else found.fingerprint


def test_the_card_is_that_of_the_template_and_nothing_of_the_room_is_in_it() -> None:
    ours = Card("ogforge-standard", {"title": "Hello", "theme": "bold", "bg_color": "#FF6600"}, (1080, 1080), "webp")
    theirs = asked(
        ("title", " Hello "), ("theme", "BOLD"), ("bgColor", "f60"), ("size", "square"), ("format", "webp")
    ).card
    assert theirs == catalogue().resolve(ours)
    body = b'{"title": "Hello", "theme": "bold", "bgColor": "#ff6600", "width": 1080, "height": 1080, "format": "webp"}'
    assert parse(Query("POST", PATH, body=body)).card == theirs


def test_the_theme_that_was_used_is_told_and_a_day_is_how_long_it_is_good() -> None:
    for given_theme, used in (("bold", "bold"), ("Neon", "dark"), ("", "dark")):
        assert headers(asked(("title", "x"), ("theme", given_theme))) == {
            "Cache-Control": "public, max-age=86400",
            "X-OGForge-Theme": used,
        }


@pytest.mark.parametrize(("exp", "seconds"), [(1060, 60), (900, 0), (10**12, 86400)])
def test_a_signed_address_is_kept_no_longer_than_it_is_good(exp: int, seconds: int) -> None:
    order = asked(("title", "x"), ("exp", str(exp)), ("sig", "x"))
    assert headers(order)["Cache-Control"] == f"public, max-age={seconds}"


def headers(order: Order) -> dict[str, str]:
    return dict(DIALECT.headers(order, Served(order.card, 1000.0)))


def catalogued(path: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    route = next(each for each in DIALECT.routes if each.path == path)
    reply = route.answer(Query("GET", path, pairs, origin="https://og.example.com"))
    assert isinstance(reply, Reply)
    assert reply.headers["Cache-Control"] == "public, max-age=86400"
    told: dict[str, Any] = json.loads(reply.body)
    return told


def test_the_icons_are_all_of_lucide() -> None:
    told = catalogued("/api/v1/icons")
    assert [each["name"] for each in told["icons"]] == list(names())
    assert told["count"] == told["total"] == len(names()) > 1_600


@pytest.mark.parametrize(
    ("q", "first"), [("rocket", "rocket"), ("File Text", "file-text"), ("pen_tool", "pen-tool"), ("book", "book")]
)
def test_icons_are_found_by_a_part_of_their_name(q: str, first: str) -> None:
    told = catalogued("/api/v1/icons", ("q", q), ("limit", "2"))
    assert told["icons"][0] == {"name": first}
    assert told["count"] == len(told["icons"]) == min(told["total"], 2)


def test_what_is_not_there_is_an_empty_list() -> None:
    assert catalogued("/api/v1/icons", ("q", "no such icon")) == {"icons": [], "count": 0, "total": 0}


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "5001"), ("limit", "x"), ("q", "x" * 65)])
def test_a_search_that_cannot_be_is_told(name: str, value: str) -> None:
    with pytest.raises(errors.BadInput, match=f"^{name}: "):
        catalogued("/api/v1/icons", (name, value))


def test_the_themes_are_those_of_the_templates_each_with_an_address_that_draws_it() -> None:
    told = catalogued("/api/v1/themes")
    template = catalogue().look("ogforge-standard").template
    assert [each["name"] for each in told["themes"]] == list(template.variables["theme"].choices)
    assert told["patterns"] == list(template.variables["pattern"].choices)
    for each in told["themes"]:
        address, _, query = each["preview"].partition("?")
        assert address == "https://og.example.com/api/v1/og"
        assert asked(*parse_qsl(query)).card.values["theme"] == each["name"]
    assert {each["name"]: (each["width"], each["height"]) for each in told["sizes"]} == SIZES


def test_the_templates_are_made_for_every_size_and_hold_what_the_limits_allow() -> None:
    limits = {"title": 200, "subtitle": 300, "caption": 100, "brand": 50}
    for identity in ("ogforge-standard", "ogforge-metric"):
        template = catalogue().look(identity).template
        assert {tuple(size) for size in template.sizes} == set(SIZES.values())
        assert {name: template.variables[name].longest for name in limits} == limits


def test_every_parameter_is_described_and_has_its_place_in_the_specification() -> None:
    specification = (Path(ogforge.__file__).parent / "SPEC.md").read_text("utf-8")
    for model in (Parameters, IconsParameters):
        assert all(field.description for field in model.model_fields.values())
        assert [name for name in model.model_fields if f"`{name}`" not in specification] == []


def test_nobody_needs_a_key() -> None:
    for route in DIALECT.routes:
        assert not route.terms.keys
        assert not route.terms.is_key_required
        assert "GET" in route.methods
        assert "HEAD" in route.methods
