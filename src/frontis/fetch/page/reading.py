"""HTML -> Page: which of the many places where a page may tell a fact wins."""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from frontis.errors import AddressForbidden, BadInput
from frontis.fetch.address import parse_address
from frontis.fetch.page.charset import text_of
from frontis.fetch.page.linked import LinkedData, read_linked_data
from frontis.fetch.page.skeleton import Skeleton, skeleton
from frontis.model.color import Color
from frontis.model.page import LONGEST_TITLE, Page, host_of, without_site
from frontis.model.text import folded

LONGEST_DESCRIPTION = 600
LONGEST_SENTENCE = 240
LONGEST_NAME = 100
LONGEST_HEADING = 160
LONGEST_ADDRESS = 2048
MOST_HEADINGS = 8
MOST_POINTS = 12
_SHORTEST_PARAGRAPH = 40
_USUAL_ICON = "/favicon.ico"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]")
_ISO_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_SIDE = re.compile(r"\d+")
_TAGS = re.compile(r"<[^<>]*>")
_COUNTER = re.compile(
    r"id=\"(repo-stars-counter-star|repo-network-counter|issues-repo-tab-count)\"[^<>]{0,400}?\btitle=\"([\d,.]{1,16})\""
)
_MOST_ICON_SIDE = 256
_SIDES = {"apple": 180, "svg": 200, "plain": 32}


def read_page(data: bytes, *, url: str, charset: str = "") -> Page:
    """The facts of a page of those bytes, which was found at that address. It raises nothing.

    charset: what the header says, or "". Whatever the bytes are, it takes some hundred milliseconds at most.
    """
    text = text_of(data, charset)
    bones = skeleton(text)
    facts = _Facts(bones, url)
    linked = read_linked_data(bones.linked_data)
    counters = dict(_COUNTER.findall(text)) if host_of(url) == "github.com" else {}
    host = host_of(url).removeprefix("www.")
    icon = facts.icon()
    site_name = _first(LONGEST_NAME, facts.meta("og:site_name"), facts.meta("application-name"), linked.site_name)
    title = _first(
        LONGEST_TITLE, facts.meta("og:title"), facts.meta("twitter:title"), facts.title(), linked.title,
        facts.text("h1"), host,
    )  # fmt: skip
    return Page(
        url=url,
        title=without_site(title, site_name) or "Untitled",
        description=_first(
            LONGEST_DESCRIPTION, facts.meta("og:description"), facts.meta("twitter:description"),
            facts.meta("description"), linked.description,
        ) or facts.first_sentence(),
        site_name=site_name,
        author=_author(facts, linked),
        avatar=facts.address(linked.avatar),
        published=_day(
            facts.meta("article:published_time"), linked.published, facts.timed("datepublished"),
            facts.meta("date"), facts.meta("dc.date"), facts.meta("pubdate"),
        ),
        modified=_day(facts.meta("article:modified_time"), linked.modified, facts.meta("og:updated_time")),
        image=facts.image() or facts.address(linked.image),
        icon=icon or facts.address(_USUAL_ICON),
        is_icon_named=bool(icon),
        theme_color=facts.theme_color(),
        language=_language(facts.language(), linked.language, facts.meta("og:locale")),
        section=_first(LONGEST_NAME, facts.meta("article:section"), linked.section),
        headings=facts.texts("h2", MOST_HEADINGS) or facts.texts("h3", MOST_HEADINGS),
        points=facts.points(),
        version=_first(LONGEST_NAME, linked.version),
        code_language=_first(LONGEST_NAME, linked.code_language),
        license=_license(linked.license),
        stars=counters.get("repo-stars-counter-star", ""),
        forks=counters.get("repo-network-counter", ""),
        issues=counters.get("issues-repo-tab-count", ""),
    )  # fmt: skip


