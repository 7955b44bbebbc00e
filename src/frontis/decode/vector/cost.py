"""What an SVG draws once all its references are followed."""

from collections import defaultdict

from frontis.decode.limits import MOST_SVG_DRAWN, MOST_SVG_NESTING
from frontis.decode.vector.css import declarations, references, referring_rules, unescaped
from frontis.decode.vector.tree import Element
from frontis.errors import DamagedPicture, PictureTooLarge

_ONLY_BY_REFERENCE = {
    "clipPath", "defs", "filter", "linearGradient", "marker", "mask", "pattern", "radialGradient", "stop", "style",
    "symbol",
}  # fmt: skip

# Passed on to what is inside, where each element uses it again.
_INHERITED = {"fill", "marker", "marker-end", "marker-mid", "marker-start", "stroke"}

_CHARACTERS_OF_PATH = 200
_COST_OF_FILTER_STEP = 100
_CHARACTERS_OF_VERTEX = 2


def refuse_bombs(root: Element) -> None:
    """Counts elements, letters, filter steps and long paths as often as they are drawn.

    root: cleaned. Raises PictureTooLarge over MOST_SVG_DRAWN or MOST_SVG_NESTING, and DamagedPicture for an element
    that refers to itself. The time this takes grows with the document, not with what it draws.
    """
    _Counter(root).drawn(root, depth=0)


class _Counter:
    """Counts each element once and remembers: what is referred to a million times is still counted once."""

    def __init__(self, root: Element) -> None:
        self._by_id: dict[str, Element] = {}
        self._rules: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._counts: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._under_way: set[int] = set()
        self._index(root)

    def _index(self, element: Element) -> None:
        if "id" in element.attributes:
            self._by_id[element.attributes["id"]] = element
        if element.name == "style":
            for target, name, value in referring_rules(element.text):
                self._rules[target].append((name, value))
        for child in element.elements:
            self._index(child)

    def drawn(self, element: Element, depth: int) -> int:
        """How much is drawn for the element wherever it is drawn, with all inside it and all that it refers to."""
        key = id(element)
        if key in self._under_way:
            raise DamagedPicture("An element of the SVG refers to itself.")
        if key not in self._counts:
            self._refuse_deep(depth)
            self._under_way.add(key)
            self._counts[key] = self._counted(element, depth)
            self._under_way.remove(key)
        self._refuse_deep(depth + self._heights[key])
        return self._counts[key]

    def _counted(self, element: Element, depth: int) -> int:
        inside = [child for child in element.elements if child.name not in _ONLY_BY_REFERENCE]
        count = _own(element) + sum(self.drawn(child, depth + 1) for child in inside)
        height = max((self._heights[id(child)] for child in inside), default=0)
        for times, target in self._referred(element, count):
            count += times * self.drawn(target, depth + 1)
            height = max(height, self._heights[id(target)])
            if count > MOST_SVG_DRAWN:
                break
        if count > MOST_SVG_DRAWN:
            raise PictureTooLarge(
                f"The SVG draws more than {MOST_SVG_DRAWN:,} elements when its references are followed."
            )
        self._heights[id(element)] = height + 1
        return count

    def _refuse_deep(self, depth: int) -> None:
        if depth > MOST_SVG_NESTING:
            raise PictureTooLarge(f"The SVG nests elements and references deeper than {MOST_SVG_NESTING}.")

    def _referred(self, element: Element, inside: int) -> list[tuple[int, Element]]:
        """What the element refers to, and how often that is drawn for one drawing of the element."""
        found = [(1, element.attributes["href"][1:])] if "href" in element.attributes else []
        for name, value in self._properties(element):
            times = inside if name in _INHERITED and element.elements else 1
            if name.startswith("marker"):
                times *= _vertices(element)
            found += [(times, target) for target in references(value)]
        return [(times, self._by_id[target]) for times, target in found if target in self._by_id]

    def _properties(self, element: Element) -> list[tuple[str, str]]:
        attributes = element.attributes
        found = [*attributes.items(), *declarations(unescaped(attributes.get("style", "")))]
        classes = (f".{name}" for name in attributes.get("class", "").split())
        for target in ("*", element.name, f"#{attributes.get('id', '')}", *classes):
            found += self._rules.get(target, ())
        return [(name, unescaped(value)) for name, value in found if name not in {"d", "href", "points", "style"}]


def _own(element: Element) -> int:
    """The element's own part: one, and more for what is long or slow."""
    if element.name.startswith("fe"):
        return _COST_OF_FILTER_STEP
    return 1 + len(_path(element)) // _CHARACTERS_OF_PATH + len(element.text)


def _vertices(element: Element) -> int:
    """At most as many as the path has, or as go with one count of what is inside a group."""
    length = len(_path(element)) or _CHARACTERS_OF_PATH
    return 1 + length // _CHARACTERS_OF_VERTEX


def _path(element: Element) -> str:
    return element.attributes.get("d", "") or element.attributes.get("points", "")
