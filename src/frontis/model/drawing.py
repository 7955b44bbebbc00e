"""A card as shapes: what `trace` gives and `encode` writes as SVG."""

from dataclasses import dataclass

from frontis.model.bitmap import Bitmap, Layered
from frontis.model.output import Size


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, over pixels where something cannot be told in shapes.

    shapes: SVG elements without their root, in ASCII; they hold no text, and refer to nothing outside themselves.
    ground: what lies below them, of exactly that size, or None.
    """

    size: Size
    shapes: str
    ground: Bitmap | Layered | None = None

    def __post_init__(self) -> None:
        if self.ground is not None and (self.ground.width, self.ground.height) != self.size:
            raise ValueError(f"A ground of {self.ground.width}x{self.ground.height} pixels lies under no {self.size}")
