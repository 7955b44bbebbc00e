"""The page at `/docs`: every address with its parameters, its refusals and a live picture, out of the same tables."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from frontis.dialects.native import PROBLEMS
from frontis.edge.asking import origin_of
from frontis.edge.examples import Example, example, greeting
from frontis.edge.openapi import REFUSALS, Schema, Spot, parameters_in
from frontis.edge.paper import page
from frontis.model.dialect import Dialect
from frontis.model.output import Size
from frontis.model.query import Query
from frontis.templates import Catalogue

# Words for the parameters that most services have, for a picture of each address.
_WORDS = {"title": "10 Years of Great Books", "subtitle": "One volume at a time.", "eyebrow": "Article"}
_USUAL = Size(1200, 630)


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter."""

    name: str
    kind: str
    limits: str
    default: str
    help: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An address on the page. label: of its link among the contents."""

    spot: Spot
    label: str
    anchor: str
    card: Example | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error looks like from outside."""

    status: int
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A dialect on the page. common: the parameters that all of its templates take."""

    dialect: Dialect
    entries: tuple[Entry, ...]
    common: tuple[Row, ...]
    refusals: tuple[Refusal, ...]


class Reference:
    """Answers `/docs`. public_url: see Settings."""

    def __init__(
        self, dialects: Iterable[Dialect], spots: Sequence[Spot], templates: Catalogue, *, public_url: str = ""
    ) -> None:
        self._public_url = public_url
        self._greeting = greeting(templates)
        self._chapters = tuple(_chapter(dialect, spots, templates) for dialect in dialects)

    async def answer(self, request: Request) -> Response:
        """The page."""
        origin = self._public_url or origin_of(request)
        values = {"chapters": self._chapters, "greeting": self._greeting, "origin": origin, "here": "/docs"}
        return page(request, "reference.html", values)


def _chapter(dialect: Dialect, spots: Iterable[Spot], templates: Catalogue) -> Chapter:
    entries: list[Entry] = []
    common: dict[str, Row] = {}
    own = [spot for spot in spots if spot.dialect is dialect]
    counts = Counter(spot.path for spot in own)
    for spot in own:
        rows = list(_rows(spot.model))
        if spot.template:
            common |= {row.name: row for row in _rows(spot.route.parameters)}
            rows = [row for row in rows if row.name not in common]
        anchor = f"{dialect.name}-{spot.template or spot.path.strip('/').replace('/', '-')}"
        anchor = "".join(each for each in anchor if each.isalnum() or each == "-")
        label = spot.template or spot.path
        if counts[spot.path] > 1:
            anchor += f"-{spot.route.methods[0].lower()}"
            label = f"{spot.route.methods[0]} {label}"
        entries.append(Entry(spot, label, anchor, _card(spot, templates), tuple(rows)))
    return Chapter(dialect, tuple(entries), tuple(common.values()), tuple(_refusals(dialect)))


def _card(spot: Spot, templates: Catalogue) -> Example | None:
    if spot.template:
        return example(templates.look(spot.template).template)
    if spot.model is None or not spot.is_picture:
        return None
    if "{" in spot.path:
        # Nobody's project is ours to show: one of the templates that it draws stands for it.
        theirs = (each for each in templates.ids() if each.startswith(f"{spot.dialect.name}-"))
        return next((example(templates.look(each).template) for each in theirs), None)
    fields = spot.model.model_fields
    if spot.route.terms.is_key_required and not any(field.examples for field in fields.values()):
        # Nobody's key stands on this page. Our own address draws what theirs would.
        looks = (each for each in templates.ids() if each.startswith(f"{spot.dialect.name}-"))
        return next((example(templates.look(each).template) for each in looks), None)
    known = {name: words for name, words in _WORDS.items() if name in fields}
    known |= {name: field.examples[0] for name, field in fields.items() if field.examples}
    return Example(f"{spot.path}?{urlencode(known, quote_via=quote)}", _USUAL, _WORDS["title"])


def _rows(model: type[BaseModel] | None) -> Iterator[Row]:
    if model is None:
        return
    fields, required = parameters_in(model, {})
    for name, schema in fields.items():
        default = schema.get("default", "")
        yield Row(
            name,
            _kind(schema),
            _limits(schema),
            default if isinstance(default, str) else json.dumps(default),
            schema.get("description", ""),
            name in required,
        )


def _kind(schema: Schema) -> str:
    if "kind" in schema:
        return str(schema["kind"])
    kind = str(schema.get("type", "string"))
    return (
        "choice"
        if "enum" in schema
        else {"string": "text", "integer": "whole number", "boolean": "flag"}.get(kind, kind)
    )


def _limits(schema: Schema) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}"
    if "minimum" in schema:
        return f"at least {schema['minimum']:,}"
    if "items" in schema:
        longest = f" of {schema['items']['maxLength']} characters" if "maxLength" in schema["items"] else ""
        return f"up to {schema['maxItems']}{longest}"
    # The length of an address or a colour helps nobody.
    return f"up to {schema['maxLength']:,} characters" if "maxLength" in schema and "format" not in schema else ""


def _refusals(dialect: Dialect) -> Iterator[Refusal]:
    if dialect.name == "native":
        for _, problem in PROBLEMS:
            yield Refusal(problem.status, problem.anchor, problem.title)
        return
    replies = {}
    for error in REFUSALS:
        reply = dialect.explain(error, Query("GET", "/"))
        replies[reply.status, reply.body] = Refusal(reply.status, "", reply.body.decode("utf-8", "replace"))
    yield from sorted(replies.values(), key=lambda each: (each.status, each.words))
