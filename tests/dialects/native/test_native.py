"""Our own API, against its cases (cases.toml)."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from frontis import errors
from frontis.dialects import native
from frontis.dialects.native import DIALECT, PROBLEMS, address_of, parameters_of
from frontis.dialects.native.parse import MOST_BODY_BYTES, BodyNotJson, parse
from frontis.model.card import Card, Value
from frontis.model.dialect import Reply, Route, Served
from frontis.model.output import Size
from frontis.model.query import Query
from frontis.templates import Catalogue, catalogue

Case = dict[str, Any]
Pairs = list[tuple[str, str]]
TRUTH = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
CARD, LIST, ONE = DIALECT.routes
DECLARATION = """
id = "sample"
name = "Sample"
description = "A variable of each kind."
sizes = ["1200x630", "1080x1080"]
[variables.title]
kind = "text"
help = "The headline."
required = true
longest = 40
size = [2, 4]
lines = 2
[variables.points]
kind = "list"
help = "What it is about."
most = 3
longest = 20
[variables.share]
kind = "number"
help = "A percentage."
least = 0
greatest = 100
[variables.accent]
kind = "colour"
help = "The colour."
default = "#ff8800"
[variables.photo]
kind = "image"
help = "A picture."
[variables.dark]
kind = "flag"
help = "Light on dark."
default = false
[variables.look]
kind = "choice"
help = "The look."
choices = ["soft", "hard"]
default = "soft"
[examples]
title = "Hello"
points = ["one", "two & three"]
dark = true
"""
anything = st.text(st.characters(exclude_categories=()), max_size=60)
names = st.sampled_from(["title", "points", "share", "accent", "photo", "dark", "look", "width", "height", "quality"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A template with a variable of each kind, in place of the operator's."""
    sample = tmp_path_factory.mktemp("templates") / "sample"
    sample.mkdir()
    (sample / "template.toml").write_text(DECLARATION)
    (sample / "card.html").write_text("<h1>{{ title }}</h1>")
    (sample / "card.css").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRONTIS_TEMPLATES_DIR", str(sample.parent))
        catalogue.cache_clear()
        yield
    catalogue.cache_clear()


def request(path: str, query: str = "", body: str | bytes | None = None, media_type: str = "application/json") -> Query:
    template, _, extension = path.rpartition(".")
    return Query(
        method="GET" if body is None else "POST",
        path=f"/card/{path}",
        parameters=tuple(parse_qsl(query, keep_blank_values=True)),
        headers={"content-type": media_type},
        body=body.encode() if isinstance(body, str) else body or b"",
        path_values={"template": template, "extension": extension},
    )


def body_of(route: Route, query: Query) -> Any:
    reply = route.answer(query)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.media_type) == (200, "application/json")
    return json.loads(reply.body)


def of(case: Case) -> Query:
    return request(case["path"], case.get("query", ""), case.get("body"))


def refused(query: Query) -> tuple[int, dict[str, object]]:
    with pytest.raises(errors.FrontisError) as caught:
        parse(query)
    reply = DIALECT.explain(caught.value, query)
    assert reply.media_type == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.status, json.loads(reply.body)


def listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", TRUTH["case"], ids=lambda case: case["says"])
def test_a_request_gives_the_card(case: Case) -> None:
    order = parse(of(case))
    card = {name: listed(value) for name, value in case["card"].items() if name != "values"}
    assert {name: getattr(order.card, name) for name in card} == card
    values = {name: listed(value) for name, value in case["card"].get("values", {}).items()}
    assert {name: order.card.values[name] for name in values} == values
    assert {name: getattr(order, name) for name in case.get("order", {})} == case.get("order", {})


@pytest.mark.parametrize("case", TRUTH["refusal"], ids=lambda case: case["says"])
def test_a_refusal_names_the_parameter_and_what_it_may_have_meant(case: Case) -> None:
    status, body = refused(of(case))
    expected = {name: case[name] for name in ("type", "parameter", "suggestion", "status") if name in case}
    assert {name: body.get(name) for name in expected} == expected
    assert status == case["status"]
    assert str(body["detail"]).startswith(str(body["parameter"]))
    assert ("suggestion" in body) == ("suggestion" in case)


def test_a_body_over_the_limit_is_413() -> None:
    body = json.dumps({"title": "a" * MOST_BODY_BYTES})
    assert refused(request("sample.png", body=body))[0] == 413


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_does_not_call_itself_json_is_415(media_type: str) -> None:
    assert refused(request("sample.png", body='{"title": "a"}', media_type=media_type))[0] == 415


