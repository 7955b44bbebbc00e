"""What was given -> a checked model, or the refusal that names the parameter and says what it may be."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from frontis.dialects.ogforge.params import plain
from frontis.errors import BadInput, nearest

M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], given: Mapping[str, Any]) -> M:
    """The model. What is empty counts as absent. Raises BadInput for the first parameter that cannot be used."""
    known = {name: plain(given[name]) for name in model.model_fields if name in given}
    try:
        return model.model_validate({name: value for name, value in known.items() if value not in ("", None)})
    except ValidationError as error:
        fault: Mapping[str, Any] = error.errors(include_url=False)[0]
    raise _refusal(model, str(fault["loc"][0]), fault, given)


def _refusal(model: type[BaseModel], name: str, fault: Mapping[str, Any], given: Mapping[str, Any]) -> BadInput:
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            near = nearest(name, [each for each in given if each not in model.model_fields][:60])
            return BadInput(name, f"is required, and {near!r} means nothing here" if near else "is required")
        case "string_too_long":
            most = limits["max_length"]
            return BadInput(name, f"may have at most {most} characters, not {len(fault['input'])}")
        case "literal_error":
            known = get_args(model.model_fields[name].annotation)
            near = nearest(str(fault["input"])[:64], known)
            return BadInput(name, f"must be one of {', '.join(known)}", suggestion=near)
        case "string_pattern_mismatch" if name == "bgGradient":
            return BadInput(name, "must be two colours in hex with a comma between, such as '0f766e,1d4ed8'")
        case "string_pattern_mismatch":
            return BadInput(name, "must be three or six hex digits, such as 'ff8800'")
        case "string_type":
            return BadInput(name, "must be a text")
    least, most = _range(model, name)
    return BadInput(name, f"must be a whole number from {least} to {most}")


def _range(model: type[BaseModel], name: str) -> tuple[int, int]:
    schema = model.model_json_schema()["properties"][name]
    return schema["minimum"], schema["maximum"]
