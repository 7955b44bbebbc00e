"""SVG text -> a bounded tree."""

from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from frontis.decode.limits import MOST_SVG_BYTES, MOST_SVG_DEPTH, MOST_SVG_ELEMENTS
from frontis.errors import DamagedPicture, PictureTooLarge

SVG_SPACE = "http://www.w3.org/2000/svg"


@dataclass(slots=True)
class Element:
    """One element. Names are "namespace name", or the bare name where there is no namespace."""

    name: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def elements(self) -> "list[Element]":
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """The element's own text."""
        return "".join(child for child in self.children if isinstance(child, str))


def parse_svg(data: bytes) -> Element:
    """The root of an SVG document.

    Raises PictureTooLarge over MOST_SVG_BYTES, MOST_SVG_ELEMENTS or MOST_SVG_DEPTH, and DamagedPicture for what is no
    well-formed XML, or declares anything of its own: entities are how a few bytes become many.
    """
    if len(data) > MOST_SVG_BYTES:
        raise PictureTooLarge(f"The SVG has {len(data):,} bytes. At most {MOST_SVG_BYTES:,} are accepted.")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DamagedPicture("The SVG is no well-formed XML.") from error
    return builder.document.elements[0]


def svg_text(element: Element) -> str:
    """The text of an element with bare names and all that is inside it."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    inside = "".join(svg_text(child) if isinstance(child, Element) else escape(child) for child in element.children)
    return f"<{element.name}{attributes}>{inside}</{element.name}>"


class _Builder:
    """Builds the tree and counts on the way, so that nothing large is ever built."""

    def __init__(self) -> None:
        self.document = Element("", {})
        self._open = [self.document]
        self._count = 0

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        # The bare document types that drawing programs write are never fetched, and harmless.
        if has_internal_subset:
            raise DamagedPicture("The SVG declares entities. Save it without them, as plain SVG.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_SVG_ELEMENTS:
            raise PictureTooLarge(f"The SVG has more than {MOST_SVG_ELEMENTS:,} elements.")
        if len(self._open) > MOST_SVG_DEPTH:
            raise PictureTooLarge(f"The SVG nests elements deeper than {MOST_SVG_DEPTH}.")
        element = Element(name, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].children.append(text)
