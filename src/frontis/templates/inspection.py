"""What can be seen wrong in card.html and card.css without drawing them."""

import re

from frontis.errors import BadTemplate, TemplateTooCostly, nearest
from frontis.model.template import Template
from frontis.templates.declaration import RESERVED
from frontis.templates.language import UNPRINTABLE, Program

GIVEN = frozenset({"size", "rtl"})
"""Names that every template may read besides its own variables: the card's size and whether it reads right to left."""

# Their repeats are possessive, so that no text, however it is made up, takes longer than one reading.
_FORBIDDEN = {
    r"<\s*script": "a card runs no scripts",
    r"<\s*(link|iframe|object|embed|base|meta)\b": "a card is one page without others",
    r"@import": "a card's style is card.css alone",
    r"url\(\s*+['\"]?+\s*+(https?:|file:|//)": "nothing is loaded from elsewhere",
    r"src\s*+=\s*+['\"]?+\s*+(https?:|file:|//)": "nothing is loaded from elsewhere",
}
_HINTS = {"nothing is loaded from elsewhere": 'declare a variable of kind = "image"'}
# What costs real time in painting, and how often a template may use it.
_COSTLY = {r"\bblur\(": 8, r"(box|text|drop)-shadow": 24, r"\bfilter\s*:": 12}
_MOST_SHADOWS_IN_ONE = 8
_COMMENT = re.compile(r"/\*.*?(\*/|\Z)", re.DOTALL)
_IN_PARENTHESES = re.compile(r"\([^()]*+\)?")


def inspect(template: Template, program: Program) -> None:
    """Raise BadTemplate, with file, line and a hint, for the first thing that is wrong."""
    html, css = f"{template.path}/card.html", f"{template.path}/card.css"
    known = {*template.variables, *GIVEN}
    if found := UNPRINTABLE.search(template.css):
        raise BadTemplate(css, _line(template.css, found.start()), f"holds {found[0]!a}, which cannot be drawn")
    for name, line in program.names().items():
        if name not in known:
            near = nearest(name, known - RESERVED | GIVEN)
            hint = f"did you mean {near!r}?" if near else "declare it in template.toml"
            raise BadTemplate(html, line, f"{name!r} is no variable of this template", hint)
    style = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), template.css)
    for file, text in ((html, template.html), (css, style)):
        _check_forbidden(file, text)
        _check_cost(file, text)
    _check_braces(css, style)


def _check_forbidden(file: str, text: str) -> None:
    for pattern, problem in _FORBIDDEN.items():
        if found := re.search(pattern, text, re.IGNORECASE):
            raise BadTemplate(file, _line(text, found.start()), problem, _HINTS.get(problem, "leave it out"))


def _check_cost(file: str, text: str) -> None:
    for pattern, most in _COSTLY.items():
        found = list(re.finditer(pattern, text, re.IGNORECASE))
        if len(found) > most:
            raise TemplateTooCostly(
                file, _line(text, found[most].start()), f"has more than {most} of {found[most][0]!r}"
            )
    for shadow in re.finditer(r"shadow\s*:([^;}]*)", text, re.IGNORECASE):
        if _IN_PARENTHESES.sub("", shadow[1]).count(",") >= _MOST_SHADOWS_IN_ONE:
            raise TemplateTooCostly(
                file, _line(text, shadow.start()), f"has more than {_MOST_SHADOWS_IN_ONE} shadows in one"
            )


def _check_braces(file: str, text: str) -> None:
    opened: list[int] = []
    for found in re.finditer(r"[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif not opened:
            raise BadTemplate(file, _line(text, found.start()), "closes a brace that was never opened")
        else:
            opened.pop()
    if opened:
        raise BadTemplate(file, _line(text, opened[-1]), "opens a brace that is never closed")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
