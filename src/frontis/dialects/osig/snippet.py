"""The PHP that `/api/integrations/wordpress` hands out: snippet.php, with what was asked for written into it."""

import re
from functools import cache
from pathlib import Path

from frontis.dialects.osig.params import WordPressParameters
from frontis.dialects.osig.parse import carried, picture_address

_PLACE = re.compile(r"'@(\w+)@'")


def snippet(asked: WordPressParameters, base: str) -> str:
    """PHP for a theme or a plugin, which prints the card of whatever page is shown.

    base: the address of `/g`. What the call leaves to its defaults is not written.
    """
    values = {
        "base": base,
        "key": asked.key.strip(),
        "style": asked.style,
        "site": asked.site,
        "font": asked.font,
        "eyebrow": carried(asked.eyebrow),
        "format": "" if asked.format == "png" else asked.format,
        "quality": "" if asked.quality is None else str(asked.quality),
        "max_kb": "" if asked.max_kb is None else str(asked.max_kb),
        "version": asked.version.strip(),
        "fallback": picture_address(asked.fallback_image_url),
    }
    return _PLACE.sub(lambda place: _literal(values[place[1]]), _source())


@cache
def _source() -> str:
    return (Path(__file__).parent / "snippet.php").read_text("utf-8")


def _literal(text: str) -> str:
    """A PHP string in single quotes, in which only the quote and the backslash mean anything."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
