"""Sets right what the engine writes into an SVG otherwise than it paints it."""

import re
from collections import Counter
from typing import Final
from xml.etree.ElementTree import Element

from frontis.model.output import Size

SPACE: Final = "{http://www.w3.org/2000/svg}"

_FEWEST_WEDGES: Final = 24
_CAST: Final = "dsb"
"""The engine's name for the blur of a `drop-shadow()`."""

_FIRST_POINT = re.compile(r"M([-\d.]+ [-\d.]+) ")
_INNER = re.compile(r"Z(M.*)")


def mend(root: Element, size: Size) -> None:
    """Mend the document in place: blurs, shadows and conic gradients."""
    cast = {f"url(#{each.get('id')})" for each in root.iter(f"{SPACE}filter") if _is_shadow(each)}
    for each in root.iter():
        if each.tag == f"{SPACE}filter":
            _widen(each, size)
        elif each.tag == f"{SPACE}feGaussianBlur" and each.get("result") == _CAST:
            # A drop-shadow's length is twice the deviation; the engine minds it only when it paints.
            each.set("stdDeviation", f"{float(each.get('stdDeviation', '0')) / 2:g}")
        elif each.tag == f"{SPACE}g":
            if each.get("filter") in cast:
                _fill_outside(each, size)
            if _is_conic(each):
                # Else the paper shines through between the wedges.
                each.set("shape-rendering", "crispEdges")


def has_blur(root: Element) -> bool:
    """Whether a picture or a box is blurred. At the card's edges such a blur is painted as if the card went on."""
    filters = (each for each in root.iter(f"{SPACE}filter") if not _is_shadow(each))
    return any(step.get("result") != _CAST for each in filters for step in each.iter(f"{SPACE}feGaussianBlur"))


def _is_shadow(element: Element) -> bool:
    """Of a box or of words: `filter` in CSS names more than a blur, and tells each step's input."""
    return [step.attrib.keys() for step in element] == [{"stdDeviation"}]


def _widen(element: Element, size: Size) -> None:
    """By default a filter ends a tenth beyond the shape, and mixes in linear light."""
    width, height = size
    region = {"x": -width, "y": -height, "width": 3 * width, "height": 3 * height}
    element.attrib.update({name: str(value) for name, value in region.items()})
    element.set("filterUnits", "userSpaceOnUse")
    element.set("color-interpolation-filters", "sRGB")


def _fill_outside(group: Element, size: Size) -> None:
    """An inner shadow is cast by all that is outside its box, not by a rim as thin as its spread."""
    width, height = size
    for path in group.iter(f"{SPACE}path"):
        inner = _INNER.search(path.get("d", "")) if path.get("fill-rule") == "evenodd" else None
        if inner:
            path.set("d", f"M{-width} {-height}H{2 * width}V{2 * height}H{-width}Z{inner[1]}")


def _is_conic(group: Element) -> bool:
    """Whether the group is a conic gradient: many wedges from one point."""
    starts = (_FIRST_POINT.match(path.get("d", "")) for path in group.iterfind(f"{SPACE}path"))
    most = Counter(start[1] for start in starts if start).most_common(1)
    return bool(most) and most[0][1] >= _FEWEST_WEDGES
