"""Who fetches a picture because somebody has posted a link: by the name that he gives himself, which proves nothing."""

import importlib.util
import json
from functools import cache, lru_cache
from pathlib import Path

PACKAGE = "crawleruseragents"
TAG = "social-preview"
# No crawler's name is nearly as long; what stands further right is not read.
LONGEST_AGENT = 512
# Those that the package lacks, or does not count among these: what OGStack's page names, Google's chat and pictures,
# Bluesky's service that reads links for posts, Pinterest and LINE by all their names, and servers of the fediverse.
ALSO = (
    "facebookbot", "facebookcatalog", "google-chat", "googlebot-image", "bluesky cardyb", "pinterestbot", "line-poker",
    "misskey", "pleroma", "akkoma",
)  # fmt: skip


def is_social_crawler(user_agent: str) -> bool:
    """Whether a User-Agent header is that of a social network's crawler. It takes some microseconds, whatever it is."""
    return _is_known(user_agent[:LONGEST_AGENT])


@lru_cache(maxsize=1024)
def _is_known(agent: str) -> bool:
    words, openings = names()
    agent = agent.lower()
    return any(word in agent for word in words) or agent.startswith(openings)


@cache
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands in the agents of such crawlers, and with what others begin; all in lower case.

    The package has regular expressions. Those that we need are words with some signs escaped, so they are looked for
    as words, which no agent can make slow; an expression that is more than that is left out.
    """
    found = importlib.util.find_spec(PACKAGE)
    # The package itself would keep all of its 1,500 entries in memory.
    folder = Path((found.submodule_search_locations or [""])[0] if found else "")
    entries = json.loads((folder / "crawler-user-agents.json").read_text("utf-8"))
    patterns = [entry["pattern"] for entry in entries if TAG in entry.get("tags", ())]
    words = {word.lower() for pattern in patterns if (word := word_of(pattern))}
    openings = {word.lower() for pattern in patterns if pattern[:1] == "^" and (word := word_of(pattern[1:]))}
    return tuple(sorted(words.union(ALSO))), tuple(sorted(openings))


def word_of(pattern: str) -> str:
    """The one text that a regular expression fits, or "" where it is not one text alone."""
    word, is_escaped = "", False
    for sign in pattern:
        if is_escaped and sign.isalnum():
            return ""
        if not is_escaped and sign == "\\":
            is_escaped = True
            continue
        if not is_escaped and sign in "^$.*+?()[]{}|":
            return ""
        word, is_escaped = word + sign, False
    return "" if is_escaped else word
