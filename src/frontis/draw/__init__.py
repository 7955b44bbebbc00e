"""Markup -> bitmap: shape, fit, lay out and paint, with Takumi."""

from frontis.draw.drawing import draw

__all__ = ["draw"]
