"""The parameters of OGStack's public address, and how they are told what is wrong with them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from frontis.errors import BadInput

LONGEST_ADDRESS = 2048
LONGEST_PROMPT = 500

Font = Literal["inter", "plus-jakarta-sans", "space-grotesk", "jetbrains-mono", "noto-sans", "instrument-serif"]
Position = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
# What is absent is None here, which no request says and no schema shows.
_Absent: TypeAlias = SkipJsonSchema[None]

# The ends of sentences that begin with the parameter's name.
_MUST = {
    "url": "must be the address of a page, such as https://example.com/post, percent-encoded",
    "template": "must be a template's slug of 1 to 64 characters, such as editorial",
    "accent": "must be # and six hex digits, such as %2310b981 in an address",
    "dark": "must be true or false",
    "font": "must be one of inter, plus-jakarta-sans, space-grotesk, jetbrains-mono, noto-sans, instrument-serif",
    "logoUrl": "must be the address of a picture, percent-encoded",
    "logoPosition": "must be one of top-left, top-right, bottom-left, bottom-right",
    "aspectRatio": "must be 16:9 or 16:10",
    "ai": "must be true or false",
    "aiModel": "must be standard or pro",
    "aiPrompt": f"may have at most {LONGEST_PROMPT} characters",
}


class BadParameters(BadInput):
    """Some parameters cannot be used. details: which, and what they may be, each as {"path", "message"}."""

    def __init__(self, details: list[dict[str, str]]) -> None:
        self.details = details
        first = details[0]
        super().__init__(first["path"].removeprefix("/"), first["message"])


def absent() -> None:
    """What stands for a parameter that was not sent."""
    # As a factory: pydantic would write a plain default of None into the schema, where it is no value that can be sent.
    return


def _flag(given: object) -> object:
    # Nothing but these words is a boolean there; pydantic would take "1" and "yes" as well.
    return {"true": True, "false": False}.get(given, "") if isinstance(given, str) else given


def page_address(given: str) -> str:
    """The address of a page. Raises ValueError."""
    parts = _parts(given)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError(given)
    return given


def address(given: str) -> str:
    """An address of any scheme. Raises ValueError."""
    if not _parts(given).scheme:
        raise ValueError(given)
    return given


def _parts(given: str) -> Any:  # noqa: ANN401  (urllib's own tuple)
    if len(given) > LONGEST_ADDRESS or any(letter.isspace() or letter < " " for letter in given):
        raise ValueError(given)
    return urlsplit(given)


_Flag = Annotated[bool, BeforeValidator(_flag)]


class Parameters(BaseModel):
    """The query string of `/og/{publicId}`. No other name means anything."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: Annotated[
        str,
        AfterValidator(page_address),
        Field(
            description="The page that the card is of, percent-encoded. Its host must be one of the project's domains.",
            json_schema_extra={"format": "uri", "pattern": "^https?://[a-z]"},
        ),
    ]
    template: Annotated[str, Field(description="The template's slug.", min_length=1, max_length=64)] = "editorial"
    accent: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] | _Absent = Field(
        default_factory=absent,
        description="The colour of the small things, with its # as %23. Without it: the page's theme colour, else that "
        "of its icon, else #3B82F6.",
    )
    dark: Annotated[_Flag, Field(description="Dark or light, where the template has both.")] = True
    font: Annotated[Font, Field(description="The typeface.")] = "inter"
    logo_url: Annotated[str, AfterValidator(address)] | _Absent = Field(
        default_factory=absent,
        alias="logoUrl",
        description="The address of a logo: PNG, SVG, JPEG, WebP, GIF, AVIF or ICO.",
        json_schema_extra={"format": "uri"},
    )
    logo_position: Annotated[Position, Field(alias="logoPosition", description="The logo's corner.")] = "top-left"
    aspect_ratio: Literal["16:9", "16:10"] | _Absent = Field(
        default_factory=absent, alias="aspectRatio", description="Taken and without effect: the card is 1200 by 630."
    )
    ai: Annotated[_Flag, Field(description="Ask for a picture by a model behind the words.")] = False
    ai_model: Literal["standard", "pro"] | _Absent = Field(
        default_factory=absent, alias="aiModel", description="Which model; without it, that of the plan."
    )
    ai_prompt: Annotated[str, Field(max_length=LONGEST_PROMPT)] | _Absent = Field(
        default_factory=absent, alias="aiPrompt", description="What the picture should show."
    )
    exp: Annotated[str, Field(description="The Unix second at which a signed address ends.")] = ""
    sig: Annotated[str, Field(description="The signature of a signed address, by the project's own secret.")] = ""


def checked(given: Mapping[str, str]) -> Parameters:
    """The parameters of those names and values. Raises BadParameters."""
    try:
        return Parameters.model_validate(given)
    except ValidationError as error:
        names = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors(include_url=False, include_context=False))
    raise BadParameters(
        [
            {"path": f"/{name}", "message": f"is required: it {_MUST[name]}" if name not in given else _MUST[name]}
            for name in names
        ]
    )
