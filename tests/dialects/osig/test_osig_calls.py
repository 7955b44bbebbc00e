"""OSIG's JSON calls, against what its page and its source say (calls.toml)."""

import json
import re
import tomllib
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import BaseModel

from frontis import errors
from frontis.dialects import osig
from frontis.dialects.osig import DIALECT
from frontis.dialects.osig.api import sign as ask_to_sign
from frontis.dialects.osig.params import BadBody
from frontis.dialects.osig.parse import parse
from frontis.errors import FrontisError
from frontis.model.dialect import Errand, Reply, Route
from frontis.model.order import MetricsWish, SignedQuery, SignWish
from frontis.model.query import Query
from frontis.model.usage import RenderMetrics
from frontis.signing import sign

Case = dict[str, Any]
TRUTH = tomllib.loads((Path(__file__).parent / "calls.toml").read_text("utf-8"))
ORIGIN = "https://og.example.com"
ROUTES = {route.path: route for route in DIALECT.routes}
POSTED = [route for route in DIALECT.routes if route.methods == ("POST",)]
SIGNED = SignedQuery("SIGNED", datetime(2026, 2, 26, 12, 34, 56, tzinfo=UTC))
ERRORS = {
    "DrawFailed": errors.DrawFailed("<b>"),
    "KeyMissing": errors.KeyMissing("<b>"),
    "RateLimited": errors.RateLimited(10, 60, 30),
    "StudioUnavailable": errors.StudioUnavailable(),
}
WIZARD, WORDPRESS = "/api/onboarding/meta", "/api/integrations/wordpress"


def call(path: str, body: str, **headers: str) -> Errand:
    answer = ROUTES[path].answer(Query("POST", path, headers=headers, body=body.encode(), origin=ORIGIN))
    assert isinstance(answer, Errand)
    return answer


def wish(errand: Errand) -> SignWish:
    assert isinstance(errand.wish, SignWish)
    return errand.wish


def told(errand: Errand, signed: SignedQuery = SIGNED) -> dict[str, Any]:
    reply = errand.tell(signed)
    assert (reply.status, reply.media_type) == (200, "application/json; charset=utf-8")
    assert reply.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(reply.body)
    return found


@pytest.mark.parametrize("case", [case for case in TRUTH["call"] if "fault" not in case], ids=lambda case: case["says"])
def test_a_call_means_what_osig_says(case: Case) -> None:
    errand = call(case["path"], case["body"])
    if "lifetime" in case:
        assert wish(errand).lifetime_seconds == case["lifetime"]
    if "parameters" in case:
        assert wish(errand).parameters == tuple((name, value) for name, value in case["parameters"])
    answer = told(errand)
    assert {name: answer[name] for name in case.get("answer", {})} == case.get("answer", {})


@pytest.mark.parametrize("case", [case for case in TRUTH["call"] if "fault" in case], ids=lambda case: case["says"])
def test_a_wrong_body_is_a_422_in_the_shape_of_django_ninja(case: Case) -> None:
    reply = refused(case["path"], case["body"])
    assert (reply.status, reply.media_type) == (422, "application/json; charset=utf-8")
    (detail,) = json.loads(reply.body)["detail"]
    assert [*detail["loc"], detail["type"]] == case["fault"]
    assert set(detail) == {"type", "loc", "msg"}


def refused(path: str, body: str) -> Reply:
    with pytest.raises(FrontisError) as caught:
        call(path, body)
    return DIALECT.explain(caught.value, Query("POST", path))


def test_a_body_of_a_hundred_thousand_faults_is_told_of_few() -> None:
    for count in (20_000, 150):
        body = json.dumps({"params": {key: [] for key in map(str, range(count))}}).encode()
        with pytest.raises(BadBody) as caught:
            ask_to_sign(Query("POST", "/api/sign", body=body))
        assert 1 <= len(caught.value.details) <= 40


def test_an_empty_page_url_is_told_in_plain_words() -> None:
    (detail,) = json.loads(refused(WORDPRESS, '{"page_url": ""}').body)["detail"]
    assert "page_url is empty" in detail["msg"]


