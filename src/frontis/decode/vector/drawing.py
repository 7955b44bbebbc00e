"""A checked SVG -> pixels."""

import re

import pyvips

from frontis.decode.fit import covering
from frontis.decode.vector.cost import refuse_bombs
from frontis.decode.vector.css import declarations
from frontis.decode.vector.rules import only_what_draws
from frontis.decode.vector.tree import SVG_SPACE, Element, parse_svg, svg_text
from frontis.errors import DamagedPicture
from frontis.model.output import Size

# CSS Values 4, 6.2, in pixels; a font's size is not known here and taken for the usual one.
_UNITS = {
    "": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
    "em": 16, "rem": 16, "ex": 8,
}  # fmt: skip
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e[+-]?\d{1,2})?|\d+\.)\s*([a-z]*)\s*", re.IGNORECASE | re.ASCII)
# Without these librsvg takes an inch for 72 pixels; libvips then draws larger by as much, which the scale takes back.
_DOTS = {"dpi": 96, "scale": 72 / 96}
_SHORTEST_SIDE, _LONGEST_SIDE = 1e-6, 1e9

# CSS 2.2, 10.3.2: a picture that does not tell its size.
_DEFAULT_SIZE = (300.0, 150.0)


def draw_svg(data: bytes, box: Size) -> pyvips.Image:
    """The drawing as RGBA, just large enough to cover the box: it is drawn for the box, not blown up.

    Raises DamagedPicture, PictureTooLarge or UnknownFormat, before anything is drawn, for what `parse_svg`,
    `only_what_draws` and `refuse_bombs` refuse, and pyvips.Error for what cannot be drawn.
    """
    root = only_what_draws(parse_svg(data))
    refuse_bombs(root)
    natural = _natural_size(root)
    target = covering(natural, box, may_grow=True)
    text = svg_text(_sized(root, natural, target))
    image = pyvips.Image.svgload_buffer(text.encode(), unlimited=False, **_DOTS)
    if (image.width, image.height) != target:
        raise DamagedPicture("The SVG sets its size in a way that cannot be followed.")
    return image.copy_memory()


def _natural_size(root: Element) -> tuple[float, float]:
    """Width and height in pixels, of which one or both may have to be told from the viewBox's shape."""
    given = root.attributes | dict(declarations(root.attributes.get("style", "")))
    width, height = _pixels(given.get("width", "")), _pixels(given.get("height", ""))
    view = _view(root)
    default = view or _DEFAULT_SIZE
    if view and (width is None) != (height is None):
        shape = view[0] / view[1]
        natural = (width, width / shape) if width is not None else ((height or 0) * shape, height or 0)
    else:
        natural = (default[0] if width is None else width, default[1] if height is None else height)
    if not all(_SHORTEST_SIDE <= side <= _LONGEST_SIDE for side in natural):
        raise DamagedPicture("The SVG has no usable width and height.")
    return natural


def _pixels(length: str) -> float | None:
    """A CSS length in pixels; None for one that depends on where the picture stands, or is none."""
    found = _LENGTH.fullmatch(length)
    unit = _UNITS.get(found[2].lower()) if found else None
    return float(found[1]) * unit if found and unit else None


def _view(root: Element) -> tuple[float, float] | None:
    """The width and height of the viewBox, if it has any that can be used."""
    try:
        _, _, width, height = map(float, root.attributes.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        return None
    is_usable = all(_SHORTEST_SIDE <= side <= _LONGEST_SIDE for side in (width, height))
    return (width, height) if is_usable else None


def _sized(root: Element, natural: tuple[float, float], target: Size) -> Element:
    """The same drawing, as large as the target, whatever size its style sheets give it."""
    attributes = {name: value for name, value in root.attributes.items() if name not in {"x", "y"}}
    if _view(root) is None:
        attributes["viewBox"] = "0 0 {} {}".format(*natural)
    attributes |= {"xmlns": SVG_SPACE, "width": str(target.width), "height": str(target.height)}
    size = "width:{}px!important;height:{}px!important;".format(*target)
    attributes["style"] = size + attributes.get("style", "")
    return Element(root.name, attributes, root.children)
