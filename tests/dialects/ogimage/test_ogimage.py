"""OG Image API's requests and refusals, against what its page says (cases.toml)."""

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis import errors
from frontis.dialects import ogimage
from frontis.dialects.ogimage import DIALECT
from frontis.dialects.ogimage.params import BadParameters, Parameters, RegisterParameters
from frontis.dialects.ogimage.parse import parse
from frontis.errors import FrontisError
from frontis.model.account import KeyKind
from frontis.model.dialect import Errand, Metering, Reply, Served
from frontis.model.order import AccountUsage, AdmissionWish, Order, Registered, RegisterWish, UsageWish
from frontis.model.query import Query
from frontis.model.usage import Rate, Usage

Case = dict[str, Any]
Pairs = list[tuple[str, str]]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
KEY = "og_sk_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"
NOON = datetime(2026, 2, 24, 12, 0, 0, 123456, tzinfo=UTC)
NAMES = tuple(Parameters.model_fields)
ERRORS = {
    "BadInput": errors.BadInput("title", "is wrong"),
    "BadSetting": errors.BadSetting("FRONTIS_X"),
    "BadSignature": errors.BadSignature("sig", "is missing"),
    "BadTemplate": errors.BadTemplate("/srv/card.html", 3, "secret"),
    "DamagedPicture": errors.DamagedPicture("secret"),
    "DrawFailed": errors.DrawFailed("secret"),
    "EmailTaken": errors.EmailTaken("alice@example.com"),
    "EncodeFailed": errors.EncodeFailed("secret"),
    "KeyMissing": errors.KeyMissing(),
    "KeyNotEnough": errors.KeyNotEnough(),
    "KeyUnknown": errors.KeyUnknown(),
    "Overloaded": errors.Overloaded(2),
    "PlanTooSmall": errors.PlanTooSmall("free"),
    "QueryTooLong": errors.QueryTooLong("query string", "is too long"),
    "QuotaExceeded": errors.QuotaExceeded(("monthly",)),
    "RateLimited": errors.RateLimited(10, 1708790400, 30),
    "RequestTooLarge": errors.RequestTooLarge("body", "is too large"),
    "RequestTooSlow": errors.RequestTooSlow("body", "is too slow"),
    "StudioUnavailable": errors.StudioUnavailable(),
    "UnknownTemplate": errors.UnknownTemplate("blgo", ("blog", "dark")),
    "UpstreamTimeout": errors.UpstreamTimeout("https://example.com/secret", "too slow"),
    "WrongMethod": errors.WrongMethod(("GET", "POST")),
}
anything = st.text(st.characters(exclude_categories=()), max_size=300)
parameters = st.lists(st.tuples(st.sampled_from(NAMES) | anything, anything), max_size=16)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)


def query_of(case: Case) -> Query:
    pairs = tuple(parse_qsl(case.get("query", ""), keep_blank_values=True))
    key = case.get("header", "" if any(name == "key" for name, _ in pairs) else KEY)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    method = "POST" if "body" in case else "GET"
    return Query(method, "/v1/generate", pairs, headers, case.get("body", "").encode(), id="abc123", asked_at=NOON)


def asked(*pairs: tuple[str, str], key: str = KEY) -> Order:
    found = parse(Query("GET", "/v1/generate", (*pairs, ("key", key))))
    assert isinstance(found, Order)
    return found


def answered(path: str, query: Query) -> Order | Errand | Reply:
    return next(route for route in DIALECT.routes if route.path == path).answer(query)


def told(path: str, outcome: object = None, **query: Any) -> Case:
    """The data that a JSON call answers with, once it is let in."""
    asking = Query(
        "GET", path, **{"headers": {"authorization": f"Bearer {KEY}"}, "id": "abc123", "asked_at": NOON, **query}
    )
    found = answered(path, asking)
    reply = found.tell(outcome) if isinstance(found, Errand) else found
    assert isinstance(reply, Reply)
    assert (reply.status, reply.media_type) == (200, "application/json; charset=utf-8")
    body: Case = json.loads(reply.body)
    assert body["error"] is None
    assert body["meta"] == {"request_id": "req_abc123", "timestamp": "2026-02-24T12:00:00Z"}
    data: Case = body["data"]
    return data


