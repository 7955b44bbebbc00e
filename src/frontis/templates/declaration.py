"""Reads a template's folder: template.toml, card.html and card.css, and says what is wrong with it."""

import hashlib
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from frontis.errors import BadInput, BadTemplate, nearest
from frontis.fonts import library
from frontis.icons import known_name
from frontis.model.card import Value
from frontis.model.output import Outline, Size
from frontis.model.template import LARGEST_TEXT, SMALLEST_TEXT, Fit, Kind, Template, Variable
from frontis.templates.code_languages import known_language
from frontis.templates.language import LONGEST_SOURCE
from frontis.templates.tables import Table

FONT_VARIABLE = "font"
"""A choice variable of this name picks the font family of the whole card."""

NAMED: Mapping[Kind, Callable[[str], str]] = {Kind.ICON: known_name, Kind.LANGUAGE: known_language}
"""Kinds that name something which there is or is not, and what gives its one name or raises BadInput."""

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
_SIZE = re.compile(r"([0-9]{3,4})x([0-9]{3,4})")
_LONGEST = {Kind.TEXT: 200, Kind.LONG_TEXT: 600, Kind.CODE: 4000, Kind.IMAGE: 2048, Kind.LIST: 120}
_MOST_TEXT = 5_000
_MOST_ITEMS = 100
_MOST_LINES = 40
_MOST_VARIABLES = 64
"""A card holds no more values."""


