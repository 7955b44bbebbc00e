"""The tile that a pattern repeats."""

from dataclasses import dataclass

from frontis.model.color import Color
from frontis.model.output import Size

# Takumi draws lines of one pixel or less in another way: it counts crossings twice, and leaves specks where a slanting
# line leaves the tile.
THINNEST = 1.01


@dataclass(frozen=True, slots=True)
class Tile:
    """One repeat of a pattern, in whole pixels, so that neighbours meet without a seam or a blur.

    The first begins in the top left corner of the card. strokes: SVG elements, strokes all, that do not overlap.
    alpha: how much of the colour they take, 0 to 1. line: the width of the strokes in pixels.
    """

    width: int
    height: int
    strokes: str
    alpha: float
    line: float

    def svg(self, color: Color) -> str:
        """The tile as an SVG document, in that colour; the alpha of the colour thins the tile's own."""
        # An opacity of the strokes takes half the time of that of a group, which is why none may overlap.
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" fill="none" '
            f'stroke="{color.with_alpha(1).hex}" stroke-opacity="{self.alpha * color.alpha:.4f}" '
            f'stroke-width="{self.line:g}">{self.strokes}</svg>'
        )


def scale_of(size: Size) -> float:
    """How much larger than on a 1200x630 card a pattern is drawn. Under a third it would be a grey veil, no pattern."""
    return max(1 / 3, size.scale)


def margin(length: int, pitch: int) -> int:
    """How far from the edge of a card of that length the first of its evenly spaced marks lies, in pixels.

    Marks lie alike at both ends, to the pixel, and a quarter of the pitch or more away from them.
    """
    # In the middle of the card is either a mark or the middle between two.
    return max(length // 2 % pitch, (length - pitch) // 2 % pitch, key=lambda first: min(first, pitch - first))
