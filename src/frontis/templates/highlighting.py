"""Colours code: `{{ code | highlight(language, paper) }}` gives its lines as HTML."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from markupsafe import Markup as Safe
from markupsafe import escape

from frontis.model.color import Color
from frontis.templates.code_languages import PLAIN, guessed_language, known_language

MOST_ROWS = 48
MOST_COLUMNS = 140
_MOST_LETTERS = 4_000
_LONGEST_LINE = 400
_MOST_TOKENS = 3_000
_MOST_SPANS = 600

# Two palettes of our own: what stands out is what a reader looks for, names and words; signs step back.
_ON_DARK = {
    "plain": "#dce3ee", "comment": "#8592a8", "keyword": "#ff9db0", "string": "#a8d8a2", "number": "#ffbe7d",
    "function": "#86c5ff", "type": "#7fe0d2", "mark": "#cdb4ff", "sign": "#aab5c8", "gone": "#ff9a8f",
}  # fmt: skip
_ON_LIGHT = {
    "plain": "#1b2230", "comment": "#5d687b", "keyword": "#b01f56", "string": "#1c6b40", "number": "#944700",
    "function": "#1350b0", "type": "#0a6565", "mark": "#6a3bbd", "sign": "#475164", "gone": "#a82a1e",
}  # fmt: skip
# The most particular name that is a beginning of a token's own counts.
_ROLES: Mapping[str, str] = {
    "Comment": "comment", "Comment.Preproc": "keyword", "Comment.PreprocFile": "string", "Generic.Deleted": "gone",
    "Generic.Error": "gone", "Generic.Heading": "keyword", "Generic.Inserted": "string", "Generic.Output": "comment",
    "Generic.Prompt": "comment", "Generic.Subheading": "keyword", "Keyword": "keyword", "Keyword.Constant": "number",
    "Keyword.Type": "type", "Literal": "number", "Literal.String": "string", "Literal.String.Affix": "keyword",
    "Literal.String.Escape": "number", "Literal.String.Interpol": "number", "Literal.String.Symbol": "mark",
    "Name.Attribute": "mark", "Name.Builtin": "type", "Name.Builtin.Pseudo": "keyword", "Name.Class": "type",
    "Name.Constant": "number", "Name.Decorator": "mark", "Name.Entity": "number", "Name.Exception": "type",
    "Name.Function": "function", "Name.Label": "mark", "Name.Namespace": "plain", "Name.Property": "function",
    "Name.Tag": "keyword", "Name.Variable": "plain", "Operator": "sign", "Operator.Word": "keyword",
    "Punctuation": "sign",
}  # fmt: skip

# Their time grows with the square of the letters: what is beyond these is plain.
_SLOW_LEXERS = {"java": 1_500, "julia": 1_500, "matlab": 1_500}


def highlight(
    code: str, language: str, paper: Color, rows: float = MOST_ROWS, columns: float = MOST_COLUMNS, file: str = ""
) -> tuple[Safe, ...]:
    """The first lines of a program, each as HTML: escaped, with the colour of every word, readable on the paper.

    language: as `known_language` takes it; "" is guessed from the file's name, or from the code. rows, columns: no more
    than so many are given; there are bounds to both, so that no code costs much.
    """
    return _highlighted(str(code), str(language), paper, int(rows), int(columns), str(file))


@lru_cache(maxsize=64)
def _highlighted(code: str, language: str, paper: Color, rows: int, columns: int, file: str) -> tuple[Safe, ...]:
    shown = min(max(rows, 0), MOST_ROWS)
    lines = [line[:_LONGEST_LINE] for line in code[:_MOST_LETTERS].split("\n")[:shown]]
    known = known_language(language) if language else guessed_language("\n".join(lines), file)
    painter = _Painter(_palette(paper), min(max(columns, 1), MOST_COLUMNS))
    for role, text in _pieces(known, "\n".join(lines)):
        painter.write(role, text)
    return painter.lines()


def columns(text: str) -> int:
    """How many columns of a terminal the longest line takes: those of East Asia and emoji are two wide, marks none."""
    return max(sum(map(_width, line)) for line in str(text).split("\n"))


class _Painter:
    """Writes lines of coloured words, cut at a column."""

    def __init__(self, palette: Mapping[str, str], columns: int) -> None:
        self._palette = palette
        self._columns = columns
        self._lines: list[list[tuple[str, str]]] = [[]]
        self._room = columns
        self._spans = 0

    def write(self, role: str, text: str) -> None:
        """Append some text, which may go over lines."""
        first, *others = text.split("\n")
        self._append(role, first)
        for line in others:
            self._lines.append([])
            self._room = self._columns
            self._append(role, line)

    def lines(self) -> tuple[Safe, ...]:
        """What was written."""
        return tuple(Safe("").join(self._span(role, text) for role, text in line) for line in self._lines)

    def _append(self, role: str, text: str) -> None:
        kept = ""
        for letter in text:
            self._room -= _width(letter)
            if self._room < 0:
                break
            kept += letter
        if not kept:
            return
        line = self._lines[-1]
        # White space has no colour, so it need not end what stands before it.
        if line and (line[-1][0] == role or kept.isspace()):
            line[-1] = line[-1][0], line[-1][1] + kept
            return
        if role != "plain":
            self._spans += 1
        line.append((role if self._spans <= _MOST_SPANS else "plain", kept))

    def _span(self, role: str, text: str) -> Safe:
        if role == "plain":
            return escape(text)
        return Safe('<span style="color:{}">{}</span>').format(self._palette[role], text)


# A card is laid out twice with the same code, and the lexer is what costs.
@lru_cache(maxsize=32)
def _pieces(language: str, code: str) -> tuple[tuple[str, str], ...]:
    most = _SLOW_LEXERS.get(language, len(code))
    return (*_tokens(language, code[:most]), ("plain", code[most:]))


def _tokens(language: str, code: str) -> Iterator[tuple[str, str]]:
    """The code in pieces with what each is. Past the bound on their number, and where a lexer fails, it is plain."""
    at = 0
    if language != PLAIN:
        try:
            for count, (start, kind, text) in enumerate(_lexed(language, code)):
                if count >= _MOST_TOKENS:
                    break
                # A lexer of two languages in one gives its pieces by their place, and may leave a gap.
                if start < at:
                    continue
                if start > at:
                    yield "plain", code[at:start]
                yield _role(kind), text
                at = start + len(text)
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            # Pygments is made for code that is code; what is none may trip it.
            pass
    yield "plain", code[at:]


def _lexed(language: str, code: str) -> Iterator[tuple[int, str, str]]:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415  (see code_languages)

    # Code within Markdown could be of any language, and not only of those that are safe.
    lexer = get_lexer_by_name(language, handlecodeblocks=False)
    for start, kind, text in lexer.get_tokens_unprocessed(code):
        yield start, ".".join(kind), text


@lru_cache(maxsize=512)
def _role(kind: str) -> str:
    while kind:
        if kind in _ROLES:
            return _ROLES[kind]
        kind = kind.rpartition(".")[0]
    return "plain"


@lru_cache(maxsize=256)
def _palette(paper: Color) -> Mapping[str, str]:
    """The colours on that paper, each moved as far as it must be to read on it."""
    is_dark = paper.ink().luminance > paper.luminance
    return {
        role: Color.parse(text).readable_on(paper).hex for role, text in (_ON_DARK if is_dark else _ON_LIGHT).items()
    }


@lru_cache(maxsize=4096)
def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
