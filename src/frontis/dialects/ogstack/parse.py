"""OGStack's `/og/{publicId}`: a query -> an order."""

import re

from frontis.dialects.ogstack.cards import Style, from_page
from frontis.dialects.ogstack.params import Parameters, checked
from frontis.errors import ProjectUnknown
from frontis.model.crawler import is_social_crawler
from frontis.model.order import Order, Painting
from frontis.model.page import Page
from frontis.model.query import Query

# Ours have 12 characters; that of a project which moved in may have others.
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def parse(query: Query) -> Order:
    """The order of a public address. Raises BadParameters, UnknownTemplate and ProjectUnknown."""
    # A name that repeats counts with its last value; half a surrogate pair is no character and is left out.
    given = {name: value.encode("utf-8", "ignore").decode() for name, value in query.parameters}
    asked = checked(given)
    public_id = query.path_values["publicId"]
    if not _PUBLIC_ID.fullmatch(public_id):
        raise ProjectUnknown
    page = from_page(asked.url, style_of(asked))
    return Order(
        page.compose(Page.of_address(asked.url)),
        signed_until=query.signed_until,
        page=page,
        project=public_id,
        # They fetch a card as soon as a link is posted, and show nothing where it is refused.
        passes_rate_limit=is_social_crawler(query.headers.get("user-agent", "")),
        painting=Painting(asked.ai_model or "", asked.ai_prompt or "") if asked.ai else None,
    )


def style_of(asked: Parameters) -> Style:
    """The style that parameters ask for."""
    return Style(
        slug=asked.template,
        accent=asked.accent or "",
        is_dark=asked.dark,
        font=asked.font,
        logo=web_address(asked.logo_url or ""),
        logo_position=asked.logo_position,
    )


def web_address(text: str) -> str:
    """The address of a picture; "" for what is none of the web, such as data:, and so is silently no picture."""
    return text if text.lower().startswith(("http://", "https://")) else ""
