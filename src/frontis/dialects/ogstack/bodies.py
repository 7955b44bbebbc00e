"""The bodies and the parameters of OGStack's image API, and how they are told what is wrong with them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from frontis.dialects.ogstack.params import (
    LONGEST_PROMPT,
    BadParameters,
    Font,
    Position,
    absent,
    address,
    page_address,
)
from frontis.errors import BadInput

MOST_PAGES = 1_000_000
LONGEST_SEARCH = 200
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 500
MOST_DELETED = 200
_A_DATE = len("2026-03-12")

# The ends of sentences that begin with the name of a field.
_MUST = {
    "url": "must be the address of a page or a picture, such as https://example.com/post",
    "projectId": "must be the public id of a project",
    "kind": "must be one of og, blog_hero, icon_set",
    "template": "must be a template's slug of 1 to 64 characters, such as editorial",
    "accent": "must be # and six hex digits, such as #10b981",
    "dark": "must be true or false",
    "font": "must be one of inter, plus-jakarta-sans, space-grotesk, jetbrains-mono, noto-sans, instrument-serif",
    "position": "must be one of top-left, top-right, bottom-left, bottom-right",
    "aspectRatio": "must be 16:9 or 16:10",
    "ai": "must be true, or an object with model, prompt and override",
    "model": "must be standard or pro",
    "prompt": f"may have at most {LONGEST_PROMPT} characters",
    "page": f"must be a whole number from 1 to {MOST_PAGES:,}",
    "limit": "must be a whole number from 1 to 100",
    "from": "must be a time such as 2026-03-12T08:00:00Z",
    "to": "must be a time such as 2026-03-12T08:00:00Z",
    "search": f"may have at most {LONGEST_SEARCH} characters",
    "title": f"may have at most {LONGEST_TITLE} characters",
    "description": f"may have at most {LONGEST_DESCRIPTION} characters",
    "id": "must be a UUID",
    "ids": f"must be 1 to {MOST_DELETED} UUIDs",
}
_Absent: TypeAlias = SkipJsonSchema[None]
M = TypeVar("M", bound=BaseModel)


class BadBody(BadInput):
    """The body is no JSON."""

    def __init__(self) -> None:
        super().__init__("body", "must be JSON")


def _moment(given: object) -> object:
    """The time that a text means; without a zone it is UTC."""
    if not isinstance(given, str):
        return given
    moment = datetime.fromisoformat(given.strip())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(given) from error


def _end(given: object) -> object:
    """The same; a day alone means its end."""
    moment = _moment(given)
    if isinstance(given, str) and len(given.strip()) == _A_DATE and isinstance(moment, datetime):
        return datetime.combine(moment, time.max, UTC)
    return moment


def _number(given: object) -> object:
    return UUID(given) if isinstance(given, str) else given


Kind = Literal["og", "blog_hero", "icon_set"]
Address = Annotated[str, AfterValidator(address)]
Number = Annotated[UUID, BeforeValidator(_number)]
ProjectId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]


class Logo(BaseModel):
    """A logo and its place."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    url: Annotated[Address, Field(description="The logo's address.", json_schema_extra={"format": "uri"})]
    position: Annotated[Position, Field(description="Its corner.")] = "top-left"


class StyleBody(BaseModel):
    """How it shall look."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    accent: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] | _Absent = Field(
        default_factory=absent,
        description="The colour of the small things. Without it: the page's theme colour, else that of its icon, else "
        "#3B82F6.",
    )
    dark: bool | _Absent = Field(
        default_factory=absent,
        description="Dark or light, where the template has both: dark without it. Of icons: the tile behind a mark.",
    )
    font: Annotated[Font, Field(description="The typeface.")] = "inter"
    logo: Logo | _Absent = Field(
        default_factory=absent, description="A logo. Of icons: the mark, in place of the site's own."
    )
    aspect_ratio: Annotated[
        Literal["16:9", "16:10"],
        Field(alias="aspectRatio", description="Of a blog_hero: 1600 by 900, or 1920 by 1200."),
    ] = "16:9"


class AiBody(BaseModel):
    """What is asked of a model."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    model: Literal["standard", "pro"] | _Absent = Field(default_factory=absent, description="Which one.")
    prompt: Annotated[str, Field(max_length=LONGEST_PROMPT)] | _Absent = Field(
        default_factory=absent, description="What the picture should show."
    )
    override: Annotated[bool, Field(description="Use the prompt alone, without what the page tells.")] = False


