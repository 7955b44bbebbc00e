"""For how long an original is good, and how its server is asked whether it still is (RFC 9111, RFC 9110 chapter 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Whatever a server says: a herd is not to ask it each second, and a changed logo is to be seen within a day.
SHORTEST_SECONDS = 60.0
LONGEST_SECONDS = 86_400.0
_LONGEST_HEADER = 500
_MAX_AGE = re.compile(r'\s*max-age\s*=\s*"?([0-9]{1,9})"?\s*', re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_DATE = re.compile(r"[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server tells a version by, "" where it does not. Nothing else than what they may be is sent back."""

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Validators":
        """Those of an answer."""
        etag, date = headers.get("ETag", ""), headers.get("Last-Modified", "")
        return cls(etag if _TAG.fullmatch(etag) else "", date if _DATE.fullmatch(date) else "")

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    def questions(self) -> dict[str, str]:
        """The headers that ask for a body only if there is another version."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


UNKNOWN = Validators()


def fresh_seconds(headers: Mapping[str, str], usual: float) -> float:
    """For how long an answer need not be asked for again. usual: where its server says nothing that can be read."""
    directives = headers.get("Cache-Control", "")[:_LONGEST_HEADER].split(",")
    if any(each.strip().lower() in ("no-cache", "no-store") for each in directives):
        return SHORTEST_SECONDS
    said = next((float(found[1]) for each in directives if (found := _MAX_AGE.fullmatch(each))), None)
    return usual if said is None else min(max(said, SHORTEST_SECONDS), LONGEST_SECONDS)


def may_be_stored(headers: Mapping[str, str]) -> bool:
    """Whether an answer may be written to a disk."""
    directives = headers.get("Cache-Control", "")[:_LONGEST_HEADER].split(",")
    return all(each.strip().lower() != "no-store" for each in directives)
