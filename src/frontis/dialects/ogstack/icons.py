"""The icons of a site: its own mark on a tile, or its initial, in the sizes and files that browsers ask for."""

import json
from functools import partial

from frontis.dialects.ogstack.cards import Style, accent_of, fitted
from frontis.encode import ico, shrunk
from frontis.model.card import Card, Value
from frontis.model.library import File
from frontis.model.order import FromPage
from frontis.model.page import Page
from frontis.model.picture import Picture
from frontis.templates import catalogue

TEMPLATE = "ogstack-icon"
SIDE = 512
TOUCH_SIDE = 180
FAVICON_SIDES = (16, 32, 48)
_NAMES = {16: "favicon-16.png", 32: "favicon-32.png", 48: "favicon-48.png", 192: "icon-192.png"}
_PNG = "image/png"


def from_site(url: str, style: Style) -> tuple[FromPage, ...]:
    """What is drawn of a site: the rounded tile, and the whole square."""
    # Apple's systems round the icon themselves, and paint what is clear black.
    return tuple(
        FromPage(url, partial(_compose, style=style, outline=outline), lambda _: True)
        for outline in ("rounded", "square")
    )


def bind(page: Page, pictures: tuple[Picture, ...], *, style: Style) -> tuple[File, ...]:
    """All files, the largest first."""
    rounded, square = (picture.data for picture in pictures)
    small = {side: shrunk(rounded, side) for side in _NAMES}
    pngs = [(name, small[side], side) for side, name in _NAMES.items()]
    pngs.insert(len(FAVICON_SIDES), ("apple-touch-icon.png", shrunk(square, TOUCH_SIDE), TOUCH_SIDE))
    favicon = ico((side, small[side]) for side in FAVICON_SIDES)
    return (
        File("icon-512.png", _PNG, rounded, SIDE, SIDE),
        *(File(name, _PNG, data, side, side) for name, data, side in pngs),
        File("favicon.ico", "image/x-icon", favicon, max(FAVICON_SIDES), max(FAVICON_SIDES)),
        File("site.webmanifest", "application/manifest+json", _manifest(page, style)),
    )


def _compose(page: Page, *, style: Style, outline: str) -> Card:
    template = catalogue().look(TEMPLATE).template
    given: dict[str, Value] = {
        "site": page.site_name or page.host or page.title,
        "mark": style.logo or page.icon,
        "accent": accent_of(page, style),
        "dark": style.is_dark,
        "outline": outline,
    }
    values = {name: fitted(template, name, value) for name, value in given.items()}
    return catalogue().resolve(Card(TEMPLATE, values, (SIDE, SIDE)))


def _manifest(page: Page, style: Style) -> bytes:
    """A web app manifest (W3C). Its addresses are relative to its own."""
    name = page.site_name or page.host or page.title
    icons = [("icon-192.png", 192), ("icon-512.png", SIDE)]
    manifest = {
        "name": name,
        "short_name": name,
        "icons": [{"src": file, "sizes": f"{side}x{side}", "type": _PNG} for file, side in icons],
        "theme_color": accent_of(page, style).lower(),
        "background_color": "#ffffff",
        "display": "standalone",
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode()
