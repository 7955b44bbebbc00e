"""What a template may do with a value: `{{ accent | readable_on(paper) }}`."""

from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup as Safe
from markupsafe import escape

from frontis.icons import known_name
from frontis.model.color import Color
from frontis.model.output import Size
from frontis.model.photo import Photo
from frontis.model.template import LARGEST_TEXT, SMALLEST_TEXT
from frontis.patterns import pattern as background_pattern
from frontis.templates import capitals as letters
from frontis.templates.highlighting import columns, highlight

_LONGEST_TEXT = 20_000
_READABLE = 4.5
_WHITE, _BLACK = Color(1, 1, 1), Color(0, 0, 0)


def ink(backdrop: Color) -> Color:
    """White or near-black, whichever reads better on the colour."""
    return backdrop.ink()


def readable_on(color: Color, backdrop: Color | Sequence[Color], ratio: float = _READABLE) -> Color:
    """The colour, moved towards white or black just as far as it must be to read on the backdrop, or on all of them."""
    return color.readable_on_all([backdrop] if isinstance(backdrop, Color) else backdrop[:8], ratio)


def alpha(color: Color, share: float) -> Color:
    """The colour at that opacity, 0 to 1."""
    return color.with_alpha(share)


def mix(color: Color, other: Color, share: float) -> Color:
    """The colour with a share, 0 to 1, of another."""
    return color.mix(other, share)


def over(color: Color, backdrop: Color) -> Color:
    """What is seen where a translucent colour lies over another."""
    return color.over(backdrop)


def color(text: str) -> Color:
    """The colour that a text names: `{{ "#111827" | color }}`."""
    return Color.parse(text)


def veil(photo: Photo, tint: Color = _BLACK, words: Color = _WHITE) -> float:
    """How opaque, 0 to 1, a veil of the tint must be for words in that colour to read anywhere on the picture."""
    # The brightest patch is the worst place for light words, plain black the worst for dark ones.
    level = photo.brightness if words.luminance > tint.luminance else 0.0
    patch = Color(level, level, level)
    for percent in range(0, 101, 2):
        if words.contrast(tint.with_alpha(percent / 100).over(patch)) >= _READABLE:
            return percent / 100
    return 1.0


def initial(text: str) -> str:
    """The first letter, for an avatar without a picture."""
    return next((each.upper() for each in text if each.isalnum()), text[:1])


def capitals(text: str, language: str = "") -> str:
    """The text in capitals. One that is fitted is fitted in them."""
    reworded: Callable[[str], str] = getattr(text, "reworded", str)
    return reworded(_bounded(letters.capitals(str(text)[:_LONGEST_TEXT], str(language)[:40])))


def icon(name: str, stroke_width: float = 2.0) -> Safe:
    """The Lucide icon of that name in the colour of the text, filling the box that it stands in.

    It is a mask; `compose` finds its address, icon-NAME-WIDTH, and puts the picture there.
    """
    address = f"icon-{known_name(name)}-{float(stroke_width):g}"
    return Safe('<span class="mask" style="mask-image:url({})"></span>').format(address)


def pattern(name: str, color: Color, size: Size) -> Safe:
    """CSS declarations for a background of that pattern, for a style attribute."""
    return escape(background_pattern(name, color, size))


def fit(text: Any, smallest: float, largest: float) -> Any:  # noqa: ANN401  (the text that it is given)
    """The text in another range of sizes, in rem, than template.toml gives it."""
    if not text:
        return text
    if not hasattr(text, "resized"):
        raise TypeError("fit is for a text that has a size in template.toml")
    if not SMALLEST_TEXT <= smallest <= largest <= LARGEST_TEXT:
        raise ValueError(f"the sizes of fit must go from small to large, within {SMALLEST_TEXT} to {LARGEST_TEXT} rem")
    return text.resized(float(smallest), float(largest))


def replace(text: str, old: str, new: str) -> str:
    """The text with each `old` replaced by `new`."""
    return _bounded(str(text)[:_LONGEST_TEXT].replace(str(old)[:100], str(new)[:100]))


def join(items: Sequence[str], separator: str = "") -> str:
    """The items as one text."""
    if isinstance(items, str):
        return items
    return _bounded(str(separator)[:100].join(str(item)[:_LONGEST_TEXT] for item in items[:100]))


def default(value: Any, other: Any = "", boolean: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002  (as in Jinja)
    """The value, or the other where it is empty."""
    return other if isinstance(value, Undefined) or (boolean and not value) else value


def _bounded(text: str) -> str:
    return text[:_LONGEST_TEXT]


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "alpha": alpha,
    "capitals": capitals,
    "color": color,
    "columns": columns,
    "default": default,
    "e": escape,
    "escape": escape,
    "fit": fit,
    "first": lambda items: items[0] if items else "",
    "highlight": highlight,
    "icon": icon,
    "initial": initial,
    "ink": ink,
    "int": int,
    "join": join,
    "last": lambda items: items[-1] if items else "",
    "length": len,
    "lower": lambda text: str(text).lower(),
    "mix": mix,
    "over": over,
    "pattern": pattern,
    "readable_on": readable_on,
    "replace": replace,
    "round": lambda number, digits=0: round(number, min(max(int(digits), 0), 6)),
    "trim": lambda text: str(text).strip(),
    "upper": lambda text: str(text).upper(),
    "veil": veil,
}
