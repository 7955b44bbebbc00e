"""/openapi.json: every address described (OpenAPI 3.1), out of the tables that the addresses themselves use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from frontis.dialects.native import parameters_of
from frontis.errors import (
    BadInput,
    BadSignature,
    BadTemplate,
    DrawFailed,
    EncodeFailed,
    FrontisError,
    HostForeign,
    ImageTaken,
    ImageUnknown,
    KeyMissing,
    KeyNotEnough,
    LibraryFull,
    Overloaded,
    ProjectUnknown,
    QueryTooLong,
    QuotaExceeded,
    RateLimited,
    RequestTooLarge,
    RequestTooSlow,
    StoreUnavailable,
    StudioUnavailable,
    UnknownTemplate,
    WrongMethod,
)
from frontis.model.dialect import Dialect, Reply, Route
from frontis.model.output import Format
from frontis.model.query import Query
from frontis.templates import Catalogue

# What a dialect may have to refuse: its own words for these tell which statuses it answers with.
REFUSALS: tuple[FrontisError, ...] = (
    BadInput("title", "cannot be used"),
    BadSignature("sig", "does not match"),
    UnknownTemplate("x", ()),
    BadTemplate("card.html", 1, "is wrong"),
    DrawFailed("x"),
    EncodeFailed("x"),
    Overloaded(1),
    KeyMissing("no key was shown"),
    ProjectUnknown(),
    HostForeign("elsewhere.example"),
    KeyNotEnough(),
    ImageUnknown(),
    ImageTaken(),
    LibraryFull("2 pictures"),
    StoreUnavailable(),
    QuotaExceeded(("daily",)),
    RateLimited(1, 60, 1),
    StudioUnavailable(),
    QueryTooLong("query string", "is too long"),
    # Of a path with a value that makes it another address's, such as a line break at its end.
    WrongMethod(("GET",)),
)
# The same, of what comes with a body.
REFUSALS_OF_BODIES: tuple[FrontisError, ...] = (
    RequestTooLarge("body", "is too large"),
    RequestTooSlow("body", "does not arrive"),
)
WITH_BODIES = ("POST", "PUT", "PATCH", "DELETE")
PROBLEM_TYPE = "application/problem+json"
_BRACES = re.compile(r"{(\w+)(?::\w+)?}")
_REFERENCE = "#/components/schemas/{model}"

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """One described address: a route, or one template's part of a route that draws any template."""

    dialect: Dialect
    route: Route
    path: str
    summary: str
    description: str
    model: type[BaseModel] | None
    template: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it answers with a picture."""
        return self.route.media_types[0].startswith("image/")


def find_spots(dialects: Iterable[Dialect], templates: Catalogue) -> Iterator[Spot]:
    """Every address of these dialects, each path and method once; one for any template, once for each template."""
    seen: set[tuple[str, str]] = set()
    for dialect in dialects:
        for route in dialect.routes:
            # A path with and one without the slash at its end are one address.
            path = route.path.rstrip("/") or "/"
            methods = {(path, method) for method in route.methods}
            if methods <= seen:
                continue
            seen |= methods
            if "{template}" not in path or route.parameters is None:
                yield Spot(dialect, route, path, route.summary, "", route.parameters)
                continue
            for identity in templates.ids():
                template = templates.look(identity).template
                yield Spot(
                    dialect,
                    route,
                    path.replace("{template}", identity),
                    template.name,
                    template.description,
                    parameters_of(template),
                    identity,
                )


def openapi(spots: Iterable[Spot], templates: Catalogue) -> Schema:
    """The document, as plain data."""
    schemas: Schema = {"Problem": _problem_schema()}
    paths: dict[str, Schema] = {}
    titles: dict[str, None] = {}
    for spot in spots:
        titles[spot.dialect.title] = None
        operations = paths.setdefault(spot.path, {})
        for method in spot.route.methods:
            # What HEAD answers goes without saying (RFC 9110, 9.3.2).
            if method != "HEAD":
                operations[method.lower()] = _operation(spot, method, templates, schemas)
    paths["/healthz"] = {"get": _health()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Frontis",
            "version": version("frontis"),
            "description": "Social cards from a URL. Ours is the API under the tag Frontis; the others answer as those "
            "services do, so that a site moves over by changing a host name.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": title} for title in (*titles, "Operating")],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def parameters_in(model: type[BaseModel], schemas: Schema) -> tuple[dict[str, Schema], frozenset[str]]:
    """The schemas of a model's fields by name, and which of them are required. Definitions go to `schemas`."""
    schema = _schema(model)
    schemas.update(schema.get("$defs", {}))
    return schema.get("properties", {}), frozenset(schema.get("required", ()))


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(ref_template=_REFERENCE)


