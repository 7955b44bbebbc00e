"""Card and template -> markup: HTML and CSS with every value escaped, and the texts that are still to be fitted."""

from frontis.compose.composition import compose

__all__ = ["compose"]