def test_a_body_of_json_may_name_its_charset() -> None:
    order = parse(request("sample.png", body='{"title": "a"}', media_type="Application/JSON; charset=utf-8"))
    assert order.card.values["title"] == "a"


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"title":' * 25_000, b"\xff\xfe", b"", b'{"title": ' + b"9" * 6000 + b"}"]
)
def test_a_hostile_body_is_refused_as_any_other(body: bytes) -> None:
    status, problem = refused(request("sample.png", body=body))
    assert (status, problem["parameter"]) == (400, "body")


def test_a_number_too_large_to_count_with_is_refused() -> None:
    status, problem = refused(request("sample.png", body='{"title": "a", "share": ' + "9" * 400 + "}"))
    assert (status, problem["parameter"]) == (400, "share")


def test_many_unknown_parameters_do_no_harm() -> None:
    query = "&".join(f"{name}{'x' * (name % 50)}=1" for name in range(1000)) + "&title=a"
    assert parse(request("sample.png", query)).card == parse(request("sample.png", "title=a")).card


@settings(deadline=None)
@given(st.lists(st.tuples(names | anything, anything), max_size=12), anything, anything)
def test_any_query_is_a_card_or_a_refusal_of_the_askers(pairs: Pairs, template: str, extension: str) -> None:
    for path_values in ({"template": "sample", "extension": "png"}, {"template": template, "extension": extension}):
        answered(Query("GET", "/card/x", tuple(pairs), path_values=path_values))


@settings(deadline=None)
@given(st.dictionaries(names | anything, json_values, max_size=8))
def test_any_json_is_a_card_or_a_refusal_of_the_askers(body: dict[str, object]) -> None:
    answered(request("sample.png", body=json.dumps(body)))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_card_or_a_refusal_of_the_askers(body: bytes) -> None:
    answered(request("sample.png", body=body))


def answered(query: Query) -> None:
    try:
        status = 200 if parse(query).card.fingerprint else 0
    except errors.FrontisError as error:
        status = DIALECT.explain(error, query).status
    assert 200 <= status < 500


def test_the_names_of_files_stay_with_us() -> None:
    for error in (
        errors.BadTemplate("/srv/secret/card.html", 3, "x"),
        errors.DrawFailed("/srv/secret"),
        errors.EncodeFailed("/srv/secret"),
    ):
        reply = DIALECT.explain(error, request("sample.png"))
        assert reply.status == 500
        assert b"secret" not in reply.body


def test_every_error_is_a_problem_with_a_place_in_the_documentation() -> None:
    kinds = [kind for kind, _ in PROBLEMS]
    for kind in kinds:
        assert not any(issubclass(kind, earlier) for earlier in kinds[: kinds.index(kind)])
    assert len({problem.anchor for _, problem in PROBLEMS}) == len(PROBLEMS)
    specification = (Path(native.__file__).parent / "SPEC.md").read_text("utf-8")
    assert all(f"`/docs#{problem.anchor}`" in specification for _, problem in PROBLEMS)
    assert {BodyNotJson, errors.FrontisError} <= set(kinds)


@pytest.mark.parametrize(
    ("path", "query", "is_degraded", "expected"),
    [
        ("sample.png", "", False, "public, max-age=86400, stale-while-revalidate=604800"),
        ("sample@3.png", "", False, "public, max-age=31536000, immutable"),
        ("sample.png", "", True, "public, max-age=60"),
        ("sample@3.png", "", True, "public, max-age=60"),
        ("sample@3.png", "&exp=1100&sig=x", False, "public, max-age=100"),
        ("sample@3.png", "&exp=999999999999&sig=x", False, "public, max-age=31536000"),
        ("sample.png", "&exp=1010&sig=x", True, "public, max-age=10"),
        ("sample.png", "&exp=900&sig=x", False, "public, max-age=0"),
    ],
)
def test_how_long_a_picture_may_be_kept(path: str, query: str, is_degraded: bool, expected: str) -> None:
    order = parse(request(path, "title=a" + query))
    served = Served(order.card, 1000.0, is_degraded=is_degraded)
    assert DIALECT.headers(order, served) == {"Cache-Control": expected}


VALUES: dict[str, Value] = {
    "title": "a b+c&d=é 🚀 %41",
    "points": ("one, two", "three"),
    "share": 12.5,
    "accent": "#ff880080",
    "dark": True,
}


