"""`/templates`: what can be drawn here, and what each template takes, as JSON."""

import json
from typing import Any

from frontis.dialects.native.address import address_of
from frontis.dialects.native.params import parameters_of
from frontis.model.dialect import Reply
from frontis.model.output import Format
from frontis.model.query import Query
from frontis.model.template import Kind, Template, Variable
from frontis.templates import catalogue

_HEADERS = {"Cache-Control": "public, max-age=300"}
_BOUNDED = (Kind.TEXT, Kind.LONG_TEXT, Kind.CODE, Kind.LIST, Kind.IMAGE)


def describe_all(query: Query) -> Reply:
    """A JSON list of all templates, sorted by id."""
    return _json([_summary(catalogue().look(identity).template, query) for identity in catalogue().ids()])


def describe_one(query: Query) -> Reply:
    """A JSON object with all that there is to know about one template. Raises UnknownTemplate."""
    template = catalogue().look(query.path_values["template"]).template
    return _json(
        {
            **_summary(template, query),
            "address": f"{query.origin}/card/{template.id}.{{extension}}",
            "extensions": [*Format, "jpg"],
            "fonts": template.families,
            "examples": dict(template.examples),
            "schema": parameters_of(template).model_json_schema(),
        }
    )


def _summary(template: Template, query: Query) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "description": template.description,
        "sizes": [{"width": width, "height": height} for width, height in template.sizes],
        "preview": query.origin + address_of(template, template.examples),
        "variables": [_variable(each) for each in template.variables.values()],
    }


def _variable(variable: Variable) -> dict[str, Any]:
    """A variable, with those of its limits that its kind has."""
    about: dict[str, Any] = {
        "name": variable.name,
        "kind": variable.kind,
        "help": variable.help,
        "required": variable.required,
        "default": variable.default,
    }
    if variable.kind in _BOUNDED:
        about["longest"] = variable.longest
    if variable.kind is Kind.LIST:
        about["most"] = variable.most
    if variable.kind is Kind.NUMBER:
        about |= {"least": variable.least, "greatest": variable.greatest}
    if variable.kind is Kind.CHOICE:
        about["choices"] = variable.choices
    if variable.fit:
        about["lines"] = variable.fit.lines
    return about


def _json(body: object) -> Reply:
    return Reply(200, json.dumps(body).encode(), "application/json", _HEADERS)
