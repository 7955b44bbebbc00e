"""What a web page tells about itself, or what its address alone tells of it."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

import idna

from frontis.model.text import folded

_PARTING = re.compile(r"[-_+.\s]+")
_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp|md|txt|xml|pdf)$", re.IGNORECASE)
# A number of a database, or the like, says nothing to people: /p/8f14e45fceea167a.
_NUMBER = re.compile(r"\d+|(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*", re.IGNORECASE)
_INDEX = frozenset({"index", "default", "home"})
_SMALL_WORDS = re.compile("an?|and|as|at|but|by|for|from|in|into|nor|of|on|or|per|the|to|via|vs|with")
_PARTING_SIGNS = ("|", "-", "–", "—", "·", "•", "»", "›", ":")
_LONGEST_PATH = 2048
_MOST_SEGMENTS = 12
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Page:
    """The facts of a web page. Texts are plain, on one line; what is missing is "" or ().

    url: where it was found in the end. title: never "". published, modified: as "2026-03-12". image, icon, avatar:
    absolute addresses, http or https; the avatar is the author's. is_icon_named: the page names its icon; else it is
    only where icons usually are. theme_color, icon_color: as "#3b82f6"; the latter is what its icon shows most of.
    language: as the page writes it, such as "de-AT". section: the part of the site that it belongs to. headings: below
    the title. points: of its first list. version, code_language, license, stars, forks, issues: of software.
    is_read: False where nothing could be read, so that all is from the address.
    """

    url: str
    title: str
    description: str = ""
    site_name: str = ""
    author: str = ""
    avatar: str = ""
    published: str = ""
    modified: str = ""
    image: str = ""
    icon: str = ""
    is_icon_named: bool = False
    theme_color: str = ""
    icon_color: str = ""
    language: str = ""
    section: str = ""
    headings: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    version: str = ""
    code_language: str = ""
    license: str = ""
    stars: str = ""
    forks: str = ""
    issues: str = ""
    is_read: bool = True

    @property
    def host(self) -> str:
        """Its host as people read it: without "www." and the port, international names in their own letters."""
        return host_of(self.url).removeprefix("www.")

    @property
    def path(self) -> tuple[str, ...]:
        """The segments of its path, decoded."""
        return path_of(self.url)

    @classmethod
    def of_address(cls, url: str) -> Self:
        """The page as its address alone tells of it: the last part of the path in words, or the host."""
        words = (in_words(each) for each in reversed(path_of(url)))
        title = next((each for each in words if each), "") or host_of(url).removeprefix("www.") or "Untitled"
        return cls(url=url, title=title[:LONGEST_TITLE], is_read=False)


def without_site(title: str, site: str) -> str:
    """The title without the site's name at its end: "Hello | Example" is "Hello"."""
    head = title.removesuffix(site).rstrip() if site else title
    if head == title or not head.endswith(_PARTING_SIGNS):
        return title
    bare = head[:-1]
    # A sign that touches a word belongs to it.
    return bare.rstrip() if bare.rstrip() and bare != bare.rstrip() else title


def host_of(url: str) -> str:
    """The host of an address, in lower case and without its port; "" where it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    host = host.rstrip(".")
    try:
        return idna.decode(host) if "xn--" in host else host
    except UnicodeError:
        return host


def path_of(url: str) -> tuple[str, ...]:
    """The segments of the path of an address, decoded, without empty ones."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ()
    segments = (folded(unquote(each)) for each in path[:_LONGEST_PATH].split("/"))
    return tuple(each for each in segments if each)[:_MOST_SEGMENTS]


def in_words(segment: str) -> str:
    """A segment of a path as a title: "the-art_of-naming.html" is "The Art of Naming". "" where it is no words."""
    segment = _ENDING.sub("", segment)
    has_letters = any(letter.isalpha() for letter in segment)
    if not has_letters or _NUMBER.fullmatch(segment) or segment.lower() in _INDEX:
        return ""
    words = [each for each in _PARTING.split(segment) if each]
    # What a slug ends in is often a number that only tells it from others.
    while len(words) > 1 and len(words[-1]) >= 8 and _NUMBER.fullmatch(words[-1]):
        words.pop()
    return " ".join(_capital(word, is_first=not at) for at, word in enumerate(words))


def _capital(word: str, *, is_first: bool) -> str:
    # A word that has capitals, or digits, has been given its form by somebody.
    if word != word.lower() or (_SMALL_WORDS.fullmatch(word) and not is_first):
        return word
    return word[0].upper() + word[1:]
