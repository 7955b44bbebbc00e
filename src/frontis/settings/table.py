"""The table of settings, as the documentation and the checks read it."""

from pathlib import Path
from typing import NamedTuple, get_args

from pydantic.fields import FieldInfo

from frontis.settings.declared import Settings


class Row(NamedTuple):
    """One variable of the table. default: as it would be written in the environment, "" where it is unset."""

    variable: str
    kind: str
    default: str
    help: str


def settings_table() -> list[Row]:
    """Every variable that Frontis reads, in the order of the table."""
    return [
        Row(str(field.alias), _kind(field), _default(field), str(field.description))
        for field in Settings.model_fields.values()
    ]


def _kind(field: FieldInfo) -> str:
    kinds: dict[type, str] = {Path: "path", str: "text", int: "whole number", float: "number", bool: "true or false"}
    annotation = next((each for each in get_args(field.annotation) if each in kinds), field.annotation)
    return kinds.get(annotation, "text") if isinstance(annotation, type) else "text"


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
