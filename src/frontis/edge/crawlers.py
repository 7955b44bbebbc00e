"""Tells the programs that fetch a picture as soon as a link is posted, and will not come again for a week."""

import re
from functools import cache, lru_cache

# What the list lacks, by each vendor's own words in its requests.
_MORE = ("line-poker", "Google-Chat", "Cardyb", "Misskey", "Pleroma", "Akkoma", "Zoom-Bot", "facebookcatalog")
_TAG = "social-preview"
_LONGEST = 400


def is_social_crawler(user_agent: str) -> bool:
    """Whether a User-Agent says so. Anybody can say so: it decides how a failure is told, and never who may come in."""
    return _is_listed(user_agent[:_LONGEST]) if user_agent else False


@lru_cache(maxsize=1_024)
def _is_listed(user_agent: str) -> bool:
    return bool(_pattern().search(user_agent))


@cache
def _pattern() -> re.Pattern[str]:
    # A list of half a megabyte, loaded with the first answer that went wrong.
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA  # noqa: PLC0415

    listed = (each["pattern"] for each in CRAWLER_USER_AGENTS_DATA if _TAG in each.get("tags", ()))
    return re.compile("|".join([*listed, *map(re.escape, _MORE)]), re.IGNORECASE)
