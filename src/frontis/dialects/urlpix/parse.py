"""URLPix's `/v1/og`: a query -> an order."""

import json
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from frontis.dialects.urlpix.params import Parameters, templates, their_name
from frontis.errors import BadInput, KeyMissing, KeyUnknown, UnknownTemplate, nearest
from frontis.model.account import KeyKind, kind_of_key
from frontis.model.card import Card, Value
from frontis.model.dialect import Reply, Served
from frontis.model.order import Order
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.model.template import Kind, Template, Variable
from frontis.model.text import cut, folded
from frontis.templates import catalogue

MOST_ITEMS = 20
_WORDS = {"jpeg": "jpg"}
# Without these it is another address, which no signature covers.
_HIDDEN = ("api_key", "response", "sig", "exp")
_MOST_NAMES = 60
_LONGEST_NAME = 40


def parse(query: Query) -> Order:
    """The order that a query string means.

    Raises KeyMissing and KeyUnknown before anything else, as URLPix does: where a key can be seen to be none. Then
    BadInput, naming the parameter.
    """
    key, in_header = _key(query)
    # A name that repeats counts with its last value, and an empty one as absent.
    given = {name: value for name, value in query.parameters if value.strip()}
    asked = _checked({name: value for name, value in given.items() if name in Parameters.model_fields})
    template = _template(asked.template)
    form = Format.named(asked.format)
    card = Card(
        template=template.id,
        values=_values(template, {name: value for name, value in given.items() if name not in Parameters.model_fields}),
        size=(asked.width, asked.height),
        format=form,
        quality=None if form is Format.PNG else asked.quality,
    )
    return Order(
        _resolved(card, template),
        key=key,
        is_key_private=in_header,
        signed_until=query.signed_until,
        tell=partial(_tell, query, asked) if asked.response == "json" else None,
    )


def _key(query: Query) -> tuple[str, bool]:
    """The key, and whether it came in the header, where nobody but the asker sees it."""
    in_header = query.headers.get("x-api-key", "").strip()
    key = in_header or (query.last("api_key") or "").strip()
    if not key:
        raise KeyMissing
    if kind_of_key(key) is not KeyKind.URLPIX:
        raise KeyUnknown(is_malformed=True)
    return key, bool(in_header)


def _checked(given: Mapping[str, str]) -> Parameters:
    for name in ("width", "height", "quality"):
        # Signs, spaces and other scripts' digits, which Python reads too, are no numbers here.
        if name in given and not (given[name].isascii() and given[name].isdigit() and len(given[name]) < 10):
            raise BadInput(name, f"must be a whole number, not {given[name][:20]!r}")
    if "template" not in given:
        raise BadInput("template", f"is missing; it may be {', '.join(name for name, _ in templates())}")
    try:
        return Parameters.model_validate({**given, "format": given.get("format", "png").lower()})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=True)[0]
        name = str(fault["loc"][0])
        raise _refusal(name, given[name], fault["type"]) from None


def _refusal(name: str, value: str, fault: str) -> BadInput:
    match name:
        case "format":
            return BadInput(
                name, f"must be png, jpg or webp, not {value[:20]!r}", suggestion=nearest(value, ["jpg", "png", "webp"])
            )
        case "response":
            return BadInput(name, f"must be json, or be left out, not {value[:20]!r}")
    least, most = (1, 100) if name == "quality" else (100, 4096)
    return BadInput(name, f"must be from {least} to {most}, not {value}" if "than" in fault else "cannot be used")


def _template(name: str) -> Template:
    known = dict(templates())
    if name not in known:
        raise UnknownTemplate(name[:64], known)
    return known[name]


def _values(template: Template, given: Mapping[str, str]) -> dict[str, Value]:
    """What is given for the template's variables, by our names for them.

    Other names are kept, without their values, for "did you mean": so many as a person may have typed.
    """
    values: dict[str, Value] = {}
    theirs = {their_name(name): variable for name, variable in template.variables.items()}
    for name, variable in theirs.items():
        if name in given:
            values[variable.name] = _accepted(name, variable, given[name])
    for name in given:
        is_unknown = name not in theirs and name not in template.variables and len(name) <= _LONGEST_NAME
        if is_unknown and len(values) < _MOST_NAMES - len(template.variables):
            values[name] = ""
    return values


def _accepted(name: str, variable: Variable, text: str) -> Value:
    """The value as the variable takes it. URLPix has no bounds for words: what no card could show is cut off."""
    value: Value = text.encode("utf-8", "ignore").decode()
    match variable.kind:
        case Kind.IMAGE if not text.strip().lower().startswith("https://"):
            raise BadInput(name, "must be an address that begins with https://")
        case Kind.LIST:
            items = [cut(item, variable.longest) for item in map(folded, text.split("\n")) if item]
            if len(items) > MOST_ITEMS:
                raise BadInput(name, f"may have at most {MOST_ITEMS} items, not {len(items)}")
            value = tuple(items)
        case Kind.TEXT | Kind.LONG_TEXT:
            value = cut(folded(text), variable.longest)
        case Kind.CODE:
            value = text.replace("\r\n", "\n").expandtabs(4).strip("\n")[: variable.longest]
    try:
        return variable.accept(value)
    except BadInput as error:
        raise BadInput(name, error.problem, suggestion=error.suggestion) from None


def _resolved(card: Card, template: Template) -> Card:
    try:
        return catalogue().resolve(card)
    except BadInput as error:
        if error.parameter not in template.variables:
            raise
        raise BadInput(their_name(error.parameter), error.problem, suggestion=error.suggestion) from None


def _tell(query: Query, asked: Parameters, served: Served, picture: Picture) -> Reply:
    """The picture in words. Its address is without the key: whoever reads it shows their own."""
    shown = [(name, value) for name, value in query.parameters if name not in _HIDDEN]
    told = {
        "url": f"{query.origin}{query.path}?{urlencode(shown, quote_via=quote, errors='replace')}",
        "template": asked.template,
        "format": _WORDS.get(picture.format, picture.format.value),
        "width": picture.size.width,
        "height": picture.size.height,
        "size": len(picture.data),
        "cached": served.is_cached,
        "cache_key": served.card.fingerprint,
    }
    return Reply(200, json.dumps(told).encode(), "application/json", {"Cache-Control": "no-store"})
