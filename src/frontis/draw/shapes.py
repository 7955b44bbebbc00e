"""The layout engine's SVG -> shapes that we answer for, by an allow-list."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from frontis.draw.mending import SPACE, NotInShapes, has_blur, mend
from frontis.draw.pictures import inlined
from frontis.model.output import Size

MOST_CHARACTERS: Final = 6_000_000
"""Of what the engine writes for one layer, photos not counted. A card of words has some 20,000."""

_SHAPES = {"circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "use"}
_GROUPS = {"defs", "g", "svg"}
_PAINT = {"clipPath", "linearGradient", "mask", "pattern", "radialGradient", "stop"}
_FILTERS = {
    "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
    "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "filter",
}  # fmt: skip
ELEMENTS: Final = frozenset(_SHAPES | _GROUPS | _PAINT | _FILTERS)

ATTRIBUTES: Final = frozenset({
    "clip-path", "clip-rule", "clipPathUnits", "color-interpolation-filters", "cx", "cy", "d", "dx", "dy", "fill",
    "fill-opacity", "fill-rule", "filter", "filterUnits", "flood-color", "flood-opacity", "fx", "fy",
    "gradientTransform", "gradientUnits", "height", "href", "id", "in", "in2", "intercept", "k1", "k2", "k3", "k4",
    "mask", "maskContentUnits", "maskUnits", "mode", "offset", "opacity", "operator", "patternContentUnits",
    "patternTransform", "patternUnits", "points", "preserveAspectRatio", "primitiveUnits", "r", "radius", "result",
    "rx", "ry", "shape-rendering", "slope", "spreadMethod", "stdDeviation", "stop-color", "stop-opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "style", "tableValues", "transform", "type", "values", "viewBox", "width", "x",
    "x1", "x2", "y", "y1", "y2",
})  # fmt: skip

# No quote, bracket, ampersand, colon, slash or backslash: no value can end its attribute or name an address.
_VALUE = re.compile(r"[-+\w\s.,#%()]*", re.ASCII)
_REFERENCE = re.compile(r"url\(#(\w+)\)", re.ASCII)
_STYLE = re.compile(r"mask-type:(?:alpha|luminance)|mix-blend-mode:[a-z-]+|isolation:isolate")
_PLACE = {"x", "y", "width", "height", "preserveAspectRatio"}
_LOCAL = re.compile(r"#(\w+)", re.ASCII)


@dataclass(slots=True)
class _Shape:
    name: str
    attributes: dict[str, str]
    children: list["_Shape"]


def shapes(svg: str, size: Size, pictures: Mapping[str, str], *, prefix: str, is_ground: bool) -> str:
    """The elements of a document that the engine wrote, as a group.

    pictures: for the address of each picture that stands in the place of a photo, the photo's own `data:` address.
    prefix: of all ids, so that two layers can stand in one document. is_ground: of the layer behind the words, where
    a large blur is better told in pixels.
    Raises NotInShapes for what is not on the lists, for what differs from what is painted, and for what is too much.
    """
    if len(svg) > MOST_CHARACTERS:
        raise NotInShapes("too many shapes")
    try:
        root = fromstring(svg)  # noqa: S314  (the engine wrote it, without a DTD)
    except ParseError as error:
        raise NotInShapes(f"no XML: {error}") from None
    if is_ground and has_blur(root):
        raise NotInShapes("a blurred ground")
    copier = _Copier(pictures)
    try:
        mend(root, size)
        children = [copier.copied(child) for child in root]
        kept = _without_idle([child for child in children if child is not None])
        return "".join(_Writer(kept, copier.used, pictures, prefix).written())
    except (RecursionError, ValueError) as error:
        # A picture of the template's own may be as deep as it likes, and its numbers be none.
        raise NotInShapes(f"cannot be followed: {error}") from None


class _Copier:
    """Takes over element by element what is on the lists, and counts the pictures."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self._pictures = pictures
        self.used: Counter[str] = Counter()

    def copied(self, element: Element) -> _Shape | None:
        """The element, or None where it draws nothing."""
        name = element.tag.removeprefix(SPACE)
        if name not in ELEMENTS or (element.text or "").strip() or (element.tail or "").strip():
            raise NotInShapes(name)
        attributes = dict(element.attrib)
        if name == "image":
            return self._picture(attributes)
        _check(attributes)
        children = [child for child in map(self.copied, element) if child is not None]
        if name == "g" and not children:
            return None
        return _Shape(name, attributes, children)

    def _picture(self, attributes: dict[str, str]) -> _Shape:
        address = attributes.pop("href", "")
        _check(attributes)
        if attributes.keys() != _PLACE or attributes["preserveAspectRatio"] != "none":
            raise NotInShapes("a picture that is more than placed")
        if address in self._pictures:
            self.used[address] += 1
            # Looked up when it is written; until then the address stands in for the photo.
            return _Shape("image", attributes | {"href": address}, [])
        try:
            drawn = inlined(address, attributes)
        except (ValueError, ParseError) as error:
            raise NotInShapes(f"a picture: {error}") from None
        for each in drawn.iter():
            # Its ids would mean something else here.
            if each.attrib.keys() & {"id", "href"} or any("(#" in value for value in each.attrib.values()):
                raise NotInShapes("a picture with references")
        shape = self.copied(drawn)
        if shape is None:
            raise NotInShapes("an empty picture")
        return shape


