"""The parameters of OSIG's calls: what each means, what it may be, and what stands in for anything else."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import SkipJsonSchema

from frontis.errors import BadInput

MOST_SIGNED = 200
LARGEST_BUDGET_KB = 100_000
LONGEST_LIFETIME_SECONDS = 2_592_000

Style = Literal["base", "logo", "job_classic", "job_logo", "job_clean"]
Site = Literal["x", "meta"]
Font = Literal["helvetica", "markerfelt", "papyrus"]


def _none() -> None:
    # As a factory: pydantic would write a plain default of None into the schema, where it is no value that can be sent.
    return None


def _or(fallback: Any) -> WrapValidator:  # noqa: ANN401  (of the parameter's own type)
    """Nothing that is sent to `/g` is an error: what cannot be used counts as the fallback."""

    def validate(value: Any, check: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401  (pydantic's signature)
        try:
            return check(value)
        except ValidationError:
            return fallback

    return WrapValidator(validate)


def _whole(text: str) -> int:
    # Python's own reading of a number, as in OSIG: signs, spaces and underscores are fine, "80.0" is not.
    return int(text)


class Parameters(BaseModel):
    """The query string of `/g`. Every field takes any text, however wrong, and no other name means anything."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: Annotated[str, Field(description="Your API key. Without one the card may bear a watermark.")] = ""
    style: Annotated[Style, _or("base"), Field(description="The look of the card.")] = "base"
    site: Annotated[
        Site,
        BeforeValidator(str.lower),
        _or("x"),
        Field(description="The size: x is 1600 by 900, meta is 1200 by 630."),
    ] = "x"
    font: Annotated[
        Font | SkipJsonSchema[None], _or(None), Field(description="The typeface; without one it is Inter.")
    ] = Field(default_factory=_none)
    title: Annotated[str, Field(description="The title, cut at 130 characters (logo 90, job styles 110).")] = ""
    subtitle: Annotated[str, Field(description="The subtitle, cut at 150 characters (logo 130, job styles 180).")] = ""
    eyebrow: Annotated[str, Field(description="A few words above the title, cut at 55 characters; not in logo.")] = ""
    image_url: Annotated[str, Field(description="The address (http or https) of the background or the logo.")] = ""
    image_or_logo: Annotated[str, Field(description="The same, for when image_url is empty.")] = ""
    format: Annotated[
        Literal["png", "jpeg"],
        BeforeValidator(lambda text: text.strip().lower()),
        _or("png"),
        Field(description="The format of the picture."),
    ] = "png"
    quality: Annotated[
        Annotated[int, Field(ge=1, le=100)] | SkipJsonSchema[None],
        Field(description="The default of jpeg is 85. What is out of range counts as 1 or 100."),
        BeforeValidator(lambda text: min(max(_whole(text), 1), 100)),
        _or(None),
    ] = Field(default_factory=_none)
    max_kb: Annotated[
        Annotated[int, Field(ge=1)] | SkipJsonSchema[None],
        Field(description="The most kilobytes (of 1,024 bytes) that the picture should have."),
        BeforeValidator(lambda text: min(_whole(text), LARGEST_BUDGET_KB)),
        _or(None),
    ] = Field(default_factory=_none)
    v: Annotated[str, Field(description="A version token of your own: change it to have the card drawn anew.")] = ""
    exp: Annotated[str, Field(description="The Unix second at which a signed address ends.")] = ""
    sig: Annotated[str, Field(description="The signature of a signed address.")] = ""


class BadBody(BadInput):
    """A JSON call is not what it should be. details: what is wrong, each as pydantic has it."""

    def __init__(self, details: list[dict[str, Any]]) -> None:
        self.details = details
        super().__init__("body", "is not what this call takes")


def _few(given: Any) -> Any:  # noqa: ANN401  (whatever JSON may hold)
    # Pydantic counts them only when it has looked at each, and has four complaints about every wrong one.
    if isinstance(given, dict) and len(given) > MOST_SIGNED:
        raise ValueError(f"there may be at most {MOST_SIGNED} parameters")
    return given


