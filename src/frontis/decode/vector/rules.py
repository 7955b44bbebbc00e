"""What an SVG may hold: what can draw, and refers to nothing but itself."""

import base64
import re

from frontis.decode.chunks import bare_png
from frontis.decode.develop import develop
from frontis.decode.limits import MOST_SVG_PICTURE_PIXELS
from frontis.decode.raster import open_raster, shrink
from frontis.decode.sniff import Kind, sniff
from frontis.decode.srgb import to_srgb
from frontis.decode.vector.css import bare_css, unescaped
from frontis.decode.vector.tree import SVG_SPACE, Element
from frontis.errors import DamagedPicture, PictureTooLarge, UnknownFormat
from frontis.model.output import Size

# What else SVG has (scripts, animation, foreign objects, pages of metadata) draws nothing here, and is left out.
_SHAPES = {"circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "use"}
_TEXT = {"text", "textPath", "tspan"}
_GROUPS = {"a", "defs", "g", "style", "svg", "switch", "symbol"}
_PAINT = {"clipPath", "linearGradient", "marker", "mask", "pattern", "radialGradient", "stop"}
_FILTERS = {
    "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
    "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "filter",
}  # fmt: skip
_DRAWN = _SHAPES | _TEXT | _GROUPS | _PAINT | _FILTERS

_LINKED = {"filter", "linearGradient", "pattern", "radialGradient", "textPath", "use"}

_XLINK_HREF = "http://www.w3.org/1999/xlink href"
_XML_SPACE = "http://www.w3.org/XML/1998/namespace space"

_URL = re.compile(r"\burl\s*\(\s*[\"']?\s*(#?)", re.IGNORECASE)

_EMBEDDED = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)
_EMBEDDABLE = {Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP}

_OUTSIDE = "The SVG refers to something outside itself. Save it with all its parts embedded."


def only_what_draws(root: Element) -> Element:
    """The same drawing without anything that does not draw, under bare names, and each id once.

    Pictures embedded in it are decoded as any other: what draws it never sees foreign pictures.

    Raises UnknownFormat when the root is not an svg element, DamagedPicture when a part of the drawing is elsewhere (an
    address, a file, an import), and PictureTooLarge when the pictures embedded in it have more than
    MOST_SVG_PICTURE_PIXELS together.
    """
    clean = _Cleaner().cleaned(root)
    if clean is None or clean.name != "svg":
        raise UnknownFormat("This is XML, but no SVG picture.")
    return clean


class _Cleaner:
    """Remembers what may be there but once, or in all only so often."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._embedded_pixels = 0

    def cleaned(self, element: Element) -> Element | None:
        """The element as it may stay, or None."""
        space, _, name = element.name.rpartition(" ")
        if space not in {SVG_SPACE, ""} or name not in _DRAWN:
            return None
        clean = Element(name, self._attributes(name, element.attributes))
        if name == "style":
            clean.children = [_harmless(element.text)]
            return clean
        for child in element.children:
            if isinstance(child, Element):
                kept = self.cleaned(child)
                if kept is not None:
                    clean.children.append(kept)
            elif name in _TEXT:
                clean.children.append(child)
        return clean

    def _attributes(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        kept = {}
        for key, value in attributes.items():
            if key == _XML_SPACE:
                kept["xml:space"] = value
            elif " " not in key and key != "href" and not key.startswith(("on", "data-", "aria-")):
                kept[key] = _harmless(value)
        link = attributes.get("href", attributes.get(_XLINK_HREF, "")).strip()
        if name == "image":
            kept["href"] = self._embedded(link)
        elif name in _LINKED and link:
            kept["href"] = _local(link)
        # Of two elements of one id, readers disagree which is meant.
        if kept.get("id") in self._ids:
            del kept["id"]
        self._ids.add(kept.get("id", ""))
        return kept

    def _embedded(self, link: str) -> str:
        """The link of an image, with the picture that it holds decoded and written anew."""
        start = _EMBEDDED.match(link)
        if not start:
            raise DamagedPicture(_OUTSIDE)
        try:
            data = base64.b64decode(link[start.end() :])
            kind = sniff(data)
        except (ValueError, UnknownFormat) as error:
            raise DamagedPicture("A picture embedded in the SVG is damaged.") from error
        if kind not in _EMBEDDABLE:
            raise DamagedPicture(f"A picture embedded in the SVG is {kind}, not PNG, JPEG, WebP or GIF.")
        if kind is Kind.PNG:
            data = bare_png(data)
        natural = open_raster(kind, data)
        self._embedded_pixels += natural.width * natural.height
        if self._embedded_pixels > MOST_SVG_PICTURE_PIXELS:
            most = f"{MOST_SVG_PICTURE_PIXELS // 1_000_000} megapixels"
            raise PictureTooLarge(f"The pictures embedded in the SVG have more than {most}.")
        photo = develop(to_srgb(shrink(kind, data, Size(natural.width, natural.height))))
        return f"data:image/{sniff(photo.data).lower()};base64,{base64.b64encode(photo.data).decode()}"


def _local(link: str) -> str:
    if not link.startswith("#"):
        raise DamagedPicture(_OUTSIDE)
    return link


def _harmless(text: str) -> str:
    """A style sheet or an attribute, as it was checked to refer to nothing outside. Raises DamagedPicture."""
    if text.isalnum():
        return text
    bare = bare_css(text)
    for view in {bare, unescaped(bare)}:
        if "@import" in view.lower() or any(not url[1] for url in _URL.finditer(view)):
            raise DamagedPicture(_OUTSIDE)
    return bare
