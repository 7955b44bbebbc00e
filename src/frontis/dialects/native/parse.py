"""Our own API: `/card/{template}.{extension}` -> an order."""

import json
import re
from collections.abc import Mapping
from typing import Any, Never

from frontis.errors import BadInput, RequestTooLarge
from frontis.model.card import Card, Value
from frontis.model.order import Order
from frontis.model.output import Format
from frontis.model.query import Query
from frontis.model.template import Kind, Template
from frontis.templates import catalogue

MOST_BODY_BYTES = 256 * 1024

_VERSION = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_LARGEST_NUMBER = 10**15
_MOST_NAMES = 60
_LONGEST_NAME = 40


class BodyNotJson(BadInput):
    """A POST's body is something else than JSON."""


def parse(query: Query) -> Order:
    """The order of a card's address, or of a POST to it. Raises BadInput, naming the parameter."""
    identity, at, version = query.path_values["template"].partition("@")
    if at and not _VERSION.fullmatch(version):
        raise BadInput("version", "must be 1 to 64 letters, digits, '.', '_', '~' or '-'")
    template = catalogue().look(identity).template
    given = _posted(query) if query.method == "POST" else _asked(query, template)
    width, height = template.sizes[0]
    card = Card(
        template=identity,
        values=_values(given, template),
        size=(_whole("width", given) or width, _whole("height", given) or height),
        format=_format(query.path_values["extension"]),
        quality=_whole("quality", given),
        max_kb=_whole("max_kb", given),
        version=version,
    )
    private_key = query.bearer or query.headers.get("x-api-key", "").strip()
    return Order(
        catalogue().resolve(card),
        key=private_key or query.last("key") or "",
        is_key_private=bool(private_key),
        signed_until=query.signed_until,
        permanent=bool(version),
    )


def _format(extension: str) -> Format:
    try:
        return Format.named(extension)
    except BadInput as error:
        raise BadInput("extension", error.problem, suggestion=error.suggestion) from None


def _asked(query: Query, template: Template) -> Mapping[str, Any]:
    """The query string's values by name. Where a list's name repeats, its values are joined; else the last counts."""
    given: dict[str, str] = {}
    # A signature covers the last value of each name and no more, so nothing else of a signed address may count.
    signed = bool(query.last("sig"))
    for name, value in query.parameters:
        variable = template.variables.get(name)
        repeats = name in given and variable is not None and variable.kind is Kind.LIST and not signed
        given[name] = f"{given[name]}\n{value}" if repeats else value
    return given


def _posted(query: Query) -> Mapping[str, Any]:
    """The JSON object of a POST's body."""
    if len(query.body) > MOST_BODY_BYTES:
        raise RequestTooLarge("body", f"may have at most {MOST_BODY_BYTES:,} bytes")
    media_type = query.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise BodyNotJson("body", "must be JSON, with Content-Type: application/json")
    try:
        given = json.loads(query.body, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadInput("body", f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):
        raise BadInput("body", "is no JSON that can be read") from None
    if not isinstance(given, dict):
        raise BadInput("body", "must be one JSON object, of values by the names of the template's variables")
    return given


def _refuse_constant(_: str) -> Never:
    raise ValueError("JSON has no such number")


def _values(given: Mapping[str, Any], template: Template) -> dict[str, Value]:
    """What is given for the template's variables. What is empty counts as absent.

    Other names are kept, without their values, for "did you mean": so many as a person may have typed.
    """
    values: dict[str, Value] = {}
    for name, value in given.items():
        if name in template.variables:
            if value not in ("", None, []):
                values[name] = _bounded(name, value)
        elif len(name) <= _LONGEST_NAME and len(values) < _MOST_NAMES - len(template.variables):
            values[name] = ""
    return values


def _bounded(name: str, value: Any) -> Any:  # noqa: ANN401  (what JSON may hold; the card refuses other than its own types)
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise BadInput(name, "is too large for a number; give it as a text, in quotes")
    return value


def _whole(name: str, given: Mapping[str, Any]) -> int | None:
    """A whole number, or None where it is absent or empty."""
    value = given.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or not _WHOLE.fullmatch(str(value)):
        raise BadInput(name, "must be a whole number")
    return int(value)