class GenerateBody(BaseModel):
    """The body of `/api/images/generate`."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    url: Annotated[
        str,
        AfterValidator(page_address),
        Field(
            description="The page that the picture is of.",
            json_schema_extra={"format": "uri", "pattern": "^https?://[a-z]"},
        ),
    ]
    project_id: ProjectId | _Absent = Field(
        default_factory=absent,
        alias="projectId",
        description="The public id of the project. A key that is bound to a project needs none.",
    )
    kind: Annotated[Kind, Field(description="A card, the cover of an article, or a site's icons.")] = "og"
    template: Annotated[str, Field(description="The template's slug.", min_length=1, max_length=64)] = "editorial"
    style: StyleBody | _Absent = Field(default_factory=absent, description="How it shall look.")
    ai: bool | AiBody | _Absent = Field(
        default_factory=absent, description="Ask for a picture by a model behind the words."
    )
    force: Annotated[bool, Field(description="Draw it anew, in place of the one that is kept.")] = False


class Search(BaseModel):
    """The query string of `GET /api/images`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Which page, from 1.")] = 1
    limit: Annotated[int, Field(ge=1, le=100, description="How many a page.")] = 20
    project_id: ProjectId | _Absent = Field(
        default_factory=absent, alias="projectId", description="Those of a project, by its public id."
    )
    category: Annotated[str, Field(max_length=64)] | _Absent = Field(
        default_factory=absent, description="Those by templates of a category, such as MINIMAL."
    )
    kind: Kind | _Absent = Field(default_factory=absent, description="Those of a kind.")
    since: Annotated[datetime, BeforeValidator(_moment)] | _Absent = Field(
        default_factory=absent, alias="from", description="Those made at this time or later."
    )
    until: Annotated[datetime, BeforeValidator(_end)] | _Absent = Field(
        default_factory=absent, alias="to", description="Those made at this time or earlier."
    )
    search: Annotated[
        str, Field(max_length=LONGEST_SEARCH, description="Words in the page's address or in a title.")
    ] = ""


class WordsBody(BaseModel):
    """The body of `PATCH /api/images/{id}`."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    title: Annotated[str, Field(max_length=LONGEST_TITLE)] | _Absent = Field(
        default_factory=absent, description="Your own title of it."
    )
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] | _Absent = Field(
        default_factory=absent, description="Your own description of it."
    )


class DeleteBody(BaseModel):
    """The body of `DELETE /api/images`."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    ids: Annotated[
        tuple[Number, ...], Field(min_length=1, max_length=MOST_DELETED, description="Which ones.", strict=False)
    ]


def posted(model: type[M], body: bytes) -> M:
    """What a body says. Raises BadBody and BadParameters."""
    try:
        given = _clean(json.loads(body))
    except (ValueError, RecursionError):
        raise BadBody from None
    if not isinstance(given, dict):
        raise BadParameters([{"path": "", "message": "the body must be an object"}])
    return _checked(model, given)


def queried(model: type[M], parameters: tuple[tuple[str, str], ...]) -> M:
    """What a query string says; a name that repeats counts with its last value. Raises BadParameters."""
    return _checked(model, {name: _clean(value) for name, value in parameters})


def numbered(text: str) -> UUID:
    """The id in an address. Raises BadParameters."""
    try:
        return UUID(text)
    except ValueError:
        raise BadParameters([{"path": "/id", "message": _MUST["id"]}]) from None


def _checked(model: type[M], given: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = dict.fromkeys(_place(fault["loc"]) for fault in error.errors(include_url=False, include_context=False))
    # A field that may be of several types complains of each; what is wrong within it says more.
    places = [place for place in found if not any(other[: len(place)] == place for other in found if other != place)]
    raise BadParameters([{"path": f"/{'/'.join(place)}", "message": _fault(place, given)} for place in places])


def _place(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Where something is wrong, without the names of types that pydantic adds."""
    names = [each for each in location if isinstance(each, str)]
    return tuple(each for at, each in enumerate(names) if not at or each in _MUST or each == "logo")


def _fault(place: tuple[str, ...], given: Mapping[str, Any]) -> str:
    value: Any = given
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    must = _MUST.get(place[-1], "must be an object")
    return f"is required: it {must}" if value is None else must


def _clean(value: Any) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    """The same without half characters and NULs, which no database takes."""
    match value:
        case str():
            return value.encode("utf-8", "ignore").decode().replace("\0", "")
        case list():
            return [_clean(each) for each in value]
        case dict():
            return {_clean(name): _clean(each) for name, each in value.items()}
    return value