class SignParameters(BaseModel):
    """The body of `/api/sign`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    params: Annotated[
        dict[str, str | int | float | bool | None],
        Field(description="The parameters of `/g`. One that is null is left out.", max_length=MOST_SIGNED),
        BeforeValidator(_few),
    ]
    expires_in_seconds: Annotated[
        int, Field(description="How long the address is good. What is out of range counts as 1 s or 30 days.")
    ] = 3600


class MetricsParameters(BaseModel):
    """The query string of `/api/admin/render-metrics`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    api_key: Annotated[str, Field(description="The key of an account that is a superuser.")] = ""
    hours: Annotated[int, Field(description="The window. What is out of range counts as 1 or 720.")] = 24


def _whole_or_none(value: str | int | None) -> int | None:
    try:
        return None if value is None else _whole(str(value))
    except ValueError:
        return None


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("page_url is empty; send the address of the page that the card is for")
    return text.strip()


# OSIG takes any text for these; what is longer than this was never meant.
Word = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=100_000)]
Address = Annotated[str, Field(max_length=2048)]
WholeOrNone = Annotated[Word | int | None, AfterValidator(_whole_or_none)]


class Published(BaseModel):
    """What the calls have in common that make an address for a page."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    style: Annotated[Word, Field(description="As for `/g`.")] = "base"
    site: Annotated[Word, Field(description="As for `/g`.")] = "x"
    font: Annotated[Word, Field(description="As for `/g`.")] = "helvetica"
    eyebrow: Annotated[Words, Field(description="A few words above the title.")] = ""
    key: Annotated[Word, Field(description="Your API key. Everybody can read it in the address.")] = ""
    format: Annotated[Word, Field(description="As for `/g`.")] = "png"
    quality: Annotated[WholeOrNone, Field(description="As for `/g`. What is no whole number is left out.")] = None
    max_kb: Annotated[WholeOrNone, Field(description="As for `/g`. What is no whole number is left out.")] = None
    version: Annotated[Word, Field(description="The `v` of the address, trimmed.")] = ""
    expires_in_seconds: Annotated[
        int, Field(description="How long the address is good. What is out of range counts as 1 s or 30 days.")
    ] = LONGEST_LIFETIME_SECONDS


class OnboardingParameters(Published):
    """The body of `/api/onboarding/meta`."""

    page_url: Annotated[Address, Field(description="The address of the page.")] = "https://osig.app"
    title: Annotated[Words, Field(description="The title of the page and of the card.")] = ""
    subtitle: Annotated[Words, Field(description="The description of the page and the subtitle of the card.")] = ""
    image_url: Annotated[Words, Field(description="As for `/g`.")] = ""


class WordPressParameters(Published):
    """The body of `/api/integrations/wordpress`."""

    page_url: Annotated[
        Address,
        AfterValidator(_filled),
        Field(description="The address of the post.", json_schema_extra={"minLength": 1, "pattern": r"\S"}),
    ]
    title: Annotated[Words, Field(description="The title of the card; without it the first of the next three.")] = ""
    post_title: Annotated[Words, Field(description="WordPress's title of the post.")] = ""
    seo_title: Annotated[Words, Field(description="The title that an SEO plugin gives.")] = ""
    post_name: Annotated[Words, Field(description="The slug; its words with capitals.")] = ""
    subtitle: Annotated[Words, Field(description="The subtitle; without it the first of the next two.")] = ""
    excerpt: Annotated[Words, Field(description="WordPress's excerpt.")] = ""
    description: Annotated[Words, Field(description="Another text about the post.")] = ""
    featured_image_url: Annotated[Words, Field(description="The picture; without it the first of the next three.")] = ""
    featured_image: Annotated[Words, Field(description="The same under another name.")] = ""
    logo_url: Annotated[Words, Field(description="The address of a logo.")] = ""
    fallback_image_url: Annotated[Words, Field(description="What stands in where there is no picture.")] = ""
    style: Annotated[Word, Field(description="As for `/g`.")] = "job_logo"
