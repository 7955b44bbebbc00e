"""Font files: found by family name, and chosen by the scripts of a text."""

from frontis.fonts.library import Family, FontLibrary, library
from frontis.fonts.scripts import EMOJI, direction_is_rtl, direction_of, language_of, scripts_of

__all__ = ["EMOJI", "Family", "FontLibrary", "direction_is_rtl", "direction_of", "language_of", "library", "scripts_of"]