def outcome(path: str, query: Query) -> Order | FrontisError | None:
    """The order, or what is wrong as the asker is told once the key was good. None: neither."""
    try:
        found = answered(path, query)
        if isinstance(found, Errand):
            # Whoever has no good key is to be told of that first.
            assert (found.wish, found.key) == (AdmissionWish(), KEY)
            found.tell(None)
    except FrontisError as error:
        return error
    return found if isinstance(found, Order) else None


def refused(error: FrontisError, query: Query) -> tuple[Reply, Case]:
    reply = DIALECT.explain(error, query)
    body = json.loads(reply.body)
    assert body["data"] is None
    assert body["meta"] == {"request_id": f"req_{query.id}", "timestamp": "2026-02-24T12:00:00Z"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert reply.headers["Cache-Control"] == "no-store"
    return reply, body["error"]


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_request_means_what_the_page_says(case: Case) -> None:
    order = parse(query_of(case))
    assert isinstance(order, Order)
    card = case.get("card", {})
    found = {name: getattr(order.card, name) for name in card if name != "values"}
    assert found == {
        name: tuple(value) if name == "size" else value for name, value in card.items() if name != "values"
    }
    assert {name: order.card.values[name] for name in card.get("values", {})} == card.get("values", {})
    assert {name: getattr(order, name) for name in case.get("order", {})} == case.get("order", {})


@pytest.mark.parametrize("refusal", TRUTH["refusal"], ids=lambda refusal: refusal["says"])
def test_what_is_wrong_is_refused_as_the_page_says(refusal: Case) -> None:
    query = query_of(refusal)
    found = outcome("/v1/generate", query)
    assert isinstance(found, FrontisError)
    reply, error = refused(found, query)
    assert (reply.status, error["code"]) == (refusal["status"], refusal["code"])
    assert refusal.get("message", error["message"]) == error["message"]
    fields = [each["field"] for each in error["details"] or []]
    assert fields == refusal.get("fields", [])
    assert all(set(each) == {"field", "message"} and each["message"] for each in error["details"] or [])


@pytest.mark.parametrize("case", TRUTH["error"], ids=lambda case: case["error"])
def test_an_error_has_the_status_and_code_of_the_page_and_no_secrets(case: Case) -> None:
    query = Query("GET", "/v1/generate", id="x", asked_at=NOON)
    reply, error = refused(ERRORS[case["error"]], query)
    assert (reply.status, error["code"], error["message"]) == (case["status"], case["code"], case["message"])
    assert b"secret" not in reply.body
    assert b"alice" not in reply.body


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    reply, _ = refused(ERRORS["RateLimited"], Query("GET", "/v1/generate", asked_at=NOON))
    rates = {name: value for name, value in reply.headers.items() if name.startswith("X-RateLimit")}
    assert rates == {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1708790400"}


@given(parameters)
def test_any_query_is_an_order_or_a_refusal(pairs: Pairs) -> None:
    for key in (("key", KEY), ("key", "demo")):
        query = Query("GET", "/v1/generate", (*pairs, key), asked_at=NOON)
        found = outcome("/v1/generate", query)
        if isinstance(found, Order):
            assert found.card.template.startswith("ogimage-")
        else:
            assert found
            assert 400 <= refused(found, query)[0].status < 500


@given(
    st.dictionaries(st.sampled_from([name for name in NAMES if name != "key"]), json_values, max_size=8) | json_values
)
def test_any_body_is_an_order_or_a_refusal(body: object) -> None:
    query = Query("POST", "/v1/generate", (("key", KEY),), body=json.dumps(body).encode(), asked_at=NOON)
    found = outcome("/v1/generate", query)
    assert found
    if isinstance(found, FrontisError):
        assert refused(found, query)[0].status in (400, 404)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(body: bytes) -> None:
    for path in ("/v1/generate", "/v1/auth/register"):
        query = Query("POST", path, (("key", KEY),), body=body, asked_at=NOON)
        found = outcome(path, query)
        assert isinstance(found, FrontisError)
        assert refused(found, query)[0].status == 400


@given(st.randoms(), st.sampled_from(["blog", "product", "social", "minimal", "dark"]))
def test_neither_order_nor_unknown_parameters_change_the_card(random: Random, template: str) -> None:
    pairs = [
        ("title", "Hello"), ("subtitle", "World"), ("template", template), ("bg_color", "#123456"), ("width", "800"),
        ("logo_url", "https://example.com/l.png"), ("logo_position", "top-right"),
    ]  # fmt: skip
    shuffled = [*pairs, ("utm_source", "mail"), ("format", "webp"), ("v", "2")]
    random.shuffle(shuffled)
    assert asked(*pairs).card == asked(*shuffled).card


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<", "</"])
def test_a_title_is_measured_before_it_is_searched_for_tags(piece: str) -> None:
    query = Query("POST", "/v1/generate", (("key", KEY),), body=json.dumps({"title": piece * 60_000}).encode())
    found = outcome("/v1/generate", query)
    assert isinstance(found, BadParameters)
    assert found.faults == [("title", "String should have at most 100 characters")]


@pytest.mark.parametrize(
    ("template", "ignored"),
    [
        ("blog", ["logo_position"]),
        ("social", ["logo_url", "logo_position"]),
        ("minimal", ["accent_color", "logo_url", "logo_position"]),
        ("dark", ["bg_color", "text_color", "logo_position"]),
    ],
)
def test_what_a_template_does_not_take_changes_nothing(template: str, ignored: list[str]) -> None:
    values = {
        "bg_color": "#123456", "text_color": "#fedcba", "accent_color": "#00ff00", "logo_position": "bottom-right",
        "logo_url": "https://example.com/l.png",
    }  # fmt: skip
    plain = asked(("title", "x"), ("template", template)).card
    for name, value in values.items():
        card = asked(("title", "x"), ("template", template), (name, value)).card
        assert (card == plain) == (name in ignored), name


def test_a_place_without_a_logo_changes_nothing() -> None:
    pairs = (("title", "x"), ("template", "product"))
    assert asked(*pairs, ("logo_position", "bottom-left")).card == asked(*pairs).card


def test_a_get_and_a_post_for_the_same_card_are_one_card() -> None:
    body = json.dumps({"title": "x", "template": "product", "width": 800, "bg_color": "#ABC"}).encode()
    order = parse(Query("POST", "/v1/generate", headers={"authorization": f"bearer {KEY}"}, body=body))
    assert isinstance(order, Order)
    assert order.card == asked(("title", "x"), ("template", "product"), ("width", "800"), ("bg_color", "aabbcc")).card


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_post_may_show_its_key_outside_of_the_header(where: str) -> None:
    given = {"title": "x"} | ({"key": KEY} if where == "body" else {})
    pairs = (("key", KEY),) if where == "query" else ()
    order = parse(Query("POST", "/v1/generate", pairs, body=json.dumps(given).encode()))
    assert isinstance(order, Order)
    assert (order.key, order.is_key_private) == (KEY, where == "body")


def test_a_preview_is_another_card_than_the_one_that_is_paid_for() -> None:
    assert asked(("title", "x"), key="demo").card != asked(("title", "x")).card
    assert asked(("title", "x"), key="demo").card == replace(asked(("title", "x")).card, watermark="Preview")


def headers_of(order: Order, **served: Any) -> dict[str, str]:
    return dict(DIALECT.headers(order, Served(order.card, **{"now": 1000.0, **served})))


def test_a_picture_has_the_headers_of_the_page() -> None:
    order = asked(("title", "x"))
    assert headers_of(order, rate=Rate(10, 9, 1708790400)) == {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Cache": "MISS",
        "X-Image-Hash": f"sha256_{order.card.fingerprint}",
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
        "X-RateLimit-Reset": "1708790400",
    }
    assert headers_of(order, is_cached=True)["X-Cache"] == "HIT"
    assert "X-RateLimit-Limit" not in headers_of(order)


def test_a_picture_that_lacks_its_logo_is_not_kept() -> None:
    assert headers_of(asked(("title", "x")), is_degraded=True)["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(("exp", "seconds"), [(1060, 60), (900, 0), (10**17, 2**31 - 1)])
def test_a_signed_address_is_kept_until_it_ends(exp: int, seconds: int) -> None:
    order = asked(("title", "x"), ("exp", str(exp)), ("sig", "y"))
    assert headers_of(order)["Cache-Control"] == f"public, max-age={seconds}"


def test_templates_are_listed_as_on_the_page() -> None:
    found = told("/v1/templates", origin="https://og.example.com")["templates"]
    assert found == [
        {**each, "preview_url": f"https://og.example.com/v1/generate?template={each['id']}&title=Preview&key=demo"}
        for each in TRUTH["template"]
    ]


def test_usage_is_told_as_on_the_page() -> None:
    assert told("/v1/usage", AccountUsage("free", Usage(month_used=142, month_limit=1000), 534, 10, 3)) == {
        "plan": "free",
        "period": {"start": "2026-02-01T00:00:00Z", "end": "2026-02-28T23:59:59Z"},
        "usage": {"generated": 142, "limit": 1000, "cache_hits": 534, "cache_hit_rate": 0.79},
        "rate_limit": {"requests_per_minute": 10, "current_minute_usage": 3},
    }


def test_usage_without_limits_and_without_use() -> None:
    found = told("/v1/usage", AccountUsage("house", Usage(), 0, 0, 0), asked_at=NOON)
    assert found["usage"] == {"generated": 0, "limit": None, "cache_hits": 0, "cache_hit_rate": 0.0}
    assert found["rate_limit"] == {"requests_per_minute": None, "current_minute_usage": 0}


@pytest.mark.parametrize(("month", "last"), [(1, 31), (2, 28), (4, 30), (12, 31)])
def test_the_period_is_the_calendar_month(month: int, last: int) -> None:
    query = Query("GET", "/v1/usage", (("key", KEY),), asked_at=NOON.replace(month=month))
    found = answered("/v1/usage", query)
    assert isinstance(found, Errand)
    assert (found.wish, found.key, found.is_key_private) == (UsageWish(), KEY, False)
    period = json.loads(found.tell(AccountUsage("free", Usage(), 0, 0, 0)).body)["data"]["period"]
    assert period == {"start": f"2026-{month:02}-01T00:00:00Z", "end": f"2026-{month:02}-{last}T23:59:59Z"}


def test_health_needs_nothing() -> None:
    assert told("/v1/health", headers={}) == {"status": "ok", "version": "1.0.0"}


def test_an_account_is_answered_as_on_the_page() -> None:
    query = {"method": "POST", "headers": {}, "body": b'{"email": " you@example.com "}'}
    found = answered("/v1/auth/register", Query(path="/v1/auth/register", id="abc123", asked_at=NOON, **query))  # type: ignore[arg-type]
    assert isinstance(found, Errand)
    assert found.wish == RegisterWish("you@example.com")
    body = json.loads(found.tell(Registered("you@example.com", "free", KEY, NOON)).body)
    assert body == {
        "data": {"api_key": KEY, "email": "you@example.com", "plan": "free", "created_at": "2026-02-24T12:00:00Z"},
        "error": None,
        "meta": {"request_id": "req_abc123", "timestamp": "2026-02-24T12:00:00Z"},
    }


@pytest.mark.parametrize(
    "email",
    [
        "", None, 7, "you", "you@", "@example.com", "a b@example.com", "<x>@example.com", "you@localhost",
        "x" * 250 + "@a.de",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_person_is_refused(email: object) -> None:
    query = Query("POST", "/v1/auth/register", body=json.dumps({"email": email}).encode(), asked_at=NOON)
    found = outcome("/v1/auth/register", query)
    assert isinstance(found, FrontisError)
    reply, error = refused(found, query)
    assert (reply.status, error["code"]) == (400, "INVALID_PARAMS")
    assert [each["field"] for each in error["details"]] == ["email"]


def test_who_needs_a_key_and_what_is_counted() -> None:
    terms = {route.path: route.terms for route in DIALECT.routes}
    assert {path for path, each in terms.items() if not each.is_key_required} == {"/v1/health", "/v1/auth/register"}
    assert {path for path, each in terms.items() if each.metering is Metering.DRAWINGS} == {"/v1/generate"}
    assert {path for path, each in terms.items() if each.is_rate_limited} == {"/v1/generate"}
    assert all(each.keys == {KeyKind.OGIMAGE} for each in terms.values() if each.is_key_required)


def test_every_parameter_is_described() -> None:
    specification = (Path(ogimage.__file__).parent / "SPEC.md").read_text("utf-8")
    fields = Parameters.model_fields | RegisterParameters.model_fields
    assert all(field.description for field in fields.values())
    assert all(f"`{name}`" in specification for name in fields)


def test_every_code_is_in_the_specification() -> None:
    specification = (Path(ogimage.__file__).parent / "SPEC.md").read_text("utf-8")
    assert all(f"`{case['code']}`" in specification for case in TRUTH["error"])
