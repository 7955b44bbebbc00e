"""The parameters of URLPix's `/v1/og`, and what it calls the variables of our templates."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from frontis.model.output import LARGEST_SIDE, SMALLEST_SIDE
from frontis.model.template import Template
from frontis.templates import catalogue

PREFIX = "urlpix-"
"""What stands before a template's name in our own catalogue: an operator's `urlpix-…` is a template here too."""

# Our variables are called in one manner; URLPix writes colours in another, and has names that are parameters of ours.
THEIR_NAMES = {
    "bg_color": "bgColor",
    "bg_color1": "bgColor1",
    "bg_color2": "bgColor2",
    "text_color": "textColor",
    "left_color": "leftColor",
    "right_color": "rightColor",
    "release": "version",
}


class Parameters(BaseModel):
    """The query string of `/v1/og`. Every other name is a variable of the template, or means nothing."""

    model_config = ConfigDict(extra="allow", frozen=True)

    template: Annotated[str, Field(description="The template's name, as `/v1/og/templates` lists it.", min_length=1)]
    format: Annotated[
        Literal["png", "jpg", "jpeg", "webp"], Field(description="The format of the picture. There is no PDF.")
    ] = "png"
    width: Annotated[int, Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE, description="The card's width in pixels.")] = 1200
    height: Annotated[
        int,
        Field(
            ge=SMALLEST_SIDE,
            le=LARGEST_SIDE,
            description="Its height in pixels. Width times height may be at most 8,400,000.",
        ),
    ] = 630
    quality: Annotated[int, Field(ge=1, le=100, description="The quality of jpg and webp.")] = 80
    response: Annotated[
        Literal["", "json"], Field(description="json: tell of the picture in JSON instead of sending it.")
    ] = ""
    api_key: Annotated[str, Field(description="Your API key; better sent in the header X-API-Key.")] = ""


def their_name(variable: str) -> str:
    """What URLPix calls a variable of ours."""
    return THEIR_NAMES.get(variable, variable)


def templates() -> Iterator[tuple[str, Template]]:
    """Each template by URLPix's name for it."""
    for identity in catalogue().ids():
        if identity.startswith(PREFIX):
            yield identity.removeprefix(PREFIX), catalogue().look(identity).template
