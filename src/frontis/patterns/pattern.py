"""A pattern by its name, as CSS."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache

from frontis.errors import BadInput, nearest
from frontis.model.color import Color
from frontis.model.output import Size
from frontis.patterns.circuit import circuit
from frontis.patterns.tile import Tile
from frontis.patterns.weaves import diagonal, dots, grid, waves

NONE = "none"
_TILES: Mapping[str, Callable[[Size], Tile]] = {
    "dots": dots,
    "grid": grid,
    "diagonal": diagonal,
    "waves": waves,
    "circuit": circuit,
}


def names() -> tuple[str, ...]:
    """The names of all patterns; "none", the last, is an empty one."""
    return (*_TILES, NONE)


def pattern(name: str, color: Color, size: Size) -> str:
    """CSS declarations that cover a box of that size with the pattern: background-image and background-size.

    They hold no quotes, angle brackets or line ends, so they may stand in a `style` attribute or in a style sheet; for
    "none" they are empty. The pattern takes 7 to 12 % of the colour, which is the text's; what is behind shows through.

    Raises BadInput, with the nearest name, when there is no such pattern.
    """
    if name == NONE:
        return ""
    if name not in _TILES:
        known = ", ".join(names())
        raise BadInput("pattern", f"must be one of {known}, not {name[:40]!r}", suggestion=nearest(name[:64], names()))
    return _declarations(name, color, size)


@lru_cache(maxsize=128)
def _declarations(name: str, color: Color, size: Size) -> str:
    tile = _TILES[name](size)
    # Takumi repeats an SVG tile in a third of the time that CSS gradients take, or one SVG of the whole card.
    image = b64encode(tile.svg(color).encode()).decode()
    return f"background-image:url(data:image/svg+xml;base64,{image});background-size:{tile.width}px {tile.height}px"
