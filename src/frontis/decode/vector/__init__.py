"""SVG: checked, bounded, and drawn at the size at which it is shown."""

from frontis.decode.vector.drawing import draw_svg

__all__ = ["draw_svg"]