def _check(attributes: Mapping[str, str]) -> None:
    for name, value in attributes.items():
        if name not in ATTRIBUTES:
            raise NotInShapes(name)
        if name == "style":
            is_good = _STYLE.fullmatch(value)
        elif name == "href":
            is_good = _LOCAL.fullmatch(value)
        elif "url" in value.lower():
            is_good = _REFERENCE.fullmatch(value)
        else:
            is_good = _VALUE.fullmatch(value)
        if not is_good:
            raise NotInShapes(f"{name}={value[:40]}")


def _references(shape: _Shape) -> Iterator[str]:
    for name, value in shape.attributes.items():
        if found := (_LOCAL if name == "href" else _REFERENCE).fullmatch(value):
            yield found[1]
    for child in shape.children:
        yield from _references(child)


def _without_idle(children: list[_Shape]) -> list[_Shape]:
    """Without the clips that nothing asks for: the engine writes one for every rounded box, empty or not."""
    wanted = {identity for child in children for identity in _references(child)}

    def kept(shapes: list[_Shape]) -> list[_Shape]:
        left = [each for each in shapes if each.name != "clipPath" or each.attributes.get("id") in wanted]
        for each in left:
            each.children = kept(each.children)
        return left

    return kept(children)


class _Writer:
    """Writes shapes as text, with ids of its own."""

    def __init__(self, children: list[_Shape], used: Counter[str], pictures: Mapping[str, str], prefix: str) -> None:
        self._children = children
        self._pictures = pictures
        self._prefix = prefix
        self._ids: dict[str, str] = {}
        # A photo that stands in several places is written once.
        self._shared = {address: f"{prefix}p{index}" for index, address in enumerate(used) if used[address] > 1}

    def written(self) -> Iterator[str]:
        """The layer, a group for itself, so that what mixes with what is behind it mixes as it does in painting."""
        yield '<g style="isolation:isolate">'
        for address, identity in self._shared.items():
            data = self._pictures[address]
            yield f'<defs><image id="{identity}" width="1" height="1" preserveAspectRatio="none" href="{data}"/></defs>'
        for child in self._children:
            yield from self._element(child)
        yield "</g>"

    def _element(self, shape: _Shape) -> Iterator[str]:
        attributes = shape.attributes
        name = shape.name
        if name == "image" and attributes["href"] in self._shared:
            name, attributes = "use", self._placed(attributes)
        words = "".join(f' {key}="{self._value(key, value)}"' for key, value in attributes.items())
        if not shape.children:
            yield f"<{name}{words}/>"
            return
        yield f"<{name}{words}>"
        for child in shape.children:
            yield from self._element(child)
        yield f"</{name}>"

    def _placed(self, image: Mapping[str, str]) -> dict[str, str]:
        place = " ".join((image["width"], "0", "0", image["height"], image["x"], image["y"]))
        return {"href": f"#{self._shared[image['href']]}", "transform": f"matrix({place})"}

    def _value(self, key: str, value: str) -> str:
        if key == "id":
            return self._identity(value)
        if key == "href":
            if value in self._pictures:
                return self._pictures[value]
            return value if value[1:] in self._shared.values() else f"#{self._identity(value[1:])}"
        if found := _REFERENCE.fullmatch(value):
            return f"url(#{self._identity(found[1])})"
        return value

    def _identity(self, given: str) -> str:
        return self._ids.setdefault(given, f"{self._prefix}{len(self._ids)}")
