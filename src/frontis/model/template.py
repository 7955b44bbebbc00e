"""A look, as its author declared it: its variables and their limits, its sizes, its HTML and CSS."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from frontis.errors import BadInput, nearest
from frontis.model.card import Value
from frontis.model.color import Color
from frontis.model.output import Outline, Size
from frontis.model.text import folded

TRUE_WORDS = frozenset({"true", "1", "yes", "on"})
FALSE_WORDS = frozenset({"false", "0", "no", "off", ""})
SMALLEST_TEXT, LARGEST_TEXT = 0.3, 40
"""Font sizes in rem that a fitted text may ask for."""


class Kind(StrEnum):
    """What a variable holds."""

    TEXT = "text"
    LONG_TEXT = "long text"
    LIST = "list"
    NUMBER = "number"
    COLOR = "colour"
    IMAGE = "image"
    ICON = "icon"
    CHOICE = "choice"
    FLAG = "flag"
    CODE = "code"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text may be set: in the largest size of the range at which it fits the lines.

    smallest, largest: font sizes in rem. lines: how many lines it may have. elsewhere: the same for cards of an outline
    that has more room or less.
    """

    smallest: float
    largest: float
    lines: int
    elsewhere: tuple[tuple[Outline, int], ...] = ()

    def within(self, outline: Outline) -> "Fit":
        """How the text may be set on a card of that outline."""
        return Fit(self.smallest, self.largest, dict(self.elsewhere).get(outline, self.lines))


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that a card may say.

    longest: characters (texts, list items, code). most: items of a list. least, greatest: the range of a number.
    fit: for texts that are set in the largest size that fits. share: for images, the largest part of the card's width
    and height at which it is drawn, 0 to 1 each, so that no more of it than that is kept.
    """

    name: str
    kind: Kind
    help: str
    default: Value = ""
    required: bool = False
    longest: int = 200
    most: int = 20
    least: float = -1e9
    greatest: float = 1e9
    choices: tuple[str, ...] = ()
    fit: Fit | None = None
    share: tuple[float, float] = (1.0, 1.0)

    def accept(self, value: Value) -> Value:
        """The value as this variable keeps it: typed, trimmed, canonical. Raises BadInput, naming the variable."""
        match self.kind:
            case Kind.FLAG:
                return self._flag(value)
            case Kind.NUMBER:
                return self._number(value)
            case Kind.LIST:
                return self._list(value)
        if not isinstance(value, str):
            if isinstance(value, tuple):
                raise BadInput(self.name, "must be one text, not a list")
            value = str(value).lower() if isinstance(value, bool) else str(value)
        return self._word(value)

    def _word(self, text: str) -> str:
        if self.kind is Kind.CODE:
            return self._bounded(text.replace("\r\n", "\n").expandtabs(4).strip("\n"))
        text = folded(text)
        if text and self.kind is Kind.COLOR:
            return Color.parse(text, parameter=self.name).hex
        if text and self.kind is Kind.CHOICE and text not in self.choices:
            known = ", ".join(self.choices)
            raise BadInput(self.name, f"must be one of {known}", suggestion=nearest(text[:64], self.choices))
        if text and self.kind is Kind.IMAGE and not text.lower().startswith(("http://", "https://")):
            raise BadInput(self.name, "must be an address that begins with https:// or http://")
        return self._bounded(text)

    def _bounded(self, text: str) -> str:
        if len(text) > self.longest:
            raise BadInput(self.name, f"may have at most {self.longest} characters, not {len(text)}")
        return text

    def _flag(self, value: Value) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in TRUE_WORDS or word in FALSE_WORDS:
            return word in TRUE_WORDS
        raise BadInput(self.name, "must be true or false")

    def _number(self, value: Value) -> float | int | str:
        if value == "":
            return ""
        try:
            number = float(value)  # type: ignore[arg-type]  # a tuple raises TypeError, which is what we ask
        except (TypeError, ValueError, OverflowError):
            raise BadInput(self.name, "must be a number") from None
        if not self.least <= number <= self.greatest:
            raise BadInput(self.name, f"must be from {self.least:g} to {self.greatest:g}")
        return int(number) if number.is_integer() else number

    def _list(self, value: Value) -> tuple[str, ...]:
        lines = value if isinstance(value, tuple) else str(value).split("\n")
        items = tuple(self._bounded(item) for item in map(folded, lines) if item)
        if len(items) > self.most:
            raise BadInput(self.name, f"may have at most {self.most} items, not {len(items)}")
        return items


@dataclass(frozen=True)
class Template:
    """A look, loaded and checked.

    html, css: the texts of card.html and card.css. digest: of everything in the folder that decides the look.
    families: the font families it draws with, the first being the default.
    examples: values of a card that shows it well, for galleries and previews.
    """

    id: str
    name: str
    description: str
    variables: Mapping[str, Variable]
    sizes: tuple[Size, ...]
    families: tuple[str, ...]
    examples: Mapping[str, Value]
    html: str
    css: str
    digest: str
    path: str
