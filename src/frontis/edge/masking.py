"""Takes keys, signatures and passwords out of what is logged, wherever they stand in it."""

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from structlog.typing import EventDict, WrappedLogger

MASK = "…"
_SHORTEST = 6
_LONGEST_QUERY = 16_384
_NAMES = r"(?:[a-z_-]*(?:key|token|secret|password|passwd|signature)|sig|authorization|credential)"
# The kinds of keys that tell themselves: OG Image API's, OGStack's, URLPix's.
_KEYS = re.compile(r"\b((?:og_sk|og_live|sk_live)_)[A-Za-z0-9]{4,}")
# name=value, "name": "value", and the same as they stand within an encoded address.
_PAIRS = re.compile(rf"(?i)({_NAMES})(['\"]?\s*(?:=|:|%3d|%3a)\s*['\"]?)(?!…)(?:bearer\s+)?[^\s&\"',;%)\]}}]+")
_BEARERS = re.compile(r"(?i)\b(bearer\s+)[^\s\"',;]+")
_PASSWORDS = re.compile(r"(?i)(://[^\s/@:]*:)[^\s/@]+@")
# A key of OSIG's is ten letters and digits, and nothing tells it from a word; a signature is many hexadecimal digits.
_SUSPECTS = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{10}|[0-9a-fA-F]{32,})(?![A-Za-z0-9])")
# Nothing of the above can stand in a text that has none of these: most texts cost one look.
_TELLING = re.compile(r"[=:%_ ]")
# Words of ours, in which no asker has a say.
_OWN = frozenset(
    {"timestamp", "level", "request_id", "dialect", "template", "cache", "refusal", "ms", "bytes", "status"}
)
_SECRET_PARAMETER = re.compile(rf"(?i)(?:^|[&;?])({_NAMES})=([^&;]+)")
_SECRET_HEADERS = frozenset({b"authorization", b"x-api-key"})

_shown: ContextVar[tuple[str, ...]] = ContextVar("frontis.shown", default=())


def remember_what_is_shown(query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Mask, in all that is logged for this request, the very keys and signatures that it shows."""
    found = [value for name, value in headers if name in _SECRET_HEADERS]
    shown = {word for value in found for word in value.decode("latin-1").split() if len(word) >= _SHORTEST}
    text = query[:_LONGEST_QUERY].decode("latin-1")
    shown |= {each[2] for each in _SECRET_PARAMETER.finditer(text) if len(each[2]) >= _SHORTEST}
    _shown.set(tuple(sorted(shown - {"Bearer", "bearer"}, key=len, reverse=True)))


def masked(text: str) -> str:
    """The text without what must not be read in it."""
    if not (_TELLING.search(text) or _shown.get()):
        return text
    for secret in _shown.get():
        text = text.replace(secret, MASK)
    text = _KEYS.sub(rf"\1{MASK}", text)
    text = _PAIRS.sub(rf"\1\2{MASK}", text)
    text = _BEARERS.sub(rf"\1{MASK}", text)
    return _PASSWORDS.sub(rf"\1{MASK}@", text)


def masked_path(path: str) -> str:
    """The path of a request that met nothing: whatever in it could be a key or a signature is left out."""
    return _SUSPECTS.sub(MASK, path)


def mask_line(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """A processor of structlog: masks every text of a line."""
    return {name: value if name in _OWN else _masked(value) for name, value in line.items()}


def _masked(value: Any) -> Any:  # noqa: ANN401  (whatever somebody logs)
    if isinstance(value, str):
        return masked(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(each) for each in value]
    return masked(str(value))
