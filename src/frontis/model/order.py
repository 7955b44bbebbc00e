"""What a dialect makes of a query: a card, or a wish for something else, and what the asker showed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from frontis.model.card import Card
from frontis.model.library import File, ImageKind, LibraryWish
from frontis.model.page import Page
from frontis.model.picture import Picture
from frontis.model.usage import Usage

if TYPE_CHECKING:
    from frontis.model.dialect import Reply, Served

Plain = str | int | float | bool
"""What a parameter's value may be before it is written into an address."""


@dataclass(frozen=True, slots=True)
class FromPage:
    """A card that is made of what a web page tells.

    url: of the page, as it was asked for. compose: pure; the facts -> the resolved card. It takes any page and raises
    nothing. wants_icon: whether it uses the icon of such a page, or its colour; for others the icon is not fetched.
    """

    url: str
    compose: Callable[[Page], Card]
    wants_icon: Callable[[Page], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture by a model that is to stand behind the words.

    model: "standard", "pro", or "" for that of the plan. prompt: what it should show, or "": then the page decides.
    """

    model: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A card that somebody asked for.

    card: resolved, so that its fingerprint is the cache key. page: what it is to be made of in place of that; then
    `card` is what can be made of the page's address alone.
    project: the public id of the project that the card is for, whose owner's plan then decides, or "".
    passes_rate_limit: for crawlers of social networks, which come when a link becomes known. What is drawn for them is
    limited all the same.
    painting: what was asked of a Painter. There is none yet, so the card is drawn without.
    key: the API key that came along, or "". is_key_private: it came in a header, where only the asker and we see it,
    and not in an address, which everybody can read in a page.
    signed_until: for a signed address the Unix second at which it ends, else None.
    permanent: the address names this very picture for good (a version token, or the service says so): it may be kept
    for ever.
    is_open: it needs no key where the route does, but so few are drawn for one client that nobody can live on them.
    tell: makes another reply of the picture than its bytes.
    """

    card: Card
    key: str = ""
    is_key_private: bool = False
    signed_until: int | None = None
    permanent: bool = False
    is_open: bool = False
    page: FromPage | None = None
    project: str = ""
    passes_rate_limit: bool = False
    painting: Painting | None = None
    tell: "Callable[[Served, Picture], Reply] | None" = None


@dataclass(frozen=True, slots=True)
class SignWish:
    """An address to be signed. parameters: in the order in which they are to stand. Its outcome is a SignedQuery."""

    parameters: tuple[tuple[str, Plain], ...]
    lifetime_seconds: int

    @property
    def site_key(self) -> str:
        """The key that will stand in the address, or ""."""
        return str(dict(self.parameters).get("key") or "")


@dataclass(frozen=True, slots=True)
class SignedQuery:
    """A query string with its signature, and when it ends."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MetricsWish:
    """What became of the renders of the last hours. Its outcome is a RenderMetrics."""

    hours: int


@dataclass(frozen=True, slots=True)
class AdmissionWish:
    """Nothing but to be let in. Its outcome is None."""


@dataclass(frozen=True, slots=True)
class RegisterWish:
    """An account, with its first key. Its outcome is a Registered, or EmailTaken."""

    email: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A new account. key: the only time that it can be shown."""

    email: str
    plan: str
    key: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UsageWish:
    """What the account that asks has used in this dialect. Its outcome is an AccountUsage."""


@dataclass(frozen=True, slots=True)
class AccountUsage:
    """What an account has used in one dialect.

    month_hits: pictures of this month that were there already. minute_limit: requests a minute, 0 for no limit;
    minute_used: those of this minute.
    """

    plan: str
    usage: Usage
    month_hits: int
    minute_limit: int
    minute_used: int


@dataclass(frozen=True, slots=True)
class GenerateWish:
    """A picture of a web page, which the account keeps. Its outcome is a Generated.

    project: the public id of the one that it is for, or "": that of the key. choices: all that was chosen for it, as
    text. template: by which it is found in listings. cards: what is drawn of the page at `url`. bind: pure; the page
    and the pictures, in the order of the cards -> the files, the picture first. It may take a while. needed: addresses
    of pictures that were asked for; without one of them nothing is kept. is_marked: the cards bear the watermark of
    the plan. is_forced: drawn anew, in place of another of that page and kind.
    """

    project: str
    url: str
    kind: ImageKind
    choices: str
    template: str
    cards: tuple[FromPage, ...]
    bind: Callable[[Page, tuple[Picture, ...]], tuple[File, ...]]
    needed: frozenset[str] = frozenset()
    is_marked: bool = True
    is_forced: bool = False


Wish = SignWish | MetricsWish | AdmissionWish | RegisterWish | UsageWish | GenerateWish | LibraryWish
