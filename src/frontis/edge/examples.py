"""Cards that show what a template can do, and the addresses that make them."""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from frontis.dialects.native import address_of
from frontis.model.card import Value
from frontis.model.output import Size
from frontis.model.template import Kind, Template, Variable
from frontis.signing import sign_url
from frontis.templates import Catalogue

# The same few words, to be read by those who write in that script.
HEADLINES = {
    "Arabic": "الصورة التي تسبق الكلمات",
    "Japanese": "言葉より先に届く一枚の絵",
    "Hindi": "शब्दों से पहले पहुँचने वाली तस्वीर",
    "Hebrew": "התמונה שמגיעה לפני המילים",
    "Emoji": "Ship it 🚀 then celebrate 🎉👩🏽‍💻",
    "Greek": "Η εικόνα που φτάνει πριν από τις λέξεις",
    "Korean": "말보다 먼저 도착하는 그림",
}
FIRST = "article"
"""The template that stands before the others, if there is one of that id."""
A_DAY_SECONDS = 86_400
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)


@dataclass(frozen=True, slots=True)
class Example:
    """One card. address: from the first slash, as it stands in a URL. caption: what it is an example of."""

    address: str
    size: Size
    words: str
    caption: str = ""


def signed(address: str, *, secret: str) -> str:
    """The address of an example, signed for this day and the next, so that it stays the same for a day."""
    tomorrow_ends = (int(time.time()) // A_DAY_SECONDS + 2) * A_DAY_SECONDS
    return sign_url(address, secret=secret, expires_at=tomorrow_ends)


def example(template: Template, changes: Mapping[str, Value] | None = None, size: Size | None = None) -> Example:
    """The card of a template's own examples, with some values changed, in its first size or another."""
    return _card(template, {**template.examples, **(changes or {})}, size)


def greeting(templates: Catalogue) -> Example:
    """A card of few words, whose address is short enough to be read."""
    identities = templates.ids()
    template = templates.look(FIRST if FIRST in identities else identities[0]).template
    words: dict[str, Value] = {"title": "Hello world", "theme": "dark"}
    return _card(template, {name: word for name, word in words.items() if name in template.variables})


def variants(template: Template, number: int) -> Iterator[Example]:
    """A few other cards of a template: another choice, another script (by `number` in turn), another shape."""
    choices = [each for each in template.variables.values() if each.kind is Kind.CHOICE and len(each.choices) > 1]
    # The last declared is the broadest: a theme rather than a typeface.
    for variable in choices[-1:]:
        other = next(each for each in variable.choices if each != variable.default)
        yield _captioned(example(template, {variable.name: other}), f"{variable.name}={other}")
    squarest = min(template.sizes, key=lambda size: abs(math.log(size.width / size.height)))
    is_other = squarest != template.sizes[0]
    if headline := _headline(template):
        fitting = [each for each in HEADLINES.items() if len(each[1]) <= headline.longest]
        for at in range(number, number + (1 if is_other else 2)) if fitting else ():
            script, words = fitting[at % len(fitting)]
            yield _captioned(example(template, {headline.name: words}), script)
    if is_other:
        yield _captioned(example(template, size=squarest), f"{squarest.width} × {squarest.height}")


def _card(template: Template, values: Mapping[str, Value], size: Size | None = None) -> Example:
    headline = _headline(template)
    words = str(values.get(headline.name, template.name)) if headline else template.name
    return Example(address_of(template, values, size), size or template.sizes[0], words)


def _headline(template: Template) -> Variable | None:
    """The text in the largest letters."""
    fitted = [each for each in template.variables.values() if each.fit and each.kind in _TEXTS]
    return max(fitted, key=lambda each: each.fit.largest if each.fit else 0, default=None)


def _captioned(plain: Example, caption: str) -> Example:
    return Example(plain.address, plain.size, plain.words, caption)
