"""What of a page is worth parsing: flat, small, and cheap to parse whatever a page holds.

The time that an HTML parser takes may grow with the square of the depth, and with the square of a tag's attributes: two
megabytes of hostile markup can cost minutes. So what nests is left out before, by scans that read each character once.
"""

import re
from dataclasses import dataclass

MOST_CHARACTERS = 262_144
MOST_DATA = 10
LONGEST_DATA = 262_144
_MOST_TAGS = 3_000

# Whatever stands within these is no text of the page, or none that tells what it is about.
_OPAQUE = re.compile(
    r"<(?:!--|(script|style|svg|math|template|textarea|iframe|noframes|xmp|select|nav|footer|aside|button)\b)",
    re.IGNORECASE,
)
_LINKED_DATA = re.compile(r"type\s*=\s*[\"']?\s*application/ld\+json", re.IGNORECASE)
_TAG = re.compile(
    # What keeps its attributes; a value may hold "<" and ">".
    r"(?P<whole><(?:meta|link|base|html|time)(?=[\s/>])(?:[^\"'<>]++|\"[^\"]{0,20000}+\"|'[^']{0,20000}+'){0,200}+>)"
    # An item that is a link and nothing else belongs to a menu.
    r"|(?P<linked><li(?=[\s>])[^<>]*+>\s*+<a(?=[\s>])[^<>]*+>[^<>]*+</a\s*+>\s*+(?=</?(?:li|ul|ol)[\s>]))"
    # What is kept by its name alone.
    r"|<(?P<bare>/?(?:title|h1|h2|h3|li|p))(?=[\s/>])[^<>]*+>"
    # What does not part words.
    r"|(?P<inline></?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u"
    r"|var|wbr)(?=[\s/>])[^<>]*+>)"
    r"|</?[a-zA-Z!?][^<>]*+>",
    re.IGNORECASE,
)
_LONGEST_WHOLE = 40_000


@dataclass(frozen=True, slots=True)
class Skeleton:
    """markup: html, base, meta, link, title, time, headings, paragraphs and items of lists, none within another.

    linked_data: the texts of JSON-LD.
    """

    markup: str
    linked_data: tuple[str, ...]


def skeleton(text: str) -> Skeleton:
    """The skeleton of a page. It takes time in proportion to the page's length, and no more."""
    plain, linked_data = _without_opaque(text)
    tags = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal tags
        if found["inline"]:
            return ""
        whole, bare = found["whole"], found["bare"]
        if not (whole or bare) or tags >= _MOST_TAGS or len(whole or "") > _LONGEST_WHOLE:
            return " "
        tags += 1
        if whole:
            # A time would hold what follows; all that it has to say is in its attributes.
            return f"<meta{whole[5:]}" if whole[1:5].lower() == "time" else whole
        return f"<{bare}>"

    return Skeleton(_TAG.sub(kept, plain)[:MOST_CHARACTERS], linked_data)


def _without_opaque(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what is opaque, and the JSON-LD that was in it."""
    parts: list[str] = []
    linked_data: list[str] = []
    # What has no end after some place has none later: it is looked for once.
    endless: set[str] = set()
    at = 0
    while found := _OPAQUE.search(text, at):
        parts.append(text[at : found.start()])
        name = (found[1] or "").lower()
        end = None if name in endless else _end_of(name, text, found.end())
        if end is None:
            endless.add(name)
            at = found.end()
            if not name or name == "script":
                # A comment or a script without an end is all that comes (as browsers have it).
                return "".join(parts), tuple(linked_data)
            parts.append("<x")
            continue
        body = text[found.end() : end[0]]
        if name == "script" and len(linked_data) < MOST_DATA and len(body) <= LONGEST_DATA:
            tag, _, inside = body.partition(">")
            if _LINKED_DATA.search(tag):
                linked_data.append(inside)
        parts.append(" ")
        at = end[1]
    parts.append(text[at:])
    return "".join(parts), tuple(linked_data)


_ENDS = {name: re.compile(rf"</{name}\s*[^<>]{{0,200}}>?", re.IGNORECASE) for name in (
    "script", "style", "svg", "math", "template", "textarea", "iframe", "noframes", "xmp", "select", "nav", "footer",
    "aside", "button",
)}  # fmt: skip


def _end_of(name: str, text: str, start: int) -> tuple[int, int] | None:
    """Where the body ends and where what is opaque ends, or None."""
    if not name:
        at = text.find("-->", max(start - 2, 0))
        return (at, at + 3) if at >= 0 else None
    found = _ENDS[name].search(text, start)
    return (found.start(), found.end()) if found else None
