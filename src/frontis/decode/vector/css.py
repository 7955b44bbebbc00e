"""The little of CSS that must be understood to know what a drawing refers to."""

import re
from collections.abc import Iterator

_FONT_FACE = re.compile(r"@font-face\s*\{[^{}]*\}", re.IGNORECASE)

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_REFERENCE = re.compile(r"\burl\s*\(\s*[\"']?\s*#([^\"')]*)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*+)\{([^{}]*+)\}")
_COMPOUND = re.compile(r"[.#]?[\w-]+")


def bare_css(text: str) -> str:
    """The same CSS without comments and without rules that name fonts of its own, which are not supported."""
    if "/*" in text:
        text = _COMMENT.sub("", text)
    return _FONT_FACE.sub("", text) if "@" in text else text


def unescaped(text: str) -> str:
    """The same CSS with its escapes resolved (CSS Syntax 3, 4.3.7)."""
    return _ESCAPE.sub(_resolved, text) if "\\" in text else text


def references(text: str) -> list[str]:
    """The ids that `url(#id)` names in a value."""
    return [name.strip() for name in _REFERENCE.findall(text)] if "(" in text else []


def declarations(text: str) -> Iterator[tuple[str, str]]:
    """Property and value of each declaration of a style attribute, or of a rule's block."""
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        yield name.strip().lower(), value


def referring_rules(sheet: str) -> Iterator[tuple[str, str, str]]:
    """For each rule that refers to an element: the element it applies to, at least; property; value.

    The element: ".class", "#id" or "name" of the last part of the selector, or "*".
    """
    for selectors, block in _RULE.findall(unescaped(sheet)):
        referring = [(name, value) for name, value in declarations(block) if references(value)]
        for selector in selectors.split(",") if referring else ():
            last = selector.replace(">", " ").replace("+", " ").replace("~", " ").split()[-1:] or ["*"]
            named = _COMPOUND.match(last[0])
            for name, value in referring:
                yield named[0] if named else "*", name, value


def _resolved(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[2]
    code = int(escape[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\ufffd"
