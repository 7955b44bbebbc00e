"""What belongs into a page: OSIG's `/api/onboarding/meta` and `/api/integrations/wordpress`."""

from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import quote_plus, unquote

from frontis.dialects.osig.body import posted, signing
from frontis.dialects.osig.params import OnboardingParameters, Parameters, Published, WordPressParameters
from frontis.dialects.osig.parse import SIZES, carried, picture_address
from frontis.dialects.osig.snippet import snippet
from frontis.model.dialect import Errand
from frontis.model.order import Plain
from frontis.model.output import Format
from frontis.model.query import Query
from frontis.model.text import folded

_VALIDATORS = {
    "Twitter/X Card Validator": "https://cards-dev.twitter.com/validator?url=",
    "Facebook Sharing Debugger": "https://developers.facebook.com/tools/debug/?q=",
    "LinkedIn Post Inspector": "https://www.linkedin.com/post-inspector/inspect/",
    "Google Rich Results": "https://search.google.com/test/rich-results?url=",
}


def meta(query: Query) -> Errand:
    """`POST /api/onboarding/meta`: a signed address, the tags to copy, and where to validate them. Raises BadBody."""
    asked = posted(OnboardingParameters, query)

    def tell(address: str) -> Mapping[str, object]:
        page = quote_plus(asked.page_url)
        return {
            "meta_tags": "\n".join(_tags(asked, address)),
            "validation_links": {name: start + page for name, start in _VALIDATORS.items()},
        }

    # The wizard's address has a key only where one is given.
    key = [("key", asked.key)] if asked.key else []
    given = [*key, *_parameters(asked, asked.title, asked.subtitle, picture_address(asked.image_url))]
    return signing(query, given, asked.expires_in_seconds, tell)


def wordpress(query: Query) -> Errand:
    """`POST /api/integrations/wordpress`: the fields of a post as a card, and PHP for the theme. Raises BadBody."""
    asked = posted(WordPressParameters, query)
    title, subtitle = _title(asked), _first(asked.subtitle, asked.excerpt, asked.description)
    image, fallbacks = _image(asked)
    mapped = {
        "page_url": asked.page_url,
        "title": title,
        "subtitle": subtitle,
        "image_url": image,
        "style": asked.style,
        "site": asked.site,
        "font": asked.font,
        "eyebrow": asked.eyebrow,
        "format": asked.format,
    }

    def tell(address: str) -> Mapping[str, object]:
        base, _, _ = address.partition("?")
        return {"mapped_fields": mapped, "fallbacks": fallbacks, "snippet": snippet(asked, base)}

    given = [("key", asked.key), *_parameters(asked, title, subtitle, image)]
    return signing(query, given, asked.expires_in_seconds, tell)


def _parameters(asked: Published, title: str, subtitle: str, image: str) -> Iterator[tuple[str, Plain]]:
    """What is signed: the words and choices even where they are blank, the rest only where it is set."""
    yield "style", asked.style
    yield "site", asked.site
    yield "font", asked.font
    yield "title", carried(title)
    yield "subtitle", carried(subtitle)
    yield "eyebrow", carried(asked.eyebrow)
    yield "format", asked.format
    optional = {"image_url": image, "quality": asked.quality, "max_kb": asked.max_kb, "v": asked.version.strip()}
    yield from ((name, value) for name, value in optional.items() if value not in (None, ""))


def _tags(asked: OnboardingParameters, address: str) -> Iterator[str]:
    card = Parameters.model_validate({"site": asked.site, "format": asked.format})
    width, height = SIZES[card.site]
    for name, content in (
        ("og:type", "website"),
        ("og:title", asked.title),
        ("og:description", asked.subtitle),
        ("og:url", asked.page_url),
        ("og:image", address),
        ("twitter:card", "summary_large_image"),
        ("twitter:title", asked.title),
        ("twitter:description", asked.subtitle),
        ("twitter:image", address),
        ("og:image:alt", asked.title),
        ("og:image:width", width),
        ("og:image:height", height),
        ("og:image:type", Format(card.format).media_type),
    ):
        attribute = "property" if name.startswith("og:") else "name"
        # One tag is one line.
        yield f'<meta {attribute}="{name}" content="{escape(folded(str(content)))}" />'


def _title(asked: WordPressParameters) -> str:
    # WordPress keeps what is not ASCII percent-encoded in a slug.
    slug = unquote(asked.post_name).replace("-", " ").replace("_", " ")
    return _first(asked.title, asked.post_title, asked.seo_title, slug.title())


def _image(asked: WordPressParameters) -> tuple[str, list[str]]:
    """The first picture that has an address, and what had to stand in for it."""
    own = (asked.featured_image_url, asked.featured_image, asked.logo_url)
    if found := _first(*map(picture_address, own)):
        return found, []
    fallback = picture_address(asked.fallback_image_url)
    return fallback, ["image_fallback" if fallback else "image_missing"]


def _first(*texts: str) -> str:
    """The first that is not blank, trimmed."""
    return next((text.strip() for text in texts if text.strip()), "")
