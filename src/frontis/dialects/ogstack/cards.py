"""A page's facts, and the style that was asked for -> a card."""

import re
from dataclasses import dataclass
from functools import lru_cache, partial

from frontis.dialects.ogstack.dates import written
from frontis.errors import BadInput, UnknownTemplate
from frontis.model.card import Card, Value
from frontis.model.color import Color
from frontis.model.order import FromPage
from frontis.model.page import Page, in_words
from frontis.model.template import Kind, Template
from frontis.model.text import cut, folded
from frontis.templates import catalogue

SIZE = (1200, 630)
DEFAULT_ACCENT = "#3B82F6"
LONGEST_TITLE = 120
LONGEST_DESCRIPTION = 160

TEMPLATES = {
    slug: "ogstack-" + slug.replace("_", "-")
    for slug in (
        "aurora", "billboard", "blog_card", "changelog", "docs_page", "editorial", "github_repo", "minimal", "panorama",
        "product_launch", "showcase",
    )
}  # fmt: skip
FONTS = {
    "inter": "Inter",
    "plus-jakarta-sans": "Plus Jakarta Sans",
    "space-grotesk": "Space Grotesk",
    "jetbrains-mono": "JetBrains Mono",
    "noto-sans": "Noto Sans",
    "instrument-serif": "Instrument Serif",
}
# Where a template has room for more or fewer than the usual 160.
_DESCRIPTIONS = {
    "billboard": 140, "blog_card": 140, "changelog": 120, "docs_page": 180, "editorial": 220, "github_repo": 150,
    "panorama": 200, "product_launch": 110, "showcase": 200,
}  # fmt: skip
_VERSION = re.compile(r"(?<![\w.,$€£])v?\d{1,4}\.\d{1,4}(?:\.\d{1,6})?(?![\w.]*\d|\s?[%€$£])", re.IGNORECASE)
_LEAST_CHROMA = 0.08


@dataclass(frozen=True, slots=True)
class Style:
    """How a card is asked for. slug: of the template. accent, logo: "" for none, so that the page decides."""

    slug: str = "editorial"
    accent: str = ""
    is_dark: bool = True
    font: str = "inter"
    logo: str = ""
    logo_position: str = "top-left"


def from_page(url: str, style: Style, size: tuple[int, int] = SIZE) -> FromPage:
    """What is to be made of the page at that address. Raises UnknownTemplate."""
    template = template_of(style.slug)
    shows_icon = "icon_image" in template.variables
    return FromPage(
        url,
        partial(compose, style=style, size=size),
        lambda page: shows_icon or not (style.accent or _telling(page.theme_color)),
    )


# Whoever asks for a card asks for it again, and a page is kept for some minutes.
@lru_cache(maxsize=2048)
def compose(page: Page, style: Style, size: tuple[int, int] = SIZE) -> Card:
    """The resolved card of a page. Only what the template has a place for is part of it. Raises UnknownTemplate."""
    template = template_of(style.slug)
    given = {**_words(page, style), **_pictures(page, style), **_looks(page, style)}
    fitting = {name: fitted(template, name, value) for name, value in given.items() if name in template.variables}
    return catalogue().resolve(Card(template.id, fitting, size))


def template_of(slug: str) -> Template:
    """The template of a slug. Raises UnknownTemplate."""
    if slug not in TEMPLATES:
        raise UnknownTemplate(slug, TEMPLATES)
    return catalogue().look(TEMPLATES[slug]).template


def version_in(*texts: str) -> str:
    """The first version that is named, such as "v2.4.0"; "" where none is. A price or a share is none."""
    found = next((found[0] for text in texts if (found := _VERSION.search(text))), "")
    return f"v{found.lstrip('vV')}" if found else ""


def _words(page: Page, style: Style) -> dict[str, Value]:
    is_repository = style.slug == "github_repo"
    title, description = _of_repository(page) if is_repository else (page.title, page.description)
    in_path = [words for each in page.path if (words := in_words(each))]
    # The last part of the path is the page itself, and one of two letters a language.
    above = [words for each in page.path[:-1] if len(words := in_words(each)) > 2]
    version = version_in(page.title, page.description, page.version)
    return {
        "title": cut(title, LONGEST_TITLE),
        "description": cut(description, _DESCRIPTIONS.get(style.slug, LONGEST_DESCRIPTION)),
        "site": page.site_name,
        "host": page.host,
        # The path of a repository is its owner and its name.
        "path": page.path if is_repository else tuple(in_path),
        "kicker": page.section or next(iter(above), ""),
        "author": page.author,
        "date": written(page.published or page.modified, page.language),
        "headings": page.headings,
        "version": version,
        "release": version,
        "entries": page.points,
        "stars": page.stars,
        "forks": page.forks,
        "issues": page.issues,
        "language": page.code_language,
        "license": page.license,
    }


def _of_repository(page: Page) -> tuple[str, str]:
    """Title and description of a repository's page, without the owner and the name that its path tells already.

    GitHub's are "GitHub - owner/name: What it is" and "What it is. Contribute to owner/name development by …".
    """
    name = "/".join(page.path[:2])
    head, colon, what = page.title.partition(f"{name}:")
    title = what.strip() if colon and head in ("", "GitHub - ") else page.title
    if title in (name, f"GitHub - {name}"):
        title = name.rpartition("/")[2]
    description = page.description.partition(f"Contribute to {name} development")[0].strip()
    return title or page.title, "" if description.rstrip(".") == title.rstrip(".") else description


def _pictures(page: Page, style: Style) -> dict[str, Value]:
    return {"avatar": page.avatar, "image": page.image, "icon_image": page.icon, "logo": style.logo}


def _looks(page: Page, style: Style) -> dict[str, Value]:
    return {
        "accent": accent_of(page, style),
        "dark": style.is_dark,
        "font": FONTS[style.font],
        "logo_position": style.logo_position,
    }


def accent_of(page: Page, style: Style) -> str:
    """The colour of the small things: what was asked for, else the page's own, else its icon's."""
    return style.accent or _telling(page.theme_color) or page.icon_color or DEFAULT_ACCENT


def _telling(color: str) -> str:
    """The theme colour, unless it is paper or ink, which is nobody's own."""
    if not color:
        return ""
    seen = Color.parse(color)
    levels = (seen.red, seen.green, seen.blue)
    is_grey = max(levels) - min(levels) < _LEAST_CHROMA
    return "" if is_grey and not 0.02 < seen.luminance < 0.75 else color


def fitted(template: Template, name: str, value: Value) -> Value:
    """The value within the limits of its variable, so that no page is refused."""
    variable = template.variables[name]
    if isinstance(value, tuple):
        return tuple(cut(folded(each), variable.longest) for each in value if folded(each))[: variable.most]
    if not isinstance(value, str):
        return value
    if variable.kind is Kind.IMAGE:
        return value if len(value) <= variable.longest else ""
    value = cut(folded(value), variable.longest)
    try:
        return variable.accept(value)
    except BadInput:
        return variable.default
