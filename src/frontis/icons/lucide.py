"""Lucide's icons, read from the data file of python-lucide (https://lucide.dev, ISC licence)."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from frontis.errors import BadInput, nearest

_LONGEST_NAME = 64
_SEPARATORS = str.maketrans("", "", "-_ ")

_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="256" height="256" fill="none" '
    'stroke="#fff" stroke-width="{:g}" stroke-linecap="round" stroke-linejoin="round">'
)

# Of a circle that its own stroke fills, Takumi leaves specks in the middle unpainted: it becomes a plain dot.
_CIRCLE = re.compile(r'<circle (?P<centre>cx="[\d.]+" cy="[\d.]+") r="(?P<radius>[\d.]+)"[^>]*>')


def names() -> tuple[str, ...]:
    """The names of all icons, sorted. Lucide's former names are not among them, though `icon` knows them too."""
    return tuple(sorted(_drawings()))


def icon(name: str, *, stroke_width: float = 2.0) -> str:
    """An SVG document, white on nothing, to be used as a mask: what shows through has the colour of its place.

    As a picture that is known by its name, the layout engine parses it once. The same SVG written into each card cost
    2 ms a card.

    name: as Lucide writes it ("arrow-right"), or as "ArrowRight", "arrow_right" or "arrow right".
    stroke_width: 0.25 to 4, in 24ths of the icon's side.

    Raises BadInput, with the nearest name, when there is no such icon.
    """
    if not 0.25 <= stroke_width <= 4:
        raise BadInput("stroke_width", f"must be from 0.25 to 4, not {stroke_width!r}")
    return _svg(known_name(name), stroke_width)


def known_name(name: str) -> str:
    """The name by which Lucide knows the icon now. Raises BadInput, with the nearest name, when there is none."""
    known = _by_letters().get(_letters(name)) if len(name) <= _LONGEST_NAME else None
    if known is None:
        near = nearest(name[:_LONGEST_NAME], [*_drawings(), *_former_names()])
        raise BadInput("icon", f"there is no icon {name[:40]!r}", suggestion=near)
    return known


@lru_cache(maxsize=1024)
def _svg(name: str, stroke_width: float) -> str:
    drawing = _drawings()[name]
    inside = "".join(line.strip() for line in drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].splitlines())

    def dot(circle: re.Match[str]) -> str:
        radius = float(circle["radius"])
        if radius > stroke_width / 2:
            return circle[0]
        return f'<circle {circle["centre"]} r="{radius + stroke_width / 2:g}" fill="#fff" stroke="none" />'

    return _OPENING.format(stroke_width) + _CIRCLE.sub(dot, inside) + "</svg>"


def _letters(name: str) -> str:
    """What all spellings of a name have in common. No two icons have it in common, digits included."""
    return name.translate(_SEPARATORS).lower()


@cache
def _by_letters() -> Mapping[str, str]:
    named = {_letters(former): name for former, name in _former_names().items()}
    return named | {_letters(name): name for name in _drawings()}


@cache
def _drawings() -> Mapping[str, str]:
    return _read("SELECT name, svg FROM icons")


@cache
def _former_names() -> Mapping[str, str]:
    return _read("SELECT alias, name FROM icon_aliases")


def _read(query: str) -> dict[str, str]:
    with closing(sqlite3.connect(f"{_data_file().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        return dict(connection.execute(query))


def _data_file() -> Path:
    # Its path is looked up without an import: python-lucide's own modules take many times as long as all its icons.
    package = find_spec("lucide")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("icons need the package python-lucide, which is not installed", name="lucide")
    return Path(package.origin).resolve().parent / "data" / "lucide-icons.db"
