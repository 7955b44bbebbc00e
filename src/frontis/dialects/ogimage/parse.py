"""OG Image API's `/v1/generate`: a query -> an order."""

import json
from collections.abc import Mapping
from typing import Any, Never

from frontis.dialects.ogimage.params import TEMPLATES, BadParameters, Parameters, checked
from frontis.errors import BadInput, KeyMissing, UnknownTemplate
from frontis.model.card import Card, Value
from frontis.model.dialect import Errand
from frontis.model.order import Order
from frontis.model.query import Query
from frontis.templates import catalogue

DEMO = "demo"
"""The key of the page's preview addresses: it is nobody's, and draws with a mark."""

PREVIEW = "Preview"
_PREFIX = "ogimage-"


def parse(query: Query) -> Order | Errand:
    """The order that a query means, or an errand that lets the asker in to tell what is wrong with it.

    Raises KeyMissing, and for previews BadInput.
    """
    given, fault = _given(query)
    private = query.bearer or (_key_in(given) if query.method == "POST" else "")
    key = private or query.last("key") or ""
    if not key:
        raise KeyMissing
    try:
        if fault is not None:
            raise fault
        card = _card(checked(Parameters, given), watermark=PREVIEW if key == DEMO else "")
    except BadInput as error:
        if key == DEMO:
            raise
        return Errand.refusing(error, key=key, is_key_private=bool(private))
    return Order(
        card,
        key="" if key == DEMO else key,
        is_key_private=bool(private),
        signed_until=query.signed_until,
        permanent=query.signed_until is None,
        is_open=key == DEMO,
    )


def posted(query: Query) -> Mapping[str, Any]:
    """The JSON object of a POST's body. Raises BadParameters."""
    try:
        given = json.loads(query.body, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadParameters(
            [("body", f"Invalid JSON: {error.msg} at line {error.lineno}, column {error.colno}")]
        ) from None
    except (ValueError, RecursionError):
        raise BadParameters([("body", "Invalid JSON")]) from None
    if not isinstance(given, dict):
        raise BadParameters([("body", "must be a JSON object")])
    return given


def _given(query: Query) -> tuple[Mapping[str, Any], BadInput | None]:
    """The parameters by name, or none and what is wrong with the body. A name that repeats has its last value."""
    if query.method != "POST":
        return dict(query.parameters), None
    try:
        return posted(query), None
    except BadInput as error:
        return {}, error


def _key_in(given: Mapping[str, Any]) -> str:
    key = given.get("key")
    return key if isinstance(key, str) else ""


def _card(asked: Parameters, *, watermark: str) -> Card:
    """The card, resolved. A parameter that the template does not take changes nothing. Raises UnknownTemplate."""
    if asked.template not in TEMPLATES:
        raise UnknownTemplate(asked.template[:64], TEMPLATES)
    template = catalogue().look(_PREFIX + asked.template).template
    values: dict[str, Value] = {
        "title": asked.title,
        "subtitle": asked.subtitle,
        "bg_color": asked.bg_color,
        "text_color": asked.text_color,
        "accent_color": asked.accent_color,
        "logo": asked.logo_url,
        # Without a logo it has no place.
        "logo_position": asked.logo_position if asked.logo_url else "",
    }
    taken = {name: value for name, value in values.items() if name in template.variables and value != ""}
    return catalogue().resolve(Card(template.id, taken, (asked.width, asked.height), watermark=watermark))


def _refuse_constant(_: str) -> Never:
    raise ValueError("JSON has no such number")
