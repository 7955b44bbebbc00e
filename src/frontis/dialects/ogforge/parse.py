"""OGForge's `/api/v1/og`: a query, or a body of JSON -> an order."""

import json
import re
from collections.abc import Mapping
from typing import Any

from frontis.dialects.ogforge.checking import checked
from frontis.dialects.ogforge.params import Parameters
from frontis.errors import BadInput
from frontis.fonts import EMOJI, scripts_of
from frontis.model.card import Card, Value
from frontis.model.color import Color
from frontis.model.order import Order
from frontis.model.query import Query
from frontis.templates import catalogue

TEMPLATES = {"standard": "ogforge-standard", "metric": "ogforge-metric"}
SIZES = {
    "og": (1200, 630),
    "square": (1080, 1080),
    "twitter-banner": (1500, 500),
    "twitter-summary": (800, 418),
    "linkedin": (1200, 627),
    "instagram-story": (1080, 1920),
    "facebook-cover": (820, 312),
}
_BETWEEN = re.compile(" ?[,-] ?")


def parse(query: Query) -> Order:
    """The order. Raises BadInput, naming the parameter."""
    asked = checked(Parameters, _given(query))
    if asked.layout == "metric" and not asked.value:
        raise BadInput("value", "is required with layout=metric: the figure, such as '2.4M'")
    width, height = SIZES[asked.size]
    card = Card(
        template=TEMPLATES[asked.layout],
        values=_values(asked),
        size=(asked.width or width, asked.height or height),
        format=asked.format,
    )
    return Order(catalogue().resolve(card), signed_until=query.signed_until)


def _given(query: Query) -> Mapping[str, Any]:
    """What the query string says, and what the body of a POST says, which counts for more."""
    given: dict[str, Any] = dict(query.parameters)
    if query.method != "POST" or not query.body.strip():
        return given
    try:
        # curl says "x-www-form-urlencoded" of whatever it sends, so the content type tells nothing.
        posted = json.loads(query.body)
    except (ValueError, RecursionError):
        posted = None
    if not isinstance(posted, dict):
        raise BadInput("body", 'must be one JSON object, such as {"title": "Hello"}')
    return given | posted


def _values(asked: Parameters) -> Mapping[str, Value]:
    """The values by the names of the template's variables, and no more than decide how the card looks."""
    start, end = _gradient(asked)
    values: dict[str, Value | None] = {
        "title": asked.title,
        "subtitle": asked.subtitle,
        "caption": asked.caption,
        "brand": asked.brand,
        "theme": asked.theme,
        "pattern": asked.pattern,
        "accent": _hex("accent", asked.accent),
        # A gradient covers a colour.
        "bg_color": None if start or end else _hex("bgColor", asked.bgColor),
        "title_color": _hex("titleColor", asked.titleColor),
        "subtitle_color": _hex("subtitleColor", asked.subtitleColor),
        "gradient_start": start,
        "gradient_end": end,
        "border": _hex("border", asked.border),
        "emoji" if _is_emoji(asked.icon) else "icon": asked.icon,
    }
    if asked.layout == "metric":
        values["value"] = asked.value
    return {name: value for name, value in values.items() if value}


def _gradient(asked: Parameters) -> tuple[str | None, str | None]:
    first, last = _BETWEEN.split(asked.bgGradient) if asked.bgGradient else (None, None)
    return _hex("gradientStart", asked.gradientStart or first), _hex("gradientEnd", asked.gradientEnd or last)


def _hex(name: str, text: str | None) -> str | None:
    return Color.parse_hex(text, parameter=name).hex if text else None


def _is_emoji(text: str) -> bool:
    return scripts_of(text) == (EMOJI,) and not any(each.isascii() and each.isalpha() for each in text)
