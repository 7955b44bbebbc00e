"""OSIG's `/g`, against what its page and its source say (cases.toml)."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis import errors
from frontis.dialects import osig
from frontis.dialects.osig import DIALECT
from frontis.dialects.osig.params import Parameters
from frontis.dialects.osig.parse import SIZES, TEMPLATES, parse, shortened
from frontis.model.dialect import Served
from frontis.model.order import Order
from frontis.model.query import Query
from frontis.model.text import folded
from frontis.model.usage import Usage
from frontis.templates import catalogue

Case = dict[str, Any]
Pairs = list[tuple[str, str]]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
ERRORS = {
    "BadSetting": errors.BadSetting("FRONTIS_X: <b>"),
    "BadInput": errors.BadInput("<b>", "<b>"),
    "BadSignature": errors.BadSignature("sig", "<b>"),
    "BadTemplate": errors.BadTemplate("/srv/card.html", 3, "<b>"),
    "DamagedPicture": errors.DamagedPicture("<b>"),
    "DrawFailed": errors.DrawFailed("<b>"),
    "KeyMissing": errors.KeyMissing("<b>"),
    "Overloaded": errors.Overloaded(2),
    "QuotaExceeded": errors.QuotaExceeded(("daily", "monthly")),
    "RateLimited": errors.RateLimited(10, 60, 30),
    "StudioUnavailable": errors.StudioUnavailable(),
    "UpstreamBroken": errors.UpstreamBroken("https://example.com/<b>", 503),
    "UpstreamRefused": errors.UpstreamRefused("https://example.com/<b>", 404),
    "UpstreamTimeout": errors.UpstreamTimeout("https://example.com/<b>", "too slow"),
    "UpstreamUnreachable": errors.UpstreamUnreachable("https://example.com/<b>", "reset"),
}
NAMES = tuple(Parameters.model_fields)
anything = st.text(st.characters(exclude_categories=()), max_size=400)
parameters = st.lists(st.tuples(st.sampled_from(NAMES) | anything, anything), max_size=20)


def asked(*pairs: tuple[str, str]) -> Order:
    return parse(Query("GET", "/g", pairs))


def cache_control(order: Order, *, is_degraded: bool = False, now: float = 1000.0) -> str:
    return DIALECT.headers(order, Served(order.card, now, is_degraded=is_degraded))["Cache-Control"]


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_query_means_what_osig_says(case: Case) -> None:
    order = asked(*parse_qsl(case["query"], keep_blank_values=True))
    card = case.get("card", {})
    found = {name: getattr(order.card, name) for name in card if name != "values"}
    assert found == {
        name: tuple(value) if name == "size" else none(value) for name, value in card.items() if name != "values"
    }
    assert {name: order.card.values[name] for name in card.get("values", {})} == card.get("values", {})
    assert {name: getattr(order, name) for name in case.get("order", {})} == {
        name: none(value) for name, value in case.get("order", {}).items()
    }


def none(value: object) -> object:
    """TOML has no null."""
    return None if value == "none" else value


@pytest.mark.parametrize("refusal", TRUTH["refusal"], ids=lambda refusal: refusal["error"])
def test_a_refusal_has_the_status_and_words_of_osig_and_none_of_the_asker(refusal: Case) -> None:
    reply = DIALECT.explain(ERRORS[refusal["error"]], Query("GET", "/g", (("title", "<script>"),)))
    assert (reply.status, reply.body.decode()) == (refusal["status"], refusal["body"])
    assert reply.media_type == "text/html; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("case", TRUTH["header"], ids=lambda case: case["says"])
def test_a_counted_picture_tells_where_its_quotas_stand(case: Case) -> None:
    usage = Usage(**case["usage"]) if "usage" in case else None
    found = DIALECT.headers(asked(), Served(asked().card, 1000.0, usage=usage))
    assert {name: words for name, words in found.items() if name.startswith("X-OSIG")} == case["headers"]


@settings(deadline=None)
@given(parameters)
def test_any_query_gives_a_card(pairs: Pairs) -> None:
    order = asked(*pairs)
    assert order.card.template.startswith("osig-")
    assert len(order.card.fingerprint) == 64


@settings(deadline=None)
@given(parameters, st.randoms())
def test_neither_order_nor_unknown_parameters_change_the_card(pairs: Pairs, random: Random) -> None:
    once = {name: value for name, value in pairs if name in NAMES}
    shuffled = [*once.items(), ("utm_source", "mail"), ("width", "17")]
    random.shuffle(shuffled)
    assert asked(*once.items()) == asked(*shuffled)


@pytest.mark.parametrize("name", ["quality", "max_kb", "exp"])
@pytest.mark.parametrize("digits", ["9" * 5000, "٣" * 12, "-" + "9" * 400, "1e9", "0x10"])
def test_numbers_that_nobody_means_do_no_harm(name: str, digits: str) -> None:
    order = asked((name, digits), ("sig", "x"), ("format", "jpeg"))
    assert order.signed_until is None or name != "exp"
    assert order.card.quality in range(1, 101)


def test_only_a_version_draws_the_same_card_anew() -> None:
    assert asked(("title", "a")).card != asked(("title", "a"), ("v", "2")).card
    assert asked(("title", "a")).card == asked(("title", "a"), ("key", "AbCdEf1234")).card


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "//example.com/a.png", "https://", "http://e.com/" + "a" * 3000]
)
def test_what_is_no_address_of_a_picture_is_left_out(address: str) -> None:
    assert asked(("image_url", address)).card.values["image"] == ""


@pytest.mark.parametrize("character", ["👩🏽‍🚀", "🇩🇪", "é", "👍🏿"])
def test_a_cut_never_splits_a_character(character: str) -> None:
    for padding in range(len(character) + 1):
        text = "a" * padding + character * 60
        cut = shortened(text, 60).removesuffix("...")
        assert cut.lstrip("a").replace(character, "") == ""
        assert len(cut) > 57 - len(character)


@settings(deadline=None)
@given(anything, st.integers(20, 200))
def test_a_shortened_text_is_never_longer_than_asked(text: str, longest: int) -> None:
    cut = shortened(text, longest)
    assert len(cut) <= longest
    assert cut == folded(text) or cut.endswith("...")


@pytest.mark.parametrize(
    ("style", "title", "subtitle"),
    [("base", 130, 150), ("logo", 90, 130), ("job_classic", 110, 180), ("job_logo", 110, 180), ("job_clean", 110, 180)],
)
def test_each_style_takes_texts_as_long_as_its_limits(style: str, title: int, subtitle: int) -> None:
    values = asked(("style", style), *((name, "字" * 5000) for name in ("title", "subtitle", "eyebrow"))).card.values
    assert {name: len(str(value)) for name, value in values.items() if name in ("title", "subtitle")} == {
        "title": title,
        "subtitle": subtitle,
    }
    assert "eyebrow" not in values if style == "logo" else len(str(values["eyebrow"])) == 55


@pytest.mark.parametrize("style", ["base", "logo", "job_classic", "job_logo", "job_clean"])
def test_the_templates_are_made_for_both_sizes(style: str) -> None:
    assert catalogue().look(TEMPLATES[style]).template.sizes == tuple(SIZES.values())


def test_an_unsigned_picture_may_be_kept_for_ever() -> None:
    assert cache_control(asked()) == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("exp", "seconds"), [(1060, 60), (1000, 0), (900, 0), (10**17, 2**31 - 1)], ids=["ahead", "now", "over", "far"]
)
def test_a_signed_picture_may_be_kept_until_its_address_ends(exp: int, seconds: int) -> None:
    assert cache_control(asked(("exp", str(exp)), ("sig", "x"))) == f"public, max-age={seconds}"


def test_a_picture_that_lacks_something_is_not_kept() -> None:
    assert cache_control(asked(), is_degraded=True) == "public, max-age=60"
    assert cache_control(asked(("exp", "1010"), ("sig", "x")), is_degraded=True) == "public, max-age=10"
    assert cache_control(asked(("exp", "9999"), ("sig", "x")), is_degraded=True) == "public, max-age=60"


def test_every_parameter_is_described() -> None:
    specification = (Path(osig.__file__).parent / "SPEC.md").read_text("utf-8")
    assert all(field.description for field in Parameters.model_fields.values())
    assert all(f"`{name}`" in specification for name in Parameters.model_fields)


def test_its_address_answers_get_and_head() -> None:
    methods = {route.path: route.methods for route in DIALECT.routes}
    assert methods["/g"] == ("GET", "HEAD")
