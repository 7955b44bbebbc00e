"""OSIG's `/g`: a query -> an order. Whatever is asked, there is a card."""

import re

from frontis.dialects.osig.params import Parameters
from frontis.model.card import Card, Value
from frontis.model.order import Order
from frontis.model.query import Query
from frontis.model.text import cut, folded
from frontis.templates import catalogue

TEMPLATES = {
    "base": "osig-base",
    "logo": "osig-logo",
    "job_classic": "osig-job-classic",
    "job_logo": "osig-job-logo",
    "job_clean": "osig-job-clean",
}
SIZES = {"x": (1600, 900), "meta": (1200, 630)}
FONTS = {"helvetica": "Helvetica", "markerfelt": "Marker Felt", "papyrus": "Papyrus"}
# OSIG's own face, where the font is none or unknown, is Aileron; Inter is the nearest that we have.
DEFAULT_FONT = "Inter"
JPEG_QUALITY = 85
LONGEST_IN_ADDRESS = 400
"""Characters of a text: more of it would make an address that is too long to be asked for."""

_TITLE = {"base": 130, "logo": 90, "job_classic": 110, "job_logo": 110, "job_clean": 110}
_SUBTITLE = {"base": 150, "logo": 130, "job_classic": 180, "job_logo": 180, "job_clean": 180}
_EYEBROW = 55
_LONGEST_ADDRESS = 2048
_ADDRESS = re.compile(r"https?://.", re.IGNORECASE)


def parse(query: Query) -> Order:
    """The order that a query string means. It raises nothing."""
    # A name that repeats counts with its last value; half a surrogate pair is no character and is left out.
    given = {name: value.encode("utf-8", "ignore").decode() for name, value in query.parameters}
    asked = Parameters.model_validate(given)
    card = Card(
        template=TEMPLATES[asked.style],
        values=_values(asked),
        size=SIZES[asked.site],
        format=asked.format,
        quality=asked.quality or (JPEG_QUALITY if asked.format == "jpeg" else None),
        max_kb=asked.max_kb,
        version=asked.v,
    )
    return Order(
        catalogue().resolve(card),
        key=asked.key,
        signed_until=query.signed_until,
        permanent=query.signed_until is None,
    )


def carried(text: str) -> str:
    """As much of a text as is worth its place in an address: more than `/g` ever shows."""
    return text if len(text) <= LONGEST_IN_ADDRESS else folded(text)[:LONGEST_IN_ADDRESS]


def shortened(text: str, longest: int) -> str:
    """The text with its white space collapsed; cut to at most so many characters, "..." among them, if it has more."""
    return cut(folded(text), longest, "...")


def picture_address(text: str) -> str:
    """The address of a picture, or "" for what cannot be one."""
    text = folded(text)
    return text if len(text) <= _LONGEST_ADDRESS and _ADDRESS.match(text) else ""


def _values(asked: Parameters) -> dict[str, Value]:
    return {
        "title": shortened(asked.title, _TITLE[asked.style]),
        "subtitle": shortened(asked.subtitle, _SUBTITLE[asked.style]),
        "eyebrow": shortened(asked.eyebrow, _EYEBROW),
        # The alias is for an empty image_url, not for a wrong one.
        "image": picture_address(asked.image_url.strip() or asked.image_or_logo),
        "font": FONTS[asked.font] if asked.font else DEFAULT_FONT,
    }