def _operation(spot: Spot, method: str, templates: Catalogue, schemas: Schema) -> Schema:
    operation: Schema = {
        "operationId": _identity(method, spot.path),
        "summary": spot.summary,
        "description": spot.description,
        "tags": [spot.dialect.title],
        "parameters": [_in_path(name, templates) for name in _BRACES.findall(spot.path)],
        "responses": _responses(spot, method),
    }
    if spot.model is not None and method in WITH_BODIES:
        schema = _schema(spot.model)
        schemas.update(schema.get("$defs", {}))
        body = {key: value for key, value in schema.items() if key != "$defs"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif spot.model is not None:
        fields, required = parameters_in(spot.model, schemas)
        operation["parameters"] += [
            _in_query(name, field, is_required=name in required) for name, field in fields.items()
        ]
    return operation


def _in_query(name: str, schema: Schema, *, is_required: bool) -> Schema:
    plain = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return {
        "name": name,
        "in": "query",
        "required": is_required,
        "description": schema.get("description", ""),
        "schema": plain,
    }


def _in_path(name: str, templates: Catalogue) -> Schema:
    known = {"extension": [*Format, "jpg"], "template": list(templates.ids())}
    schema: Schema = {"type": "string"}
    if name in known:
        schema["enum"] = known[name]
    elif name == "id":
        schema["format"] = "uuid"
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _responses(spot: Spot, method: str) -> Schema:
    responses: Schema = {
        "200": {
            "description": "A picture." if spot.is_picture else "What was asked for.",
            "content": {media_type: {} for media_type in spot.route.media_types},
        },
        "304": {"description": "What you have is still right (If-None-Match)."},
    }
    for reply in _refusals(spot, method):
        response = responses.setdefault(
            str(reply.status), {"description": HTTPStatus(reply.status).phrase, "content": {}}
        )
        media_type = reply.media_type.partition(";")[0]
        is_problem = media_type == PROBLEM_TYPE
        response["content"][media_type] = {"schema": {"$ref": "#/components/schemas/Problem"}} if is_problem else {}
    return responses


def _refusals(spot: Spot, method: str) -> Iterator[Reply]:
    query = Query(method, spot.path, path_values={"template": spot.template, "extension": "png"})
    for error in REFUSALS:
        yield spot.dialect.explain(error, query)
    if method in WITH_BODIES:
        for error in REFUSALS_OF_BODIES:
            yield spot.dialect.explain(error, query)
        # Only a body can be of a wrong type.
        yield Reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, b"", PROBLEM_TYPE)


def _health() -> Schema:
    return {
        "operationId": "healthz",
        "summary": "Whether this process can draw",
        "tags": ["Operating"],
        "responses": {
            "200": {"description": "It can.", "content": {"application/json": {}}},
            "503": {"description": "It cannot, and should be started anew.", "content": {"application/json": {}}},
        },
    }


def _problem_schema() -> Schema:
    """RFC 9457, with the members that we add."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "parameter": text,
            "suggestion": text,
        },
    }


def _identity(method: str, path: str) -> str:
    return re.sub(r"\W+", "_", f"{method.lower()} {path}").strip("_")