class _Facts:
    """What stands in the markup of one page."""

    def __init__(self, bones: Skeleton, url: str) -> None:
        self._tree = LexborHTMLParser(bones.markup)
        self._metas: dict[str, str] = {}
        self._times: dict[str, str] = {}
        self._links: list[dict[str, str]] = []
        self._themes: list[tuple[str, str]] = []
        for node in self._tree.css("meta, link"):
            given = {name.lower(): value or "" for name, value in node.attributes.items()}
            if node.tag == "link":
                self._links.append(given)
            else:
                self._note(given)
        base = next((node.attributes.get("href") or "" for node in self._tree.css("base")), "")
        self._base = url
        self._base = self.address(base) or url

    def _note(self, given: dict[str, str]) -> None:
        """Keep a meta tag. The first that says something wins."""
        content = given.get("content", "")
        # The protocols differ in which attribute bears the name, and pages confuse them.
        for name in filter(None, (given.get("property", ""), given.get("name", ""))):
            for each in name.lower().split():
                if content.strip():
                    self._metas.setdefault(each, content)
                if each == "theme-color":
                    self._themes.append((given.get("media", ""), content))
        if "itemprop" in given:
            self._times.setdefault(given["itemprop"].lower(), given.get("datetime") or content)

    def meta(self, name: str) -> str:
        """The content of the first meta tag of that name or property."""
        return self._metas.get(name, "")

    def timed(self, name: str) -> str:
        """The time of the first tag that has it as its itemprop."""
        return self._times.get(name, "")

    def title(self) -> str:
        """The page's <title>."""
        return self.text("title")

    def text(self, tag: str) -> str:
        """The text of the first tag of that name that has any."""
        return next(iter(self.texts(tag, 1)), "")

    def texts(self, tag: str, most: int) -> tuple[str, ...]:
        """The texts of the first tags of that name, each once."""
        found: dict[str, None] = {}
        for text in self._all_texts(tag):
            found[_cut(text, LONGEST_TITLE if most == 1 else LONGEST_HEADING)] = None
            if len(found) == most:
                break
        return tuple(found)

    def _all_texts(self, tag: str) -> Iterator[str]:
        for node in self._tree.css(tag):
            if text := folded(_own_text(node)):
                yield text

    def points(self) -> tuple[str, ...]:
        """The first items of lists, below the first heading where there is one."""
        nodes = self._tree.css("h1, h2, li")
        start = next((at for at, node in enumerate(nodes) if node.tag != "li"), 0)
        items = (folded(_own_text(node)) for node in nodes[start:] if node.tag == "li")
        return tuple(dict.fromkeys(_cut(text, LONGEST_HEADING) for text in items if text))[:MOST_POINTS]

    def first_sentence(self) -> str:
        """Of the first paragraph that is more than a few words."""
        text = next((each for each in self._all_texts("p") if len(each) >= _SHORTEST_PARAGRAPH), "")
        if len(text) <= LONGEST_SENTENCE:
            return text
        end = _SENTENCE_END.search(text)
        return text[: end.end()] if end and end.end() <= LONGEST_SENTENCE else _cut(text, LONGEST_SENTENCE)

    def language(self) -> str:
        """As the root element has it."""
        root = self._tree.css_first("html")
        return (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root else ""

    def address(self, text: str) -> str:
        """The absolute http(s) address that is meant, in canonical form, or ""."""
        text = html.unescape(text).strip() if "&amp;" in text else text.strip()
        if not text or len(text) > LONGEST_ADDRESS:
            return ""
        try:
            found = parse_address(urljoin(self._base, text)).text
        except (ValueError, AddressForbidden):
            return ""
        return found if len(found) <= LONGEST_ADDRESS else ""

    def image(self) -> str:
        """The page's own picture."""
        names = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
        given = [self.meta(name) for name in names]
        given += [link.get("href", "") for link in self._links if "image_src" in link.get("rel", "").lower().split()]
        return next((found for each in given if (found := self.address(each))), "")

    def icon(self) -> str:
        """The icon that the page names, the largest of several up to 256 pixels; "" where it names none."""
        best, most = "", 0
        for link in self._links:
            side = _icon_side(link)
            if side > most and (address := self.address(link.get("href", ""))):
                best, most = address, side
        return best

    def theme_color(self) -> str:
        """The page's theme colour, that for light screens where it has several."""
        plain = [color for media, color in self._themes if not media]
        light = [color for media, color in self._themes if media and "dark" not in media]
        for text in [*plain, *light, *(color for _, color in self._themes)]:
            try:
                color = Color.parse(text[:64])
            except BadInput:
                continue
            if color.alpha == 1:
                return color.hex
        return ""


def _own_text(node: LexborNode) -> str:
    """The text within a tag, as far as the next tag of the skeleton that begins within it."""
    text = node.text(deep=False, separator="")
    return text or node.text(deep=True, separator=" ")


def _icon_side(link: dict[str, str]) -> int:
    """How large an icon is, 0 for what is none: by what the tag says, else by what is usual."""
    rel = link.get("rel", "").lower().split()
    is_apple = any(each.startswith("apple-touch-icon") for each in rel)
    if not is_apple and "icon" not in rel:
        return 0
    if "dark" in link.get("media", ""):
        return 1
    sides = [int(each[:6]) for each in _SIDE.findall(link.get("sizes", "")[:200])]
    if sides:
        return min(max(*sides, 1), _MOST_ICON_SIDE)
    is_drawing = "svg" in link.get("type", "") or link.get("href", "").lower().split("?")[0].endswith(".svg")
    return _SIDES["apple" if is_apple else "svg" if is_drawing else "plain"]


def _author(facts: _Facts, linked: LinkedData) -> str:
    for text in (facts.meta("author"), linked.author, facts.meta("article:author"), facts.meta("dc.creator")):
        name = _cut(folded(text), LONGEST_NAME)
        # Facebook's own reading of article:author is the address of a profile.
        if name and not re.match(r"(?:https?:)?//|www\.", name):
            return name
    return ""


def _first(longest: int, *texts: str) -> str:
    """The first text that says anything, on one line, and no longer than that."""
    return next((_cut(found, longest) for text in texts if (found := folded(text[: 8 * longest]))), "")


def _cut(text: str, longest: int) -> str:
    """So much of it, as whole words; far more than is ever drawn."""
    if len(text) <= longest:
        return text
    head, space, _ = text[:longest].rpartition(" ")
    return f"{head.rstrip()}…" if space and len(head) > longest // 2 else f"{text[: longest - 1]}…"


def _day(*texts: str) -> str:
    """The first of these times that can be read, as the day that it is in its own time zone."""
    for text in texts:
        text = text.strip()[:64]  # noqa: PLW2901  (the same text, bounded)
        if found := _ISO_DATE.match(text):
            year, month, day = map(int, found.groups())
        else:
            try:
                moment = parsedate_to_datetime(text) if text else None
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
            if moment is None:
                continue
            year, month, day = moment.year, moment.month, moment.day
        try:
            return datetime(year, month, day).date().isoformat()  # noqa: DTZ001  (a day, not a moment)
        except ValueError:
            continue
    return ""


def _language(*texts: str) -> str:
    return next((found[0].replace("_", "-") for text in texts if (found := _LANGUAGE.fullmatch(text.strip()))), "")


def _license(text: str) -> str:
    """The name of a licence: the last part of its address, as "MIT" of https://opensource.org/licenses/MIT."""
    text = folded(_TAGS.sub("", text[:400]))
    if re.match(r"https?://", text):
        text = text.rstrip("/").rpartition("/")[2].removesuffix(".html")
    return _cut(text, 40)
