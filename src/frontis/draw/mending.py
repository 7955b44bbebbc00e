"""Sets right what the engine writes into an SVG otherwise than it paints it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element

from frontis.model.output import Size

SPACE: Final = "{http://www.w3.org/2000/svg}"

_FEWEST_WEDGES: Final = 24
_CAST: Final = "dsb"
"""The engine's name for the blur of a `drop-shadow()`."""

_FIRST_POINT = re.compile(r"M([-\d.]+ [-\d.]+) ")
_INNER = re.compile(r"Z(M.*)")


class NotInShapes(Exception):
    """What a layer holds cannot be told in shapes, or not as it is painted."""


def mend(root: Element, size: Size) -> None:
    """Mend the document in place: blurs, shadows, conic gradients and masks. Raises NotInShapes where it cannot."""
    _turn_masks(root, size, {f"url(#{each.get('id')})": each for each in root.iter(f"{SPACE}mask")}, is_turned=False)
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


def _turn_masks(element: Element, size: Size, masks: Mapping[str, Element], *, is_turned: bool) -> None:
    """The mask of a box that is turned lies in the box's own place, but is written as if it lay in the card's.

    Such a mask begins at nought. So do one in the corner of the card and one in a box that is turned already: what is
    meant there cannot be told.
    """
    for each in element:
        inner = each[0] if each.tag == f"{SPACE}g" and len(each) == 1 else None
        mask = masks.get(each.get("mask", ""))
        if inner is not None and inner.get("transform") and mask is not None and _begins_at_nought(mask):
            if is_turned or _covers(mask, size):
                raise NotInShapes("a mask whose place is unclear")
            inner.set("mask", each.attrib.pop("mask"))
        _turn_masks(each, size, masks, is_turned=is_turned or each.get("transform") is not None)


def _begins_at_nought(mask: Element) -> bool:
    return any((each.get("x"), each.get("y")) == ("0", "0") for each in mask)


def _covers(mask: Element, size: Size) -> bool:
    sides = [(float(each.get("width", "0")), float(each.get("height", "0"))) for each in mask]
    return any(width >= size.width or height >= size.height for width, height in sides)


def _is_conic(group: Element) -> bool:
    """Whether the group is a conic gradient: many wedges from one point."""
    starts = (_FIRST_POINT.match(path.get("d", "")) for path in group.iterfind(f"{SPACE}path"))
    most = Counter(start[1] for start in starts if start).most_common(1)
    return bool(most) and most[0][1] >= _FEWEST_WEDGES