@pytest.mark.parametrize("refusal", TRUTH["api_refusal"], ids=lambda refusal: refusal["error"])
def test_a_refused_call_has_a_detail(refusal: Case) -> None:
    for route in POSTED:
        reply = DIALECT.explain(ERRORS[refusal["error"]], Query("POST", route.path))
        assert (reply.status, json.loads(reply.body)) == (refusal["status"], {"detail": refusal["detail"]})


@pytest.mark.parametrize("path", [WIZARD, WORDPRESS])
@pytest.mark.parametrize(
    ("sent", "seconds"), [(-5, 1), (0, 1), (1, 1), (2_592_000, 2_592_000), (2_592_001, 2_592_000), (10**30, 2_592_000)]
)
def test_a_published_address_lives_as_long_as_is_asked_within_thirty_days(path: str, sent: int, seconds: int) -> None:
    body = json.dumps({"page_url": "https://example.com", "expires_in_seconds": sent})
    assert wish(call(path, body)).lifetime_seconds == seconds


@pytest.mark.parametrize("route", POSTED, ids=lambda route: route.path)
def test_whoever_shows_a_key_in_a_header_is_asked_about_that_one(route: Route) -> None:
    body = '{"page_url": "https://example.com", "key": "AbCdEf1234", "params": {"key": "AbCdEf1234"}}'
    plain, shown = call(route.path, body), call(route.path, body, authorization="Bearer og_live_x")
    assert (plain.key, plain.is_key_private) == ("AbCdEf1234", False)
    assert (shown.key, shown.is_key_private) == ("og_live_x", True)


@pytest.mark.parametrize(
    ("body", "media_type", "size"),
    [
        ({}, "image/png", "1600x900"),
        ({"site": "META", "format": " JPEG "}, "image/jpeg", "1200x630"),
        ({"site": "facebook", "format": "webp"}, "image/png", "1600x900"),
    ],
    ids=["defaults", "meta", "unknown"],
)
def test_the_tags_tell_what_picture_there_will_be(body: Case, media_type: str, size: str) -> None:
    errand = call(WIZARD, json.dumps(body))
    tags = tags_of(told(errand)["meta_tags"])
    assert f"{tags['og:image:width']}x{tags['og:image:height']}" == size
    assert tags["og:image:type"] == media_type
    order = parse(Query("GET", "/g", tuple((name, str(value)) for name, value in wish(errand).parameters)))
    assert order.card.output.format.media_type == media_type


HOSTILE = "\"><script>alert('1')</script>\n&amp;"


def test_nothing_that_is_sent_leaves_its_tag() -> None:
    body = {"page_url": HOSTILE, "title": HOSTILE, "subtitle": HOSTILE, "style": HOSTILE}
    errand = call(WIZARD, json.dumps(body))
    text = sign(wish(errand).parameters, secret="s", expires_at=2_000_000_000)
    answer = told(errand, SignedQuery(text, SIGNED.expires_at))
    assert "<script" not in answer["meta_tags"]
    tags = tags_of(answer["meta_tags"])
    assert tags["og:title"] == tags["twitter:title"] == tags["og:url"] == " ".join(HOSTILE.split())
    # What a browser reads in the tag is the very address that was signed.
    assert tags["og:image"] == tags["twitter:image"] == answer["signed_url"]
    assert dict(parse_qsl(tags["og:image"].partition("?")[2], keep_blank_values=True))["style"] == HOSTILE


def tags_of(text: str) -> dict[str, str]:
    tag = re.compile(r'<meta (?:property|name)="([a-z:]+)" content="([^"<>]*)" />')
    found = [tag.fullmatch(line) for line in text.split("\n")]
    assert all(found)
    return {match[1]: unescape(match[2]) for match in found if match}


words = st.text(max_size=30)


@given(words, words, words)
def test_a_signed_card_is_the_card_that_was_asked_for(title: str, subtitle: str, eyebrow: str) -> None:
    body = {"page_url": "https://example.com", "title": title, "subtitle": subtitle, "eyebrow": eyebrow}
    for path in (WIZARD, WORDPRESS):
        pairs = wish(call(path, json.dumps(body))).parameters
        text = sign(pairs, secret="s", expires_at=2_000_000_000)
        order = parse(Query("GET", "/g", tuple(parse_qsl(text, keep_blank_values=True))))
        wanted = parse(Query("GET", "/g", (*body.items(), ("style", dict(pairs)["style"]), ("font", "helvetica"))))  # type: ignore[arg-type]
        assert order.card.fingerprint == wanted.card.fingerprint


