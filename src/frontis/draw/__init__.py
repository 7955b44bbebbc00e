"""Markup -> bitmap, or the same as shapes: shape, fit, lay out and paint or trace, with Takumi."""

from frontis.draw.drawing import draw
from frontis.draw.tracing import trace

__all__ = ["draw", "trace"]
