"""What templates draw with: every Lucide icon, by name."""

from frontis.icons.lucide import icon, names

__all__ = ["icon", "names"]
