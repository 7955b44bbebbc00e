"""The parameters of our own API: four that every card has, and a model of each template's variables."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from frontis.model.card import Value
from frontis.model.output import LARGEST_SIDE, SMALLEST_SIDE
from frontis.model.template import Kind, Template, Variable

# What is absent is None here, which no request says and no schema shows.
_Absent: TypeAlias = SkipJsonSchema[None]
_Side = Annotated[int, Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE)] | _Absent
_Percent = Annotated[int, Field(ge=1, le=100)] | _Absent
_Budget = Annotated[int, Field(ge=1, le=100_000)] | _Absent
_FORMATS: dict[Kind, dict[str, Any]] = {
    Kind.COLOR: {"format": "color"},
    Kind.ICON: {"format": "lucide-icon"},
    Kind.IMAGE: {"format": "uri"},
    Kind.LANGUAGE: {"format": "programming-language"},
}


# What Python and we call white space is more than what the patterns of JSON schema do.
_SEEN = r"[^\s\x1c-\x1f\x85]"


def _none() -> None:
    # As a factory: pydantic would write a plain default of None into the schema, where it is no whole number.
    return None


class Parameters(BaseModel):
    """What every card takes, beside the variables of its template."""

    model_config = ConfigDict(extra="allow", frozen=True)

    width: _Side = Field(default_factory=_none, description="In pixels; without it, that of the template's first size.")
    height: _Side = Field(
        default_factory=_none, description="In pixels; without it, that of the template's first size."
    )
    quality: _Percent = Field(default_factory=_none, description="1 to 100; each format but SVG has its own default.")
    max_kb: _Budget = Field(
        default_factory=_none, description="The most kilobytes (of 1,024 bytes) that the picture should have."
    )


def parameters_of(template: Template) -> type[BaseModel]:
    """A model of a template's variables and of what every card takes, for schemas, documentation and forms.

    What a request holds is checked by the variables themselves (`Variable.accept`), which are a little more lenient:
    they collapse white space before they count, and take numbers and flags as text.
    """
    fields: dict[str, Any] = {
        # The names of variables are their author's, and pydantic has names of its own: hence the aliases.
        f"variable_{name}": _field(variable, template.examples.get(name))
        for name, variable in template.variables.items()
    }
    return create_model(f"{template.name} card", __base__=Parameters, __doc__=template.description, **fields)


def _field(variable: Variable, example: Value | None) -> tuple[Any, Any]:
    """A type and pydantic's Field."""
    about: dict[str, Any] = {
        "alias": variable.name,
        "title": variable.name,
        "description": variable.help,
        "json_schema_extra": {"kind": variable.kind.value} | _FORMATS.get(variable.kind, {}),
    }
    if example is not None:
        about["examples"] = [_plain(example)]
    annotation = _annotation(variable)
    if variable.required:
        return annotation, Field(**about)
    if variable.default in ("", ()):
        return annotation | _Absent, Field(default_factory=_none, **about)
    return annotation, Field(default=_plain(variable.default), **about)


def _annotation(variable: Variable) -> Any:  # noqa: ANN401  (a type)
    match variable.kind:
        case Kind.NUMBER:
            return Annotated[float, Field(ge=variable.least, le=variable.greatest)]
        case Kind.FLAG:
            return bool
        case Kind.LIST:
            return Annotated[
                list[Annotated[str, Field(max_length=variable.longest)]],
                Field(min_length=int(variable.required), max_length=variable.most),
            ]
        case Kind.CHOICE:
            return Literal[variable.choices]
    # Blank is absent, so what is required must have something to see.
    pattern = {Kind.IMAGE: r"^[hH][tT][tT][pP][sS]?://"}.get(variable.kind, _SEEN if variable.required else None)
    return Annotated[str, Field(max_length=variable.longest, pattern=pattern)]


def _plain(value: Value) -> object:
    """The value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value