class Declaration:
    """One template.toml. Whatever is wrong with it raises BadTemplate, with file, line and a hint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts = {name: _text_of(folder / name) for name in _FILES}
        self._table = Table.parse(str(folder / "template.toml"), self._texts["template.toml"])

    def template(self) -> Template:
        """The template that the folder declares."""
        table = self._table
        table.only(_TOP_KEYS)
        identity = table.text("id")
        if identity != self._folder.name or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identity) or len(identity) > 64:
            raise table.wrong(
                f"id must be the folder's name, {self._folder.name!r}: lower-case words and hyphens", "id"
            )
        declared = table.table("variables")
        if len(declared.names()) > _MOST_VARIABLES:
            raise declared.wrong(f"a template has at most {_MOST_VARIABLES} variables")
        variables = {name: _variable(declared, name) for name in declared.names()}
        digest = hashlib.sha256("\0".join(self._texts.values()).encode()).hexdigest()
        return Template(
            id=identity,
            name=table.text("name"),
            description=table.text("description"),
            variables=variables,
            sizes=self._sizes(),
            families=self._families(variables),
            examples=self._examples(variables),
            html=self._texts["card.html"],
            css=self._texts["card.css"],
            digest=digest[:16],
            path=str(self._folder),
        )

    def _sizes(self) -> tuple[Size, ...]:
        sizes = []
        for word in self._table.texts("sizes", ("1200x630",)):
            match = _SIZE.fullmatch(word)
            try:
                sizes.append(Size.checked(int(match[1]), int(match[2])) if match else Size.checked(0, 0))
            except BadInput:
                raise self._table.wrong(f"{word!r} is no size that can be drawn", "sizes", '"1200x630"') from None
        if not sizes:
            raise self._table.wrong("sizes is empty", "sizes", 'sizes = ["1200x630"]')
        return tuple(sizes)

    def _families(self, variables: Mapping[str, Variable]) -> tuple[str, ...]:
        fonts = self._table.texts("fonts", ("Inter",))
        if not fonts:
            raise self._table.wrong("fonts is empty", "fonts", 'fonts = ["Inter"]')
        chosen = variables[FONT_VARIABLE].choices if FONT_VARIABLE in variables else ()
        for name in (*fonts, *chosen):
            if library().family(name) is None:
                near = library().suggestion(name)
                hint = f"did you mean {near!r}?" if near else ""
                raise self._table.wrong(f"there is no font family {name!r}", "fonts", hint)
        return fonts

    def _examples(self, variables: Mapping[str, Variable]) -> Mapping[str, Value]:
        table = self._table.table("examples")
        examples = {}
        for name in table.names():
            if name not in variables:
                raise table.wrong(f"{name!r} is no variable", name)
            examples[name] = _accepted(table, name, variables[name])
        return examples


def _variable(declared: Table, name: str) -> Variable:
    table = declared.table(name)
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise table.wrong(f"a variable cannot be called {name!r}", hint="letters, digits and _")
    table.only(_VARIABLE_KEYS)
    kind = _kind(table)
    choices = table.texts("choices", ())
    if (kind is Kind.CHOICE) != bool(choices):
        raise table.wrong('choices belong to kind = "choice", and it needs them')
    for choice in choices:
        if " ".join(choice.split()) != choice or not choice:
            raise table.wrong(f"the choice {choice!r} holds spaces that nobody can ask for", "choices")
    variable = Variable(
        name,
        kind,
        table.text("help", hint="one sentence for those who fill it in"),
        required=table.flag("required"),
        longest=table.whole("longest", _LONGEST.get(kind, 200), 1, _MOST_TEXT),
        most=table.whole("most", 20, 1, _MOST_ITEMS),
        least=table.number("least", -1e9),
        greatest=table.number("greatest", 1e9),
        choices=choices,
        fit=_fit(table, kind),
        share=_share(table),
    )
    if variable.least > variable.greatest:
        raise table.wrong("least is more than greatest", "least")
    return replace(variable, default=_accepted(table, "default", variable))


def _accepted(table: Table, key: str, variable: Variable) -> Value:
    try:
        value = variable.accept(table.value(key))
        if variable.kind in NAMED and value:
            NAMED[variable.kind](str(value))
    except BadInput as error:
        raise table.wrong(f"{key} of {variable.name}: {error.problem}", key) from None
    return value


def _kind(table: Table) -> Kind:
    kinds = [each.value for each in Kind]
    word = table.text("kind", hint=f"one of {', '.join(kinds)}")
    if word not in kinds:
        near = nearest(word, kinds)
        hint = f"did you mean {near!r}?" if near else f"one of {', '.join(kinds)}"
        raise table.wrong(f"kind {word!r} is none that there is", "kind", hint)
    return Kind(word)


def _fit(table: Table, kind: Kind) -> Fit | None:
    if "size" not in table and "lines" not in table:
        return None
    if kind not in (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.NUMBER):
        raise table.wrong(f"size and lines are for texts, not for kind {kind.value!r}")
    if "size" not in table:
        raise table.wrong("lines needs a size beside it", "lines", "size = [2.5, 5]")
    smallest, largest = table.numbers("size", 2)
    if not SMALLEST_TEXT <= smallest <= largest <= LARGEST_TEXT:
        raise table.wrong(f"size must go from small to large, within {SMALLEST_TEXT} to {LARGEST_TEXT} rem", "size")
    if not table.has_table("lines"):
        return Fit(float(smallest), float(largest), table.whole("lines", 1, 1, _MOST_LINES))
    lines = _lines_by_outline(table)
    return Fit(float(smallest), float(largest), lines.pop(Outline.WIDE), tuple(lines.items()))


def _lines_by_outline(table: Table) -> dict[Outline, int]:
    given = table.table("lines")
    hint = f"lines = {{ wide = 2, tall = 4 }}; there are {', '.join(Outline)}"
    found = {}
    for name in given.names():
        lines = given.value(name)
        if name not in [*Outline] or type(lines) is not int or not 1 <= lines <= _MOST_LINES:
            raise table.wrong(
                f"lines by outline must be whole numbers from 1 to {_MOST_LINES}, each for an outline", "lines", hint
            )
        found[Outline(name)] = lines
    if Outline.WIDE not in found:
        raise table.wrong("lines must tell how many there are in wide, which holds for all others", "lines", hint)
    return found


def _share(table: Table) -> tuple[float, float]:
    width, height = table.numbers("share", 2) if "share" in table else (1.0, 1.0)
    if not (0 < width <= 1 and 0 < height <= 1):
        raise table.wrong("share must be two parts of the card's sides, each above 0 and at most 1", "share")
    return float(width), float(height)


def _text_of(path: Path) -> str:
    try:
        # A pipe or a device may never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadTemplate(str(path), None, "is no plain file")
        # Whoever wrote the template need not be whoever runs the service: their link could show any file of its.
        if not path.resolve().is_relative_to(path.parent.resolve()):
            raise BadTemplate(str(path), None, "is a link out of its folder", "put a copy there")
        if path.stat().st_size > LONGEST_SOURCE:
            raise BadTemplate(str(path), None, f"is larger than {LONGEST_SOURCE:,} bytes")
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise BadTemplate(str(path), None, "is missing", f"a template has {', '.join(_FILES)}") from None
    except UnicodeDecodeError as error:
        raise BadTemplate(str(path), None, "is not UTF-8", str(error)) from None
    except OSError as error:
        raise BadTemplate(str(path), None, f"cannot be read: {error.strerror}") from None
