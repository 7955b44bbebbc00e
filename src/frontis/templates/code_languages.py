"""The programming languages that can be coloured: Pygments', as far as none of them can be made to take long."""

import re
from functools import cache

from frontis.errors import BadInput, nearest

# Pygments knows six hundred. A lexer is a heap of regular expressions, and a bad one holds up the whole process: these
# are the ones that people show on cards, each tried with hostile texts (tests/templates/test_highlighting.py).
LANGUAGES = (
    "bash", "c", "clojure", "cmake", "console", "cpp", "csharp", "css", "dart", "diff", "docker", "elixir", "elm",
    "erlang", "go", "graphql", "haskell", "html", "ini", "java", "javascript", "json", "julia", "kotlin",
    "less", "lua", "make", "markdown", "matlab", "nginx", "nix", "objective-c", "ocaml", "perl", "php",
    "powershell", "protobuf", "python", "r", "ruby", "rust", "scheme", "scss", "solidity", "sql", "swift", "tcl",
    "terraform", "toml", "tsx", "typescript", "xml", "yaml", "zig",
)  # fmt: skip
PLAIN = "text"

# For three near relatives stand in: on forty backslashes in a string (Scala), forty times "&a;" (F#) or "](" (Groovy)
# Pygments' own lexers take for ever.
_OTHER_NAMES = {
    "f#": "ocaml", "fs": "ocaml", "fsharp": "ocaml", "gradle": "java", "groovy": "java", "htm": "html",
    "jsonc": "json", "json5": "json", "jsx": "javascript", "mjs": "javascript", "none": PLAIN, "plain": PLAIN,
    "plaintext": PLAIN, "scala": "kotlin", "shell": "bash", "svelte": "html", "txt": PLAIN, "vue": "html",
}  # fmt: skip
_LONGEST_NAME = 40
_GLOB = re.compile(r"\*\.([A-Za-z0-9+_-]+)")
# What only one language says, the plainest first. Each is looked for at the beginning of a line, and has no repeat
# within a repeat, so that it reads a text once.
_TELLTALES = tuple(
    (language, re.compile(pattern, re.MULTILINE))
    for language, pattern in (
        ("bash", r"\A#!.{0,60}sh\b"),
        ("python", r"\A#!.{0,60}python"),
        ("javascript", r"\A#!.{0,60}node\b"),
        ("php", r"\A<\?php"),
        ("html", r"\A\s{0,20}<(?:!doctype|html|head|body|div|p|a|ul|main|section|script|template)\b"),
        ("xml", r"\A\s{0,20}<[?\w]"),
        ("diff", r"^(?:diff --git |@@ -\d)"),
        ("docker", r"\AFROM [\w./:-]{1,80}(?: AS |$)"),
        ("json", r'\A\s{0,20}[\[{]\s{0,20}"'),
        ("go", r"^package \w+$"),
        ("rust", r"^ {0,20}(?:pub )?(?:fn|impl|mod|use|struct|enum) .{0,120}[;{]$"),
        ("csharp", r"^using [\w.]{1,80};$"),
        ("java", r"^(?:import java|package [\w.]{1,80};|public (?:final )?(?:class|interface|record) )"),
        ("cpp", r"^(?:#include <(?:iostream|vector|string|memory|map|algorithm)>|using namespace )"),
        ("c", r"^#include [<\"]"),
        ("typescript", r"^ {0,20}(?:export )?(?:interface|type) \w+.{0,80}[={]$"),
        (
            "javascript",
            r"^ {0,20}(?:(?:export )?(?:const|let|var|async function|function) \w|import .{0,120} from ['\"])",
        ),
        ("ruby", r"^ {0,20}(?:require ['\"]|def \w.{0,80}[^:]$|class \w+ < \w)"),
        ("python", r"^ {0,20}(?:def \w.{0,160}:$|class \w.{0,80}:$|from [\w.]{1,80} import |import \w|@\w)"),
        ("sql", r"(?i)^\s{0,20}(?:select|insert into|create table|update|delete from|with \w+ as) "),
        ("css", r"^ {0,20}(?:[.#:]?[\w.#:-]{1,60} ?\{$|@media )"),
        ("console", r"^\$ \w"),
        ("toml", r"^\[[\w.\"-]{1,80}\]$"),
        ("yaml", r"^(?:---$|[\w-]{1,60}:(?: \S|$))"),
    )
)


@cache
def _names() -> dict[str, str]:
    """Every name of a language that we know, in lower case -> ours: Pygments' own, and the ends of files."""
    from pygments.lexers import LEXERS  # noqa: PLC0415  (it takes 15 ms, and most cards show no code)

    known = {PLAIN: PLAIN} | {name: name for name in LANGUAGES} | _OTHER_NAMES
    for _, title, aliases, files, _ in LEXERS.values():
        ours = next((name for name in LANGUAGES if name in aliases), None)
        if ours:
            ends = [match[1] for glob in files if (match := _GLOB.fullmatch(glob))]
            for name in (title, *aliases, *ends):
                known.setdefault(name.lower(), ours)
    return known


def known_language(name: str) -> str:
    """Our name for a language, whatever it is called: "Python", "py". Raises BadInput, with the nearest name."""
    known = _names().get(name.lower())
    if known is None:
        near = nearest(name[:_LONGEST_NAME], _names())
        raise BadInput(
            "language", f"there is no language {name[:_LONGEST_NAME]!r} that can be coloured", suggestion=near
        )
    return known


def guessed_language(code: str, file: str = "") -> str:
    """The language that the end of a file's name tells, or else the text; PLAIN where neither does."""
    _, dot, end = file.rpartition(".")
    if dot and end.lower() in _names():
        return _names()[end.lower()]
    if file.lower() in ("dockerfile", "makefile"):
        return _names()[file.lower().removesuffix("file")]
    return next((language for language, telltale in _TELLTALES if telltale.search(code)), PLAIN)
