"""What templates draw with: every Lucide icon, by name."""

from frontis.icons.lucide import icon, known_name, names

__all__ = ["icon", "known_name", "names"]
