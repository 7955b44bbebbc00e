"""OGStack's image API: a query -> a picture that is kept, or one of the library."""

import json
import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from uuid import UUID

from frontis.dialects.ogstack.bodies import (
    AiBody,
    DeleteBody,
    GenerateBody,
    Search,
    StyleBody,
    WordsBody,
    numbered,
    posted,
    queried,
)
from frontis.dialects.ogstack.cards import Style, from_page, template_of
from frontis.dialects.ogstack.icons import bind, from_site
from frontis.dialects.ogstack.parse import web_address
from frontis.dialects.ogstack.telling import (
    TEMPLATES,
    json_reply,
    tell_download,
    tell_generated,
    tell_listed,
    tell_one,
)
from frontis.errors import BadInput, ImageUnknown
from frontis.model.dialect import Errand, Reply
from frontis.model.library import (
    BrowseWish,
    DescribeWish,
    DiscardWish,
    DownloadWish,
    File,
    FileWish,
    FindWish,
    ImageKind,
    Listing,
)
from frontis.model.order import AdmissionWish, GenerateWish, Wish
from frontis.model.page import Page
from frontis.model.picture import Picture
from frontis.model.query import Query
from frontis.model.text import folded

HERO_SIZES = {"16:9": (1600, 900), "16:10": (1920, 1200)}
FOR_EVER = "public, max-age=31536000, immutable"
# Without the time in its address: it may have been drawn anew.
A_DAY = "public, max-age=86400"
_WORD = re.compile(r"[0-9a-f]{32}")
_FILES = {
    "image.png": "image/png",
    "icon-512.png": "image/png",
    "icon-192.png": "image/png",
    "apple-touch-icon.png": "image/png",
    "favicon-16.png": "image/png",
    "favicon-32.png": "image/png",
    "favicon-48.png": "image/png",
    "favicon.ico": "image/x-icon",
    "site.webmanifest": "application/manifest+json",
}


def _after_its_key(answer: Callable[[Query], Errand]) -> Callable[[Query], Errand]:
    """The same, but that whoever has no good key is told of that before anything else."""

    @wraps(answer)
    def guarded(query: Query) -> Errand:
        try:
            return answer(query)
        except BadInput as error:
            return Errand.refusing(error, key=query.bearer, is_key_private=True)

    return guarded


@_after_its_key
def generate(query: Query) -> Errand:
    """`POST /api/images/generate`."""
    asked = posted(GenerateBody, query.body)
    kind = ImageKind(asked.kind)
    look = asked.style or StyleBody()
    style = _style(asked, look, kind)
    is_icon = kind is ImageKind.ICON_SET
    size = HERO_SIZES[look.aspect_ratio] if kind is ImageKind.BLOG_HERO else (1200, 630)
    cards = from_site(asked.url, style) if is_icon else (from_page(asked.url, style, size),)
    chosen = [asked.kind, "" if is_icon else style.slug, style.accent.lower(), style.is_dark, style.font, style.logo]
    wish = GenerateWish(
        project=asked.project_id or "",
        url=asked.url,
        kind=kind,
        choices=json.dumps([*chosen, "" if is_icon else style.logo_position, list(size)]),
        template="" if is_icon else style.slug,
        cards=cards,
        bind=partial(bind, style=style) if is_icon else _bind,
        needed=frozenset(filter(None, [style.logo])),
        is_marked=not is_icon,
        is_forced=asked.force,
    )
    ai = AiBody() if asked.ai is True else asked.ai or None
    return _asked(query, wish, partial(tell_generated, origin=query.origin, ai=ai))


@_after_its_key
def browse(query: Query) -> Errand:
    """`GET /api/images`."""
    asked = queried(Search, query.parameters)
    listing = Listing(
        page=asked.page,
        limit=asked.limit,
        project=asked.project_id or "",
        kind=ImageKind(asked.kind) if asked.kind else None,
        templates=_of_category(asked.category) if asked.category else None,
        since=asked.since,
        until=asked.until,
        search=folded(asked.search),
    )
    return _asked(query, BrowseWish(listing), partial(tell_listed, origin=query.origin))


@_after_its_key
def find(query: Query) -> Errand:
    """`GET /api/images/{id}`."""
    return _asked(query, FindWish(_number(query)), partial(tell_one, origin=query.origin))


@_after_its_key
def download(query: Query) -> Errand:
    """`GET /api/images/{id}/download`."""
    return _asked(query, DownloadWish(_number(query)), tell_download)


@_after_its_key
def describe(query: Query) -> Errand:
    """`PATCH /api/images/{id}`."""
    asked = posted(WordsBody, query.body)
    title, description = (text if text is None else folded(text) for text in (asked.title, asked.description))
    wish = DescribeWish(_number(query), title, description)
    return _asked(query, wish, partial(tell_one, origin=query.origin))


@_after_its_key
def discard(query: Query) -> Errand:
    """`DELETE /api/images/{id}`."""
    wish = DiscardWish((_number(query),), is_one=True)
    return _asked(query, wish, lambda _: json_reply({"success": True}))


@_after_its_key
def discard_many(query: Query) -> Errand:
    """`DELETE /api/images`."""
    asked = posted(DeleteBody, query.body)
    return _asked(query, DiscardWish(asked.ids), lambda number: json_reply({"success": True, "deleted": number}))


def templates(query: Query) -> Errand:
    """`GET /api/templates`."""
    known = [
        {"slug": slug, "name": name, "description": template_of(slug).description, "category": category}
        for slug, (name, category) in TEMPLATES.items()
    ]
    return _asked(query, AdmissionWish(), lambda _: json_reply(known))


def stored(query: Query) -> Errand:
    """A file at its public address. Raises ImageUnknown."""
    word, name = query.path_values["word"], query.path_values["name"]
    if not _WORD.fullmatch(word) or name not in _FILES:
        raise ImageUnknown
    kept = FOR_EVER if query.last("t") else A_DAY
    headers = {"Cache-Control": kept, "Content-Disposition": f'inline; filename="{name}"'}
    return Errand(FileWish(word, name), lambda data: Reply(200, data, _FILES[name], headers))


def _asked(query: Query, wish: Wish, tell: Callable[[Any], Reply]) -> Errand:
    return Errand(wish, tell, key=query.bearer, is_key_private=True)


def _number(query: Query) -> UUID:
    return numbered(query.path_values["id"])


def _style(asked: GenerateBody, look: StyleBody, kind: ImageKind) -> Style:
    return Style(
        slug=asked.template,
        accent=look.accent or "",
        # A card is dark unless it is said otherwise; a tile is light.
        is_dark=look.dark if look.dark is not None else kind is not ImageKind.ICON_SET,
        font=look.font,
        logo=web_address(look.logo.url) if look.logo else "",
        logo_position=look.logo.position if look.logo else "top-left",
    )


def _bind(page: Page, pictures: tuple[Picture, ...]) -> tuple[File, ...]:  # noqa: ARG001
    picture = pictures[0]
    return (File("image.png", picture.media_type, picture.data, *picture.size),)


def _of_category(name: str) -> tuple[str, ...]:
    return tuple(slug for slug, (_, category) in TEMPLATES.items() if category == name.upper())
