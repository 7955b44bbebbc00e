"""What a page tells in JSON-LD (https://schema.org)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Thing = dict[str, Any]

_MOST_THINGS = 400
_MOST_NAMES = 3
# What some pages wrap JSON in, so that very old browsers do not show it.
_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[")
_CLOSINGS = ("-->", "//]]>", "// ]]>", "]]>", ";")
# What a page can be about, the most telling first. Site, organization and crumbs are about more than this page.
_TOPICS = (
    frozenset({"Article", "NewsArticle", "BlogPosting", "TechArticle", "Report", "ScholarlyArticle", "LiveBlogPosting",
               "SocialMediaPosting", "DiscussionForumPosting", "QAPage", "HowTo", "Recipe", "Review"}),
    frozenset({"SoftwareApplication", "SoftwareSourceCode", "WebApplication", "MobileApplication", "VideoGame",
               "Product", "Book", "Course", "Event", "JobPosting", "VideoObject", "PodcastEpisode", "Movie",
               "Dataset"}),
    frozenset({"WebPage", "AboutPage", "CollectionPage", "ItemPage", "ProfilePage", "FAQPage", "Blog"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What was told, as it was written: "" where it was not. image, avatar, license may be any address or word."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    author: str = ""
    avatar: str = ""
    published: str = ""
    modified: str = ""
    image: str = ""
    language: str = ""
    section: str = ""
    version: str = ""
    code_language: str = ""
    license: str = ""


def read_linked_data(texts: Iterable[str]) -> LinkedData:
    """What the scripts of a page tell. What is no JSON counts as nothing."""
    things = _Things(texts)
    topic = things.topic
    if not topic and not things.all:
        return LinkedData()
    software = next((each for each in things.all if _is_any(each, _TOPICS[1])), topic)
    authors = things.listed(topic, "author") or things.listed(topic, "creator")
    names = [name for each in authors if (name := things.name(each))]
    return LinkedData(
        title=_text(topic, "headline") or _text(topic, "name"),
        description=_text(topic, "description"),
        site_name=things.site_name(topic),
        author=", ".join(dict.fromkeys(names[:_MOST_NAMES])),
        avatar=things.address(authors[0].get("image")) if authors and isinstance(authors[0], dict) else "",
        published=_text(topic, "datePublished"),
        modified=_text(topic, "dateModified"),
        image=things.address(topic.get("image")) or things.address(topic.get("thumbnailUrl")),
        language=_text(topic, "inLanguage"),
        section=_text(topic, "articleSection"),
        version=_text(software, "softwareVersion") or _text(software, "version"),
        code_language=next(map(things.name, things.listed(software, "programmingLanguage")), ""),
        license=next(map(things.name, things.listed(software, "license")), ""),
    )


class _Things:
    """All that is told about, at the top or in a graph, and what stands behind an @id."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.all: list[Thing] = []
        for text in texts:
            self.all += _unfolded(_parsed(text), _MOST_THINGS - len(self.all))
        self._by_id = {each["@id"]: each for each in self.all if isinstance(each.get("@id"), str) and len(each) > 1}
        self.topic: Thing = next((each for kinds in _TOPICS for each in self.all if _is_any(each, kinds)), {})

    def listed(self, thing: Thing, key: str) -> list[Any]:
        """The values of a property, each as a text or a thing."""
        value = thing.get(key)
        values = value[:20] if isinstance(value, list) else [value]
        return [self._behind(each) for each in values if isinstance(each, str | dict) and each]

    def name(self, value: Any) -> str:  # noqa: ANN401  (whatever JSON may hold)
        """What a text or a thing is called."""
        if isinstance(value, dict):
            return _text(value, "name") or _text(value, "url")
        return value if isinstance(value, str) else ""

    def address(self, value: Any) -> str:  # noqa: ANN401
        """The address of a picture: a text, a thing, or the first of a list."""
        value = value[0] if isinstance(value, list) and value else value
        value = self._behind(value)
        if isinstance(value, dict):
            return _text(value, "url") or _text(value, "contentUrl")
        return value if isinstance(value, str) else ""

    def site_name(self, topic: Thing) -> str:
        """The name of the site: its own, or its publisher's."""
        sites = [each for each in self.all if _is_any(each, frozenset({"WebSite"}))]
        own = next((name for each in sites if (name := _text(each, "name"))), "")
        behind = [*self.listed(topic, "isPartOf"), *self.listed(topic, "publisher")]
        return own or next((name for each in behind if isinstance(each, dict) and (name := _text(each, "name"))), "")

    def _behind(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict) and isinstance(value.get("@id"), str):
            return {**self._by_id.get(value["@id"], {}), **value}
        return value


def _parsed(text: str) -> Any:  # noqa: ANN401
    for opening in _OPENINGS:
        text = text.strip().removeprefix(opening)
    for closing in _CLOSINGS:
        text = text.strip().removesuffix(closing)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _unfolded(value: Any, most: int) -> Iterator[Thing]:  # noqa: ANN401
    """The things at the top, of a list and of a graph, and what they are mainly about."""
    waiting = [value]
    while waiting and most > 0:
        here = waiting.pop(0)
        if isinstance(here, list):
            waiting += here[:most]
        elif isinstance(here, dict):
            most -= 1
            yield here
            waiting += [here[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in here]


def _is_any(thing: Thing, kinds: frozenset[str]) -> bool:
    kind = thing.get("@type")
    named = kind if isinstance(kind, list) else [kind]
    return any(isinstance(each, str) and each.rpartition("/")[2] in kinds for each in named)


def _text(thing: Thing, key: str) -> str:
    value = thing.get(key)
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
