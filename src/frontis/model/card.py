"""A card: everything that decides how a picture looks."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Self

from frontis.errors import BadInput
from frontis.model.output import Format, Output, Size

_TYPE_NAMES = "text, a number up to 10**15, true or false, or a list of texts"
Value = str | int | float | bool | tuple[str, ...]

_TEMPLATE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 64
_MOST_VALUES = 64
_LARGEST_NUMBER = 10**15


@dataclass(frozen=True)
class Card:
    """A template, the values for its variables, and what to write.

    values: by variable name; a list becomes a tuple. Pictures are given by their address (http, https), never as bytes.
    size: width and height in pixels, 100 to 4096 a side, at most 8.4 megapixels.
    format: "png", "jpeg" (or "jpg"), "webp", "avif" or "svg". quality: 1 to 100, not for SVG. max_kb: byte budget in
    1,024 bytes.
    watermark: words for the corner, or "" for none.
    version: the asker's own token for "draw this anew"; it changes the fingerprint and nothing else.

    Raises BadInput, naming the parameter, for what can be refused without knowing the template.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)
    size: tuple[int, int] = (1200, 630)
    format: str = "png"
    quality: int | None = None
    max_kb: int | None = None
    watermark: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        for name in ("template", "format", "watermark", "version"):
            if not isinstance(getattr(self, name), str):
                raise BadInput(name, f"must be a text, not {type(getattr(self, name)).__name__}")
        size: object = self.size
        if not isinstance(size, tuple | list) or len(size) != 2:
            raise BadInput("size", "must be a width and a height, such as (1200, 630)")
        if len(self.template) > _LONGEST_ID or not _TEMPLATE_ID.fullmatch(self.template):
            raise BadInput("template", "must be lower-case words joined by hyphens, such as 'article'")
        if len(self.values) > _MOST_VALUES:
            raise BadInput("values", f"may be at most {_MOST_VALUES}, not {len(self.values)}")
        values = {name: _plain(name, self.values[name]) for name in sorted(self.values)}
        object.__setattr__(self, "values", MappingProxyType(values))
        object.__setattr__(self, "size", Size.checked(*self.size))
        object.__setattr__(self, "format", Format.named(self.format))
        # Output checks quality and max_kb; it is made here so that a wrong card cannot exist.
        object.__setattr__(self, "_output", Output(Size(*self.size), Format(self.format), self.quality, self.max_kb))

    @property
    def output(self) -> Output:
        """What to write, for `encode`."""
        output: Output = self.__dict__["_output"]
        return output

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits, the same in every process and run for equal cards, whatever the order of their values."""
        parts = [
            self.template, dict(self.values), list(self.size), str(self.format), self.quality, self.max_kb,
            self.watermark, self.version,
        ]  # fmt: skip
        canonical = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def with_values(self, values: Mapping[str, Value]) -> Self:
        """The same card with these values instead of its own."""
        return replace(self, values=values)

    def __eq__(self, other: object) -> bool:
        # By what is written, not by value: True is 1 to Python, and another card to us.
        return isinstance(other, Card) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)


def _plain(name: str, value: object) -> Value:
    """The value as one of the few types that a card is made of. Lone surrogates, which no encoding can write, go."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "ignore").decode()
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST_NUMBER):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):  # noqa: PLR0124  (NaN is not itself)
        return value
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(str(_plain(name, each)) for each in value)
    raise BadInput(name, f"must be {_TYPE_NAMES}, not {type(value).__name__}")