@pytest.mark.parametrize("size", [None, Size(1200, 630), Size(300, 157)])
def test_an_address_is_read_as_the_card_that_it_was_made_of(size: Size | None) -> None:
    template = catalogue().look("sample").template
    address = urlsplit(address_of(template, VALUES, size))
    order = parse(request(address.path.removeprefix("/card/"), address.query))
    assert order.card == catalogue().resolve(Card("sample", VALUES, size or template.sizes[0]))
    assert ("width" in address.query) == (size == Size(300, 157))


def test_an_address_without_what_is_required_says_the_templates_name() -> None:
    template = catalogue().look("sample").template
    assert address_of(template, {}) == f"/card/sample.png?title={template.name}"


def test_all_templates_are_listed_and_each_preview_is_a_card() -> None:
    templates = body_of(LIST, Query("GET", "/templates", origin="https://og.example.com"))
    assert [each["id"] for each in templates] == list(catalogue().ids())
    for each in templates:
        preview = urlsplit(each["preview"])
        assert preview.netloc == "og.example.com"
        assert parse(request(preview.path.removeprefix("/card/"), preview.query)).card.template == each["id"]


def test_one_template_says_what_each_variable_takes() -> None:
    about = body_of(ONE, Query("GET", "/templates/sample", path_values={"template": "sample"}))
    variables = {each.pop("name"): each for each in about["variables"]}
    assert variables["points"] == {
        "kind": "list",
        "help": "What it is about.",
        "required": False,
        "default": [],
        "longest": 20,
        "most": 3,
    }
    assert variables["share"]["greatest"] == 100
    assert variables["look"]["choices"] == ["soft", "hard"]
    assert variables["title"] == {
        "kind": "text",
        "help": "The headline.",
        "required": True,
        "default": "",
        "longest": 40,
        "lines": 2,
    }
    assert about["sizes"][0] == {"width": 1200, "height": 630}
    assert about["schema"]["required"] == ["title"]
    assert about["schema"]["properties"]["points"]["maxItems"] == 3
    assert about["address"] == "/card/sample.{extension}"


def test_no_template_is_described_by_a_wrong_name() -> None:
    with pytest.raises(errors.UnknownTemplate):
        ONE.answer(Query("GET", "/templates/sampel", path_values={"template": "sampel"}))


def test_the_model_of_a_template_has_its_limits_and_defaults() -> None:
    model = parameters_of(catalogue().look("sample").template)
    made = model.model_validate({"title": "a"}).model_dump(by_alias=True)
    assert made == {
        "title": "a", "points": None, "share": None, "accent": "#ff8800", "photo": None, "dark": False, "look": "soft",
        "width": None, "height": None, "quality": None, "max_kb": None,
    }  # fmt: skip
    for wrong in ({}, {"title": "a" * 41}, {"title": " "}, {"title": "a", "look": "x"}, {"title": "a", "share": 101}):
        with pytest.raises(ValidationError):
            model.model_validate(wrong)


@pytest.mark.parametrize("identity", Catalogue().ids())
def test_the_model_of_each_template_takes_its_examples(identity: str) -> None:
    template = catalogue().look(identity).template
    examples = {name: list(value) if isinstance(value, tuple) else value for name, value in template.examples.items()}
    model = parameters_of(template)
    assert (
        model.model_validate(examples).model_dump(by_alias=True, include={f"variable_{name}" for name in examples})
        == examples
    )
    assert set(model.model_json_schema()["properties"]) == {*template.variables, "width", "height", "quality", "max_kb"}


def test_variables_may_have_names_that_pydantic_has_for_itself(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    names = ("copy", "json", "model_config", "schema", "validate", "dict", "model_fields")
    declared = "".join(f'[variables.{name}]\nkind = "text"\nhelp = "A word."\n' for name in names)
    (folder / "template.toml").write_text(f'id = "odd"\nname = "Odd"\ndescription = "Odd names."\n{declared}')
    (folder / "card.html").write_text("{{ json }}")
    (folder / "card.css").write_text("")
    schema = parameters_of(Catalogue(tmp_path).look("odd").template).model_json_schema()
    assert set(names) <= set(schema["properties"])


def test_the_routes_are_those_of_the_contract() -> None:
    assert {route.path: route.methods for route in native.DIALECT.routes} == {
        "/card/{template}.{extension}": ("GET", "HEAD", "POST"),
        "/templates": ("GET", "HEAD"),
        "/templates/{template}": ("GET", "HEAD"),
    }
