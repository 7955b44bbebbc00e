"""How the white space of a text is made canonical."""

import re

_WHITE_SPACE = re.compile(r"\s+")
_NO_BREAK_SPACES = "\u00a0\u2007\u202f"


def folded(text: str) -> str:
    """The text with each run of white space and line ends as one space, and none at its ends.

    What stands between no-break spaces alone keeps the first of them: there, no line may break.
    """
    if text.isascii():
        return " ".join(text.split())
    return _WHITE_SPACE.sub(_folded, text).strip()


def _folded(run: re.Match[str]) -> str:
    return run[0][0] if not run[0].strip(_NO_BREAK_SPACES) else " "
