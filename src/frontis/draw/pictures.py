"""Pictures within the engine's SVG: what stands in for a photo, and how small vector pictures become shapes."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, fromstring

from frontis.model.photo import Photo

_SVG: Final = "data:image/svg+xml;base64,"
_PNG_SIGNATURE: Final = b"\x89PNG"
_JPEG_SIGNATURE: Final = b"\xff\xd8"
_SPACE: Final = "http://www.w3.org/2000/svg"
_DECLARED = re.compile(rb"<!|<\?")
_OF_THE_ROOT: Final = frozenset({"x", "y", "width", "height", "viewBox", "preserveAspectRatio", "class"})


def stand_in(photo: Photo, number: int) -> bytes:
    """A picture of the photo's size that takes a hundred bytes, so that the engine does not write photos as text."""
    return f'<svg xmlns="{_SPACE}" width="{photo.width}" height="{photo.height}"><path d="M{number} 0"/></svg>'.encode()


def is_vector(photo: Photo) -> bool:
    """Whether the photo is an icon of ours; what comes from outside is decoded to pixels."""
    return photo.data.startswith(b"<svg")


def address_of(picture: bytes) -> str:
    """The address under which the engine writes a vector picture."""
    return _SVG + b64encode(picture).decode()


def data_address(photo: Photo) -> str:
    """The photo's own bytes, which `decode` wrote, as an address."""
    for signature, kind in ((_PNG_SIGNATURE, "png"), (_JPEG_SIGNATURE, "jpeg")):
        if photo.data.startswith(signature):
            return f"data:image/{kind};base64,{b64encode(photo.data).decode()}"
    raise ValueError("a photo is PNG or JPEG")


def inlined(address: str, place: Mapping[str, str]) -> Element:
    """A vector picture as an element in its place: not every viewer follows an SVG within an SVG.

    place: x, y, width and height. Raises ValueError or ParseError for another picture, and for one that
    would be drawn in a colour that only its place knows.
    """
    if not address.startswith(_SVG):
        raise ValueError("pixels that are no photo")
    data = b64decode(address.removeprefix(_SVG), validate=True)
    if _DECLARED.search(data) or b"currentColor" in data:
        raise ValueError("a declaration, or a colour of its place")
    root = fromstring(data)  # noqa: S314  (it declares nothing)
    if root.tag.removeprefix(f"{{{_SPACE}}}") != "svg":
        raise ValueError("no SVG")
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    left, top, *view = map(float, root.get("viewBox", f"0 0 {width} {height}").split())
    if len(view) != 2 or width * view[1] != height * view[0]:
        raise ValueError("a picture that is not as its view")
    kept = {name: value for name, value in root.attrib.items() if name not in _OF_THE_ROOT}
    root.attrib.clear()
    root.attrib.update(place, viewBox=f"{left:g} {top:g} {view[0]:g} {view[1]:g}", preserveAspectRatio="none", **kept)
    return root
