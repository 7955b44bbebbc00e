"""OG Image API's JSON calls: templates, usage, health and register."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontis.dialects.ogimage.explain import answer, stamp
from frontis.dialects.ogimage.params import RegisterParameters, checked
from frontis.dialects.ogimage.parse import DEMO, posted
from frontis.model.dialect import Errand, Reply
from frontis.model.order import AccountUsage, AdmissionWish, Registered, RegisterWish, UsageWish
from frontis.model.query import Query

VERSION = "1.0.0"
"""Of the API that is spoken here."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A template as the page lists it. takes: the parameters beside the title and the subtitle."""

    id: str
    name: str
    description: str
    takes: tuple[str, ...]


_LISTED = (
    _Listed(
        "blog", "Blog Post", "Clean layout for blog articles", ("bg_color", "text_color", "accent_color", "logo_url")
    ),
    _Listed(
        "product",
        "Product",
        "Center-aligned with logo emphasis",
        ("bg_color", "text_color", "accent_color", "logo_url", "logo_position"),
    ),
    _Listed(
        "social",
        "Social",
        "Optimized for social sharing with large text",
        ("bg_color", "text_color", "accent_color"),
    ),
    _Listed("minimal", "Minimal", "Clean minimal design with wide margins", ("text_color", "bg_color")),
    _Listed("dark", "Dark Pro", "Professional dark theme with accent bar", ("accent_color", "logo_url")),
)


def templates(query: Query) -> Errand:
    """`GET /v1/templates`."""

    def tell(_: object) -> Reply:
        return answer({"templates": [_described(each, query.origin) for each in _LISTED]}, query)

    return _keyed(AdmissionWish(), tell, query)


def usage(query: Query) -> Errand:
    """`GET /v1/usage`: of the calendar month, in UTC."""

    def tell(found: AccountUsage) -> Reply:
        drawn, hits = found.usage.month_used, found.month_hits
        start, end = _month(query.asked_at)
        return answer(
            {
                "plan": found.plan,
                "period": {"start": start, "end": end},
                "usage": {
                    "generated": drawn,
                    "limit": found.usage.month_limit or None,
                    "cache_hits": hits,
                    "cache_hit_rate": round(hits / (hits + drawn), 2) if hits + drawn else 0.0,
                },
                "rate_limit": {
                    "requests_per_minute": found.minute_limit or None,
                    "current_minute_usage": found.minute_used,
                },
            },
            query,
        )

    return _keyed(UsageWish(), tell, query)


def health(query: Query) -> Reply:
    """`GET /v1/health`."""
    return answer({"status": "ok", "version": VERSION}, query)


def register(query: Query) -> Errand:
    """`POST /v1/auth/register`: an account, and the only sight of its key. Raises BadParameters."""
    asked = checked(RegisterParameters, posted(query))

    def tell(new: Registered) -> Reply:
        return answer(
            {"api_key": new.key, "email": new.email, "plan": new.plan, "created_at": stamp(new.created_at)}, query
        )

    return Errand(RegisterWish(asked.email), tell)


def _keyed(wish: AdmissionWish | UsageWish, tell: Callable[[Any], Reply], query: Query) -> Errand:
    return Errand(wish, tell, key=query.bearer or query.last("key") or "", is_key_private=bool(query.bearer))


def _described(listed: _Listed, origin: str) -> dict[str, object]:
    return {
        "id": listed.id,
        "name": listed.name,
        "description": listed.description,
        "supported_params": ["title", "subtitle", *listed.takes],
        "preview_url": f"{origin}/v1/generate?template={listed.id}&title=Preview&key={DEMO}",
    }


def _month(now: datetime) -> tuple[str, str]:
    """The first and the last second of the month."""
    _, days = monthrange(now.year, now.month)
    first = now.replace(day=1, hour=0, minute=0, second=0)
    return stamp(first), stamp(first.replace(day=days, hour=23, minute=59, second=59))
