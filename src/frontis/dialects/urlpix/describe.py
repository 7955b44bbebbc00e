"""`/v1/og/templates`: what can be drawn, and with which variables, as JSON."""

import json
from typing import Any

from frontis.dialects.urlpix.params import templates, their_name
from frontis.model.dialect import Reply
from frontis.model.query import Query
from frontis.model.template import Kind, Variable

_TYPES = {Kind.COLOR: "color", Kind.IMAGE: "image_url", Kind.LIST: "list"}


def describe(query: Query) -> Reply:  # noqa: ARG001  (the list is the same for everybody)
    """A JSON list of the templates, sorted by name."""
    told = [
        {
            "name": name,
            "description": template.description,
            "variables": [_variable(each) for each in template.variables.values()],
        }
        for name, template in templates()
    ]
    return Reply(200, json.dumps(told).encode(), "application/json", {"Cache-Control": "public, max-age=300"})


def _variable(variable: Variable) -> dict[str, Any]:
    about = {
        "name": their_name(variable.name),
        "type": _TYPES.get(variable.kind, "text"),
        "default": variable.default or None,
        "required": variable.required,
        "description": variable.help,
    }
    return about | ({"choices": list(variable.choices)} if variable.choices else {})