@pytest.mark.parametrize("path", [WIZARD, WORDPRESS])
def test_a_long_text_makes_no_address_that_is_too_long_and_the_same_card(path: str) -> None:
    body = {"page_url": "https://e.com", **dict.fromkeys(("title", "subtitle", "eyebrow"), "字 \n" * 5000)}
    pairs = wish(call(path, json.dumps(body))).parameters
    text = sign(pairs, secret="s", expires_at=2_000_000_000)
    assert len(text) < 16_384
    order = parse(Query("GET", "/g", tuple(parse_qsl(text, keep_blank_values=True))))
    wanted = parse(Query("GET", "/g", (*body.items(), ("style", dict(pairs)["style"]), ("font", "helvetica"))))  # type: ignore[arg-type]
    assert order.card.fingerprint == wanted.card.fingerprint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | words, lambda some: st.lists(some) | st.dictionaries(words, some)
    )
)
def test_any_body_is_an_errand_or_a_422(body: object) -> None:
    for route in POSTED:
        for each in (body, {"params": body}, dict.fromkeys(fields_of(route), body)):
            assert status_of(route.path, json.dumps(each)) in (200, 422)


def status_of(path: str, body: str) -> int:
    try:
        return call(path, body).tell(SIGNED).status
    except FrontisError as error:
        return DIALECT.explain(error, Query("POST", path)).status


def fields_of(route: Route) -> tuple[str, ...]:
    assert route.parameters is not None
    return tuple(route.parameters.model_fields)


def test_the_metrics_are_those_of_the_page() -> None:
    errand = ROUTES["/api/admin/render-metrics"].answer(Query("GET", "/", (("api_key", "k"), ("hours", "24"))))
    assert isinstance(errand, Errand)
    assert (errand.wish, errand.key) == (MetricsWish(24), "k")
    counts = {"transient_upstream_fetch": 4, "validation_error": 2}
    assert json.loads(errand.tell(RenderMetrics(24, 120, 6, 0.2841, counts)).body) == {
        "window_hours": 24,
        "total_attempts": 120,
        "failed_attempts": 6,
        "fail_rate_percent": 5.0,
        "p95_render_ms": 284,
        "error_counts": counts,
    }
    empty = json.loads(errand.tell(RenderMetrics(24, 0, 0, None, {})).body)
    assert (empty["fail_rate_percent"], empty["p95_render_ms"]) == (0.0, None)


@pytest.mark.parametrize(("sent", "hours"), [("-1", 1), ("0", 1), ("1", 1), ("720", 720), ("721", 720), (None, 24)])
def test_the_window_is_one_hour_to_thirty_days(sent: str | None, hours: int) -> None:
    errand = ROUTES["/api/admin/render-metrics"].answer(Query("GET", "/", (("hours", sent),) if sent else ()))
    assert isinstance(errand, Errand)
    assert errand.wish == MetricsWish(hours)


def test_the_blank_square_is_white_and_200_by_200() -> None:
    reply = ROUTES["/blank-square.png"].answer(Query("GET", "/blank-square.png"))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.media_type) == (200, "image/png")
    with Image.open(BytesIO(reply.body)) as picture:
        assert (picture.format, picture.size) == ("PNG", (200, 200))
        assert picture.convert("RGBA").getcolors() == [(40_000, (255, 255, 255, 255))]


@pytest.mark.parametrize("model", [route.parameters for route in POSTED], ids=lambda model: model.__name__)
def test_every_field_of_a_call_is_described(model: type[BaseModel]) -> None:
    specification = (Path(osig.__file__).parent / "SPEC.md").read_text("utf-8")
    assert all(field.description for field in model.model_fields.values())
    assert [name for name in model.model_fields if f"`{name}`" not in specification] == []
