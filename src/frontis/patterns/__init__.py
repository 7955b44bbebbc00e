"""What templates lay behind their words: quiet patterns in the colour of the text."""

from frontis.patterns.pattern import names, pattern

__all__ = ["names", "pattern"]
