"""Binds a card's values to its template."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from markupsafe import escape

from frontis.compose.words import cleaned
from frontis.errors import BadInput, BadTemplate, TemplateTooCostly
from frontis.fonts import direction_of, language_of, library
from frontis.icons import icon
from frontis.model.card import Card, Value
from frontis.model.color import Color
from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, FittedText, Markup
from frontis.model.output import Outline, Size
from frontis.model.photo import Photo
from frontis.model.template import Fit, Kind, Template, Variable
from frontis.model.text import folded
from frontis.templates import Look
from frontis.templates.declaration import FONT_VARIABLE

_LARGEST_HTML = 300_000
_MOST_TAGS = 2_000
"""Opening and closing. Laying out takes the square of the number of boxes: this many take a tenth of a second."""
_MOST_GRADIENTS = 64
"""A gradient over the whole card takes up to 10 ms to paint."""
_MOST_FITTED = 64
_SLOT_IN_TAG = re.compile(f"<[^<>{SLOT_OPEN}]*+{SLOT_OPEN}")
_ICON = re.compile(r"url\((icon-([a-z0-9-]{1,64})-([0-9](?:\.[0-9]{1,4})?))\)")


def compose(card: Card, look: Look, photos: Mapping[str, Photo]) -> Markup:
    """The markup of a resolved card.

    photos: decoded pictures by the address that the card gives; one that is not there is drawn without.
    Raises BadTemplate when the template fails on these values, TemplateTooCostly when it asks for too much.
    """
    template, size = look.template, Size(*card.size)
    families = _families(card, template)
    binding = _Binding(template, photos, families, size.outline)
    context = {name: binding.bound(variable, card.values[name]) for name, variable in template.variables.items()}
    main = binding.main_text(card)
    rtl = direction_of(main) == "rtl"
    context |= {"size": size, "rtl": rtl}
    backdrop, content = look.program.backdrop(context), look.program.content(context)
    _check(template, backdrop, content)
    return Markup(
        size=size,
        backdrop=backdrop,
        content=content,
        css=template.css,
        families=families,
        words=" ".join([*binding.words, card.watermark]),
        texts=tuple(binding.texts),
        language=language_of(main) or language_of(" ".join(binding.words)),
        rtl=rtl,
        photos=binding.photos | _icons(backdrop + content),
        watermark=_watermark(card.watermark),
    )


class _FittedWord(str):
    """A text that writes itself as a slot, whose lines and size are found later."""

    __slots__ = ("fit", "texts")

    def __new__(cls, text: str, fit: Fit, texts: list[FittedText]) -> "_FittedWord":
        word = super().__new__(cls, text)
        word.fit, word.texts = fit, texts
        return word

    fit: Fit
    texts: list[FittedText]

    def reworded(self, text: str) -> "_FittedWord":
        """Another text in its place."""
        return _FittedWord(text, self.fit, self.texts)

    def resized(self, smallest: float, largest: float) -> "_FittedWord":
        """The same text in another range of sizes."""
        return _FittedWord(str(self), replace(self.fit, smallest=smallest, largest=largest), self.texts)

    def __html__(self) -> str:
        self.texts.append(FittedText(str(self), self.fit))
        return f"{SLOT_OPEN}{len(self.texts) - 1}{SLOT_CLOSE}"


class _PlacedPhoto(Photo):
    """A photo that writes itself as the name under which `draw` finds it."""

    __slots__ = ("name",)
    name: str

    def __html__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name


class _NoPhoto(str):
    """An image without its picture: empty to a template that asks, and a name that no picture has to one that does not.

    The engine draws nothing for such a name, and refuses a card that holds an `<img>` with an empty source.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return "no-picture"


