"""Reads a template's folder: template.toml, card.html and card.css, and says what is wrong with it."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from frontis.errors import BadInput, BadTemplate, nearest
from frontis.fonts import library
from frontis.model.card import Value
from frontis.model.output import Size
from frontis.model.template import Fit, Kind, Template, Variable
from frontis.templates.language import LONGEST_SOURCE

FONT_VARIABLE = "font"
"""A choice variable of this name picks the font family of the whole card."""

RESERVED = frozenset({
    "size", "width", "height", "format", "quality", "max_kb", "watermark", "version", "template", "key", "exp", "sig",
    "rtl", "loop", "caller", "self",
})  # fmt: skip
_FILES = ("template.toml", "card.html", "card.css")
_TOP_KEYS = frozenset({"id", "name", "description", "fonts", "sizes", "variables", "examples"})
_VARIABLE_KEYS = {
    "kind", "help", "default", "required", "longest", "most", "least", "greatest", "choices", "size", "lines", "share",
}  # fmt: skip
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,39}")
_SIZE = re.compile(r"(\d{3,4})x(\d{3,4})")
_LONGEST = {Kind.TEXT: 200, Kind.LONG_TEXT: 600, Kind.CODE: 4000, Kind.IMAGE: 2048, Kind.LIST: 120}
_MOST_TEXT = 5_000


class Declaration:
    """One template.toml, read key by key so that each complaint can name the line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts = {name: _text_of(folder / name) for name in _FILES}
        self._toml = self._texts["template.toml"]
        try:
            self._table: dict[str, Any] = tomllib.loads(self._toml)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise self._wrong(str(error), line=int(line[1]) if line else None) from None

    def template(self) -> Template:
        """The template that the folder declares. Raises BadTemplate, with file, line and a hint."""
        self._only(self._table, _TOP_KEYS, "")
        identity = self._string("id")
        if identity != self._folder.name or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identity):
            raise self._wrong(
                f"id must be the folder's name, {self._folder.name!r}: lower-case words and hyphens", key="id"
            )
        variables = {name: self._variable(name, table) for name, table in self._tables("variables").items()}
        digest = hashlib.sha256("\0".join(self._texts.values()).encode()).hexdigest()
        return Template(
            id=identity,
            name=self._string("name"),
            description=self._string("description"),
            variables=variables,
            sizes=self._sizes(),
            families=self._families(variables),
            examples=self._examples(variables),
            html=self._texts["card.html"],
            css=self._texts["card.css"],
            digest=digest[:16],
            path=str(self._folder),
        )

    def _variable(self, name: str, table: Mapping[str, Any]) -> Variable:
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise self._wrong(
                f"a variable cannot be called {name!r}", key=f"variables.{name}", hint="letters, digits and _"
            )
        self._only(table, _VARIABLE_KEYS, f"variables.{name}")
        kind = self._kind(name, table)
        longest = table.get("longest", _LONGEST.get(kind, 200))
        if not isinstance(longest, int) or not 1 <= longest <= _MOST_TEXT:
            raise self._wrong(f"longest must be 1 to {_MOST_TEXT}", key=f"variables.{name}")
        choices = tuple(table.get("choices", ()))
        if (kind is Kind.CHOICE) != bool(choices):
            raise self._wrong('choices belong to kind = "choice", and it needs them', key=f"variables.{name}")
        variable = Variable(
            name, kind, str(table.get("help", "")), required=bool(table.get("required", False)), longest=longest,
            most=int(table.get("most", 20)), least=float(table.get("least", -1e9)),
            greatest=float(table.get("greatest", 1e9)),
            choices=choices, fit=self._fit(name, kind, table), share=tuple(table.get("share", (1.0, 1.0))),
        )  # fmt: skip
        if not variable.help:
            raise self._wrong("help is missing", key=f"variables.{name}", hint="one sentence for those who fill it in")
        return self._with_default(variable, table.get("default", ""))

    def _with_default(self, variable: Variable, default: object) -> Variable:
        value = tuple(default) if isinstance(default, list) else default
        try:
            accepted = variable.accept(value)  # type: ignore[arg-type]  # refused just here when it is of a wrong type
        except (BadInput, TypeError) as error:
            raise self._wrong(f"default of {error}", key=f"variables.{variable.name}") from None
        return Variable(
            **{each: getattr(variable, each) for each in Variable.__slots__ if each != "default"}, default=accepted
        )

    def _kind(self, name: str, table: Mapping[str, Any]) -> Kind:
        kinds = [each.value for each in Kind]
        word = str(table.get("kind", ""))
        if word not in kinds:
            hint = f"did you mean {nearest(word, kinds)!r}?" if nearest(word, kinds) else f"one of {', '.join(kinds)}"
            raise self._wrong(f"kind {word!r} is none that there is", key=f"variables.{name}", hint=hint)
        return Kind(word)

    def _fit(self, name: str, kind: Kind, table: Mapping[str, Any]) -> Fit | None:
        if "size" not in table and "lines" not in table:
            return None
        key = f"variables.{name}"
        if kind not in (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.NUMBER):
            raise self._wrong(f"size and lines are for texts, not for kind {kind.value!r}", key=key)
        size, lines = table.get("size"), table.get("lines", 1)
        if isinstance(size, int | float):
            size = [size, size]
        if not isinstance(size, list) or len(size) != 2 or not all(isinstance(each, int | float) for each in size):
            raise self._wrong("size must be one font size in rem or a range of two", key=key, hint="size = [2.5, 5]")
        if not 0.3 <= size[0] <= size[1] <= 40:
            raise self._wrong("size must go from small to large, within 0.3 to 40 rem", key=key)
        if not isinstance(lines, int) or not 1 <= lines <= 40:
            raise self._wrong("lines must be 1 to 40", key=key)
        return Fit(float(size[0]), float(size[1]), lines)

    def _sizes(self) -> tuple[Size, ...]:
        sizes = []
        for word in self._table.get("sizes", ["1200x630"]):
            match = _SIZE.fullmatch(str(word))
            try:
                sizes.append(Size.checked(int(match[1]), int(match[2])) if match else Size.checked(0, 0))
            except BadInput:
                raise self._wrong(f"{word!r} is no size that can be drawn", key="sizes", hint='"1200x630"') from None
        if not sizes:
            raise self._wrong("sizes is empty", key="sizes", hint='sizes = ["1200x630"]')
        return tuple(sizes)

    def _families(self, variables: Mapping[str, Variable]) -> tuple[str, ...]:
        fonts = self._table.get("fonts", ["Inter"])
        chosen = variables[FONT_VARIABLE].choices if FONT_VARIABLE in variables else ()
        for name in (*fonts, *chosen):
            if library().family(str(name)) is None:
                near = library().suggestion(str(name))
                raise self._wrong(
                    f"there is no font family {name!r}", key="fonts", hint=f"did you mean {near!r}?" if near else ""
                )
        return tuple(str(name) for name in fonts)

    def _examples(self, variables: Mapping[str, Variable]) -> Mapping[str, Value]:
        examples: dict[str, Value] = {}
        for name, value in self._tables("examples").items():
            if name not in variables:
                raise self._wrong(f"examples has {name!r}, which is no variable", key="examples")
            examples[name] = tuple(value) if isinstance(value, list) else value
        return examples

    def _tables(self, key: str) -> dict[str, Any]:
        table = self._table.get(key, {})
        if not isinstance(table, dict) or (
            key == "variables" and not all(isinstance(each, dict) for each in table.values())
        ):
            raise self._wrong(
                f"{key} must be a table", key=key, hint=f"[{key}.title]" if key == "variables" else f"[{key}]"
            )
        return table

    def _string(self, key: str) -> str:
        value = self._table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(f"{key} is missing", hint=f'{key} = "…"')
        return value

    def _only(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        for key in table:
            if key not in known:
                near = nearest(key, known)
                raise self._wrong(
                    f"unknown key {key!r}",
                    key=place or key,
                    hint=f"did you mean {near!r}?" if near else "",
                )

    def _wrong(self, problem: str, *, key: str = "", line: int | None = None, hint: str = "") -> BadTemplate:
        return BadTemplate(str(self._folder / "template.toml"), line or self._line_of(key), problem, hint)

    def _line_of(self, key: str) -> int | None:
        """The line that declares a key or opens a table, as well as a search of the text can tell."""
        if not key:
            return None
        pattern = re.compile(rf"\s*(\[\s*{re.escape(key)}\s*\]|{re.escape(key)}\s*=)")
        return next((at for at, line in enumerate(self._toml.split("\n"), 1) if pattern.match(line)), None)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LONGEST_SOURCE:
            raise BadTemplate(str(path), None, f"is larger than {LONGEST_SOURCE:,} bytes")
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise BadTemplate(str(path), None, "is missing", f"a template has {', '.join(_FILES)}") from None
    except UnicodeDecodeError as error:
        raise BadTemplate(str(path), None, "is not UTF-8", str(error)) from None
    except OSError as error:
        raise BadTemplate(str(path), None, f"cannot be read: {error.strerror}") from None
