"""Reads template.toml key by key, so that each complaint can name its line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Self

from frontis.errors import BadTemplate, nearest
from frontis.model.card import Value
from frontis.templates.language import UNPRINTABLE


class Table:
    """A table of a TOML file. Whatever is not as it is asked for raises BadTemplate with file, line and a hint.

    place: the name of the table as its header has it, "" for the file itself.
    """

    def __init__(self, file: str, source: str, values: Mapping[str, Any], place: str = "") -> None:
        self.place = place
        self._file = file
        self._source = source
        self._values = values

    @classmethod
    def parse(cls, file: str, source: str) -> Self:
        """The whole file."""
        try:
            return cls(file, source, tomllib.loads(source))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise BadTemplate(file, int(line[1]) if line else None, str(error)) from None
        except (RecursionError, MemoryError, ValueError) as error:
            raise BadTemplate(file, None, f"cannot be read: {error}") from None

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def has_table(self, key: str) -> bool:
        """Whether what stands there is a table."""
        return isinstance(self._values.get(key), dict)

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not among the known."""
        for key in self._values:
            if key not in known:
                near = nearest(key, known)
                raise self.wrong(f"unknown key {key!r}", key, f"did you mean {near!r}?" if near else "")

    def text(self, key: str, *, hint: str = "") -> str:
        """Words that must be there."""
        value = self._values.get(key)
        if value is None or value == "":
            raise self.wrong(f"{key} is missing", hint=hint or f'{key} = "…"')
        return self._words(key, value)

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of words."""
        values = self._values.get(key, [*default])
        if not isinstance(values, list):
            raise self.wrong(f"{key} must be a list", key, f'{key} = ["…"]')
        return tuple(self._words(key, each) for each in values)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false", key)
        return value

    def whole(self, key: str, default: int, least: int, greatest: int) -> int:
        """A whole number of that range."""
        value = self._values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= greatest:
            raise self.wrong(f"{key} must be a whole number from {least} to {greatest}", key)
        return value

    def number(self, key: str, default: float) -> float:
        """A number that can be counted with."""
        return self._number(key, self._values.get(key, default))

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """As many numbers as that; one alone stands for all."""
        value = self._values.get(key)
        values = value if isinstance(value, list) else [value] * count
        if len(values) != count:
            raise self.wrong(f"{key} must be {count} numbers", key, f"{key} = [{', '.join(['1.0'] * count)}]")
        return tuple(self._number(key, each) for each in values)

    def value(self, key: str) -> Value:
        """What a card may hold: words, a number, true or false, or a list of words."""
        value = self._values.get(key, "")
        if isinstance(value, list):
            return self.texts(key, ())
        if isinstance(value, str):
            return self._words(key, value)
        return value if isinstance(value, bool) else self._number(key, value)

    def table(self, key: str) -> Self:
        """The table of that name; an empty one where it is absent."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table", key, f"[{key}]")
        return type(self)(self._file, self._source, value, f"{self.place}.{key}" if self.place else key)

    def names(self) -> tuple[str, ...]:
        """The table's keys, in their order."""
        return tuple(self._values)

    def wrong(self, problem: str, key: str = "", hint: str = "") -> BadTemplate:
        """The error that says what is wrong with a key, or with the table."""
        return BadTemplate(self._file, self._line_of(key), problem, hint)

    def _words(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(f"{key} must be a text", key, f'{key} = "…"')
        if UNPRINTABLE.search(value):
            raise self.wrong(f"{key} holds a character that cannot be drawn", key)
        return value

    def _number(self, key: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 1e12:
            raise self.wrong(f"{key} must be a number", key)
        return value if isinstance(value, int) else float(value)

    def _line_of(self, key: str) -> int | None:
        """The line of a key within its table, or of the table's header, as well as a search of the text can tell."""
        lines = self._source.split("\n")
        start = 0
        if self.place:
            header = re.compile(rf"\s*\[\s*{re.escape(self.place)}\s*\]")
            start = next((at for at, line in enumerate(lines, 1) if header.match(line)), 0)
        if key:
            # A child table has a header of its own; a key stands before the next header.
            child = f"{self.place}.{key}" if self.place else key
            pattern = re.compile(rf"\s*(\"?{re.escape(key)}\"?\s*=|\[\s*{re.escape(child)}\s*\])")
            for at, line in enumerate(lines[start:], start + 1):
                if pattern.match(line):
                    return at
        return start or None