class _Binding:
    """Collects, while values are bound, what `draw` must know of them."""

    def __init__(
        self, template: Template, photos: Mapping[str, Photo], families: tuple[str, ...], outline: Outline
    ) -> None:
        self._template = template
        self._outline = outline
        self._given = photos
        self._families = families
        self.texts: list[FittedText] = []
        self.words: list[str] = []
        self.photos: dict[str, Photo] = {}

    def bound(self, variable: Variable, value: Value) -> object:
        """What the template sees of a value."""
        match variable.kind:
            case Kind.COLOR:
                return Color.parse(str(value)) if value else ""
            case Kind.IMAGE:
                return self._placed(variable.name, str(value))
            case Kind.LIST if isinstance(value, tuple):
                items = tuple(self._cleaned(item) for item in value)
                self.words += items
                return items
            case Kind.FLAG:
                return value
            case Kind.NUMBER if variable.fit is None:
                return value
        text = self._cleaned(str(value))
        if variable.kind is not Kind.CODE:
            # Where something was taken out, two spaces may have met.
            text = folded(text)
        if not text:
            return ""
        self.words.append(text)
        return _FittedWord(text, variable.fit.within(self._outline), self.texts) if variable.fit else text

    def main_text(self, card: Card) -> str:
        """The text in the largest letters that has a direction: it decides which way the card reads."""
        fitted = [each for each in self._template.variables.values() if each.fit and card.values[each.name]]
        fitted.sort(key=lambda each: each.fit.largest if each.fit else 0, reverse=True)
        texts = (str(card.values[each.name]) for each in fitted)
        return next((text for text in texts if direction_of(text)), "")

    def _cleaned(self, text: str) -> str:
        return library().drawable(cleaned(text), self._families)

    def _placed(self, name: str, address: str) -> _PlacedPhoto | _NoPhoto:
        photo = self._given.get(address)
        if photo is None:
            return _NoPhoto()
        placed = _PlacedPhoto(photo.data, photo.width, photo.height, photo.brightness, photo.opaque)
        object.__setattr__(placed, "name", name)
        self.photos[name] = photo
        return placed


def _families(card: Card, template: Template) -> tuple[str, ...]:
    """The card's own font first, if it chose one, by the name of the family that really stands for it."""
    names = [str(card.values[FONT_VARIABLE])] if card.values.get(FONT_VARIABLE) else []
    found = (library().family(name) for name in dict.fromkeys([*names, *template.families]))
    return tuple(dict.fromkeys(family.name for family in found if family))


def _icons(html: str) -> dict[str, Photo]:
    """The icons that the HTML names, by their addresses; see the filter `icon`."""
    found = {}
    for address, name, stroke_width in _ICON.findall(html):
        # Words of the asker may look like an address too; what is no icon is left alone.
        with suppress(BadInput):
            svg = icon(name, stroke_width=float(stroke_width))
            found[address] = Photo(svg.encode(), 256, 256, brightness=1.0, opaque=False)
    return found


def _watermark(words: str) -> str:
    return f'<div class="watermark">{escape(cleaned(words[:80]))}</div>' if words else ""


def _check(template: Template, backdrop: str, content: str) -> None:
    file = f"{template.path}/card.html"
    if SLOT_OPEN in backdrop:
        raise BadTemplate(file, None, "the backdrop holds a text that is to be fitted", "words belong in front of it")
    if _SLOT_IN_TAG.search(content):
        raise BadTemplate(file, None, "a text that is to be fitted stands within a tag", "it belongs between tags")
    if content.count(SLOT_OPEN) > _MOST_FITTED:
        raise TemplateTooCostly(file, None, f"writes more than {_MOST_FITTED} texts that are to be fitted")
    if len(backdrop) + len(content) > _LARGEST_HTML:
        raise TemplateTooCostly(file, None, f"makes more than {_LARGEST_HTML:,} characters of HTML")
    if backdrop.count("<") + content.count("<") > _MOST_TAGS:
        raise TemplateTooCostly(file, None, f"makes more than {_MOST_TAGS:,} tags", "fewer or shorter loops")
    if (backdrop + content).count("gradient(") > _MOST_GRADIENTS:
        raise TemplateTooCostly(file, None, f"draws more than {_MOST_GRADIENTS} gradients", "a picture costs less")
