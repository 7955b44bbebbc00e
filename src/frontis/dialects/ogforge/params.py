"""The parameters of OGForge's `/api/v1/og` and `/api/v1/icons`: what each means, and what it may be."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import SkipJsonSchema

from frontis.model.text import folded

SMALLEST_SIDE, LARGEST_SIDE = 200, 2400
MOST_ICONS = 5_000

Theme = Literal["dark", "light", "gradient", "cyberpunk", "minimal", "bold"]
Pattern = Literal["none", "dots", "grid", "diagonal", "waves", "circuit"]
Layout = Literal["standard", "metric"]
FormatName = Literal["png", "webp", "jpeg", "svg"]
SizeName = Literal["og", "square", "twitter-banner", "twitter-summary", "linkedin", "instagram-story", "facebook-cover"]

HEX = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"
TWO_HEX = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6}) ?[,-] ?#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"
# Something to see: what Python calls white space is more than what the patterns of JSON schema do.
_SEEN = r"[^\s\x1c-\x1f\x85]"


def _none() -> None:
    # As a factory: pydantic would write a plain default of None into the schema, where it is no value that can be sent.
    return None


def plain(value: Any) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    """A text with its white space folded; a number, which JSON may have in a text's place, as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    # Half a surrogate pair, which JSON can spell, is no character.
    return folded(value.encode("utf-8", "ignore").decode()) if isinstance(value, str) else value


def _word(value: Any) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    return value.lower() if isinstance(value, str) else value


def _format_word(value: Any) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    return {"jpg": "jpeg"}.get(value.lower(), value.lower()) if isinstance(value, str) else value


def _or_dark(value: Any, check: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401  (pydantic's signature)
    """An unknown theme is drawn dark; X-OGForge-Theme tells which was used."""
    try:
        return check(value)
    except ValidationError:
        return "dark"


_Absent: TypeAlias = SkipJsonSchema[None]
_Hex = Annotated[str, Field(pattern=HEX)] | _Absent
_Side = Annotated[int, Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE)] | _Absent


def _colour(meaning: str) -> Any:  # noqa: ANN401  (what pydantic's Field gives)
    return Field(default_factory=_none, description=f"{meaning} Three or six hex digits, with or without #.")


class Parameters(BaseModel):
    """What `/api/v1/og` takes, in the query or as JSON. No other name means anything; what is empty is absent."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: Annotated[str, Field(max_length=200, pattern=_SEEN, description="The headline.")]
    subtitle: Annotated[str, Field(max_length=300, description="A sentence or two below the title.")] = ""
    caption: Annotated[str, Field(max_length=100, description="A short line below, in the accent colour.")] = ""
    theme: Annotated[
        Theme, WrapValidator(_or_dark), BeforeValidator(_word), Field(description="The look. An unknown one is dark.")
    ] = "dark"
    pattern: Annotated[Pattern, BeforeValidator(_word), Field(description="What is drawn faintly behind.")] = "none"
    icon: Annotated[
        str,
        Field(
            max_length=40,
            description="A Lucide icon by its name, such as rocket, or an emoji.",
            json_schema_extra={"format": "lucide-icon"},
        ),
    ] = ""
    layout: Annotated[
        Layout, BeforeValidator(_word), Field(description="standard, or metric: the value large, above the title.")
    ] = "standard"
    value: Annotated[
        str, Field(max_length=40, description="The figure of a metric, such as 2.4M: needed with layout=metric.")
    ] = ""
    brand: Annotated[str, Field(max_length=50, description="The name at the foot.")] = ""
    accent: _Hex = _colour("The colour of icon, caption and figure.")
    bgColor: _Hex = _colour("One colour in place of the theme's background.")  # noqa: N815  (OGForge's own word)
    titleColor: _Hex = _colour("The title's colour, moved as far as it must be to be read.")  # noqa: N815
    subtitleColor: _Hex = _colour("The subtitle's colour, moved in the same way.")  # noqa: N815
    gradientStart: _Hex = _colour("Where a gradient in place of the background begins.")  # noqa: N815
    gradientEnd: _Hex = _colour("Where that gradient ends.")  # noqa: N815
    bgGradient: Annotated[str, Field(pattern=TWO_HEX)] | _Absent = Field(  # noqa: N815
        default_factory=_none, description="Both ends of the gradient at once, such as 0f766e,1d4ed8."
    )
    border: _Hex = _colour("The colour of a frame round the picture.")
    format: Annotated[FormatName, BeforeValidator(_format_word), Field(description="The picture's format.")] = "png"
    size: Annotated[SizeName, BeforeValidator(_word), Field(description="A size by its name.")] = "og"
    width: _Side = Field(default_factory=_none, description="In pixels, in place of that of the size.")
    height: _Side = Field(default_factory=_none, description="In pixels, in place of that of the size.")


class IconsParameters(BaseModel):
    """What `/api/v1/icons` takes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: Annotated[str, Field(max_length=64, description="A part of the name.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ICONS, description="How many icons to name at most.")] = MOST_ICONS
