"""The parameters of OG Image API: what each means, what it may be, and what is wrong with those that are not."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from frontis.errors import BadInput
from frontis.model.color import Color
from frontis.model.text import folded

TEMPLATES = ("blog", "product", "social", "minimal", "dark")
LONGEST_TITLE = 100
LONGEST_SUBTITLE = 150
LONGEST_ADDRESS = 2048
LONGEST_EMAIL = 254

# What HTML itself takes for a tag, a comment or a declaration: "a < b" is none.
_TAG = re.compile(r"<(?:/?[a-z][^>]*|!--.*|![a-z][^>]*)>", re.IGNORECASE | re.DOTALL)
_SEEN = r"[^\s\x1c-\x1f\x85]"
_COLOR = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"
_ADDRESS = "^[hH][tT][tT][pP][sS]://."
_EMAIL = r"^[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+$"
_PREFIX = "Value error, "

M = TypeVar("M", bound=BaseModel)


def _untagged(text: str) -> str:
    if _TAG.search(text):
        raise ValueError("HTML tags are not allowed")
    return text


def _hex(text: str) -> str:
    try:
        return Color.parse_hex(text).hex
    except BadInput as error:
        raise ValueError(error.problem) from None


def _secure(text: str) -> str:
    if not re.match(_ADDRESS, text):
        raise ValueError("must be an address that begins with https://")
    return text


def _mailable(text: str) -> str:
    if not re.match(_EMAIL, text):
        raise ValueError("must be an e-mail address")
    return text


def _text(value: object) -> object:
    return folded(value) if isinstance(value, str) else value


# The bounds belong to the text within: they are checked first, so that no pattern is looked for in what is too long.
_Folded = BeforeValidator(_text)
_Title = Annotated[
    Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, json_schema_extra={"pattern": _SEEN})],
    _Folded,
    AfterValidator(_untagged),
]
_Subtitle = Annotated[Annotated[str, Field(max_length=LONGEST_SUBTITLE)], _Folded]
_Template = Annotated[Annotated[str, Field(json_schema_extra={"enum": list(TEMPLATES)})], _Folded]
_Hex = Annotated[Annotated[str, Field(json_schema_extra={"pattern": _COLOR})], _Folded, AfterValidator(_hex)]
_Address = Annotated[
    Annotated[str, Field(max_length=LONGEST_ADDRESS, json_schema_extra={"pattern": _ADDRESS})],
    _Folded,
    AfterValidator(_secure),
]
_Position = Annotated[Literal["top-left", "top-right", "top-center", "bottom-left", "bottom-right"], _Folded]
_Email = Annotated[
    Annotated[str, Field(max_length=LONGEST_EMAIL, json_schema_extra={"format": "email"})],
    _Folded,
    AfterValidator(_mailable),
]


class KeyParameters(BaseModel):
    """The query string of a call that takes a key. An `Authorization: Bearer` header does as well, and wins."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: Annotated[str, Field(description="The API key, where there is no Authorization header.")] = ""


class Parameters(BaseModel):
    """The query string of `GET /v1/generate`, and the JSON body of a POST."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: Annotated[_Title, Field(description="The headline. No HTML tags.")]
    subtitle: Annotated[_Subtitle, Field(description="A sentence with the headline.")] = ""
    template: Annotated[_Template, Field(description="The look.")] = "blog"
    bg_color: Annotated[_Hex, Field(description="The colour of the page, in hex. Not for dark.")] = "#1a1a1a"
    text_color: Annotated[
        _Hex, Field(description="The colour of the words, in hex, moved as far as it must be to be read. Not for dark.")
    ] = "#ffffff"
    accent_color: Annotated[_Hex, Field(description="The accent, in hex. Not for minimal.")] = "#f97316"
    # A factory keeps the default, which is no address, out of the schema.
    logo_url: Annotated[
        _Address, Field(description="The address of a logo, https only. For blog, product and dark.")
    ] = Field(default_factory=str)
    logo_position: Annotated[_Position, Field(description="Where the logo is. For product.")] = "top-left"
    width: Annotated[int, Field(description="Pixels.", ge=600, le=2400)] = 1200
    height: Annotated[int, Field(description="Pixels.", ge=315, le=1260)] = 630
    key: Annotated[
        str,
        Field(
            description="The API key, where there is no Authorization header. `demo` draws previews.", examples=["demo"]
        ),
    ] = ""


class RegisterParameters(BaseModel):
    """The body of `/v1/auth/register`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    email: Annotated[_Email, Field(description="Where the key is sent too, if the service can send mail.")]


class BadParameters(BadInput):
    """Some parameters cannot be used. faults: each by its name, with what is wrong with it."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__(*faults[0])


def checked(model: type[M], given: Mapping[str, Any]) -> M:
    """What is given, as the model has it. What is empty or null counts as absent. Raises BadParameters."""
    present = {name: value for name, value in given.items() if value not in ("", None) or _is_required(model, name)}
    try:
        return model.model_validate(present)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise BadParameters(
            [(".".join(map(str, fault["loc"])), fault["msg"].removeprefix(_PREFIX)) for fault in faults]
        ) from None


def _is_required(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    return field is not None and field.is_required()
