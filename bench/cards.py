"""The three cards that every side draws, as one tree of elements each.

An element is {"type", "props": {"style", "children" | "src"}}, as React makes them and as Satori takes them; the other
sides translate it. A style is CSS with camelCase names and holds only what all of them can draw.
"""

import random
from typing import Any

Element = dict[str, Any]

CARDS = ("flat", "gradient", "photo")
WIDTH, HEIGHT = 1200, 630
QUALITY = {"png": None, "jpeg": 85, "webp": 80}

# Each side puts the title of the request in this one's place.
TITLE = "{title}"
# Each side puts its own way of naming the photo in this one's place.
PHOTO = "{photo}"

EYEBROW = "Field notes"
SUBTITLE = "A slow look at what lasts, what fades, and who still turns the page."
SITE = "frontis.example"

ICON = "book-open"
# Dots of about 5 px, 32 px apart. In hundredths, for Satori takes pixels here as if they were the whole card's.
DOTS = "radial-gradient(circle at 50% 50%, rgba(255, 255, 255, 0.22) 9%, rgba(255, 255, 255, 0) 13%)"

_WHOLE: Element = {"position": "absolute", "left": 0, "top": 0, "width": WIDTH, "height": HEIGHT}
_ICON_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 24 24" fill="none" stroke="#ffffff"'
    ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
)


_TITLE_WORDS = (
    "years", "great", "books", "slow", "light", "paper", "river", "stone", "letters", "quiet",
    "garden", "winter", "harbour", "copper", "window", "mountain", "thread", "summer", "silver", "bridge",
    "market", "candle", "island", "orchard", "compass", "lantern", "meadow", "village", "journey", "story",
)  # fmt: skip


def title(number: int) -> str:
    """The title of the numbered card: always two lines, of other words each time, so that no row of it comes again."""
    return f"{' '.join(random.Random(number).sample(_TITLE_WORDS, 5)).capitalize()} {number}"


def elements(icon_paths: str) -> dict[str, Element]:
    """The card of each name. icon_paths: the inside of the Lucide icon's SVG."""
    icon = _picture(_ICON_SVG.format(paths=icon_paths), width=72, height=72)
    photo = _picture(PHOTO, **_WHOLE, objectFit="cover")
    blue_to_violet = {"backgroundImage": "linear-gradient(135deg, #1d4ed8 0%, #7c3aed 60%, #db2777 100%)"}
    return {
        "flat": _card({"backgroundColor": "#101828"}, [], []),
        "gradient": _card(
            blue_to_violet, [_box({**_WHOLE, "backgroundImage": DOTS, "backgroundSize": "32px 32px"})], [icon]
        ),
        "photo": _card(
            {"backgroundColor": "#0a0d14"}, [photo, _box({**_WHOLE, "backgroundColor": "rgba(10, 13, 20, 0.6)"})], []
        ),
    }


def _card(background: Element, behind: list[Element], beside_eyebrow: list[Element]) -> Element:
    whole = {"position": "relative", "width": WIDTH, "height": HEIGHT, "color": "#ffffff", "fontFamily": "Inter"}
    column = {
        **_WHOLE,
        "flexDirection": "column",
        "justifyContent": "space-between",
        "padding": 72,
        "boxSizing": "border-box",
    }
    head = _box(
        {"flexDirection": "column", "alignItems": "flex-start", "gap": 24},
        *beside_eyebrow,
        _text(28, 600, "#dbe4ff", EYEBROW),
    )
    words = _box(
        {"flexDirection": "column", "gap": 24},
        _text(72, 800, "#ffffff", TITLE, lineHeight=1.1, letterSpacing=-1),
        _text(32, 400, "#e4e7ec", SUBTITLE),
    )
    foot = _text(26, 600, "#ffffff", SITE)
    return _box({**whole, **background}, *behind, _box(column, head, words, foot))


def _box(style: Element, *children: Element) -> Element:
    return {"type": "div", "props": {"style": {"display": "flex", **style}, "children": list(children)}}


def _text(size: int, weight: int, color: str, text: str, **style: str | float) -> Element:
    """One text. size: of the font, in pixels."""
    style = {"fontSize": size, "fontWeight": weight, "color": color, "lineHeight": 1.3, **style}
    return {"type": "div", "props": {"style": {"display": "flex", **style}, "children": text}}


def _picture(src: str, **style: str | int) -> Element:
    """A picture. src: PHOTO, or the text of an SVG. style: with its width and height in pixels."""
    return {"type": "img", "props": {"src": src, "width": style["width"], "height": style["height"], "style": style}}
