"""Who asks: keys, the accounts behind them, and what their plan allows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ACCOUNT_MARK = "account-"


def account_mark(account: int) -> str:
    """Under which the finished pictures of an account are found."""
    return f"{ACCOUNT_MARK}{account}"


class KeyKind(StrEnum):
    """The four shapes of keys, each after the service that gives out such keys."""

    OSIG = "osig"
    OGIMAGE = "ogimage"
    OGSTACK = "ogstack"
    URLPIX = "urlpix"


_SHAPES = {
    KeyKind.OSIG: re.compile(r"[A-Za-z0-9]{10}"),
    KeyKind.OGIMAGE: re.compile(r"og_sk_[0-9a-f]{32}"),
    KeyKind.OGSTACK: re.compile(r"og_live_[0-9a-f]{64}"),
    KeyKind.URLPIX: re.compile(r"sk_live_[A-Za-z0-9]{32}"),
}
LONGEST_KEY = 72


def kind_of_key(text: str) -> KeyKind | None:
    """The kind of key that a text has the shape of, or None."""
    return next((kind for kind, shape in _SHAPES.items() if shape.fullmatch(text)), None)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a plan allows in one dialect. 0: as much as is asked for."""

    requests_per_minute: int = 0
    images_per_day: int = 0
    images_per_month: int = 0


UNLIMITED = Allowance()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an account may do.

    allowances: by the dialect's name; a dialect that is not there is unlimited. may_use_urlpix: URLPix's `/v1/og` is
    for those that pay there. ai_standard_per_month, ai_pro_per_month: pictures by a model of that class.
    """

    name: str
    is_watermarked: bool = True
    may_use_urlpix: bool = False
    ai_standard_per_month: int = 0
    ai_pro_per_month: int = 0
    allowances: Mapping[str, Allowance] = field(default_factory=dict)

    def allowance(self, dialect: str) -> Allowance:
        """What it allows in that dialect."""
        return self.allowances.get(dialect, UNLIMITED)


@dataclass(frozen=True, slots=True)
class Project:
    """A site of an account.

    account: its number. public_id: 12 characters, which stand in public addresses. domains: lower-case host names; with
    none, every host is the project's. signing_secret: signs its addresses in place of the service's own key, or "".
    requires_signature: its unsigned addresses are refused.
    """

    number: int
    public_id: str
    account: int
    plan: Plan
    is_active: bool = True
    domains: tuple[str, ...] = ()
    signing_secret: str = field(default="", repr=False)
    requires_signature: bool = False

    def owns(self, host: str) -> bool:
        """Whether a host, with its port or without, is one of the domains or a subdomain of one."""
        host = host.lower().rstrip(".")
        bare = host.rpartition(":")[0] if re.search(r":\d+$", host) and not host.endswith("]") else host
        known = set(self.domains)
        return not known or host in known or any(bare == each or bare.endswith("." + each) for each in known)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands behind a key that is good.

    account, key: their numbers; a key of 0 is none: a project stands for its owner. kind: of the key. project: that the
    key is bound to. is_superuser: may see what concerns the whole service.
    """

    account: int
    key: int
    kind: KeyKind
    plan: Plan
    project: Project | None = None
    is_superuser: bool = False
