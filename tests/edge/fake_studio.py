"""A studio that does as the tests say."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from stand import Stand, stand

from frontis.errors import EmailTaken, QuotaExceeded, StudioUnavailable
from frontis.model.account import Holder, KeyKind, Plan, Project
from frontis.model.order import Registered
from frontis.model.ports import Ports
from frontis.model.usage import Attempt, Period, RenderMetrics, Usage

SECRET = "the service's own secret"
OSIG, OGSTACK = "abcdefghij", "og_live_" + "0" * 64
BOBS = "og_live_" + "b" * 64
FREE = Plan("free")
PRO = Plan("pro", is_watermarked=False)
ALICE = Holder(1, 10, KeyKind.OSIG, FREE)
SITE = Project(5, "0123456789ab", 1, FREE)


@dataclass
class FakeStudio:
    """Every port at once. limit: of each account's quota."""

    holders: dict[str, Holder] = field(default_factory=lambda: {OSIG: ALICE})
    limit: int = 1000
    taken: int = 0
    notes: Counter[bool] = field(default_factory=Counter)
    attempts: list[Attempt] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    is_down: bool = False

    async def holder(self, key: str) -> Holder | None:
        if self.is_down:
            raise StudioUnavailable
        return self.holders.get(key)

    async def project(self, public_id: str) -> Project | None:
        return SITE if public_id == SITE.public_id else None

    async def take(self, holder: Holder, dialect: str) -> Usage:
        await asyncio.sleep(0)
        if self.taken >= self.limit:
            raise QuotaExceeded((Period.DAILY,))
        self.taken += 1
        crossed = (Period.DAILY,) if self.taken == 2 else ()
        return Usage(self.taken, self.limit, self.taken, 0, crossed)

    def give_back(self, holder: Holder, dialect: str) -> None:
        self.taken -= 1

    async def usage(self, holder: Holder, dialect: str) -> Usage:
        return Usage(self.taken, self.limit)

    async def month_hits(self, holder: Holder, dialect: str) -> int:
        return self.notes[True]

    async def register(self, email: str) -> Registered:
        if email in self.people:
            raise EmailTaken(email)
        self.people.append(email)
        return Registered(email, "free", "og_sk_" + "0" * 32, datetime(2026, 2, 24, 12, tzinfo=UTC))

    def note(self, holder: Holder, dialect: str, *, is_hit: bool) -> None:
        self.notes[is_hit] += 1

    def record(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)

    async def report(self, *, hours: int) -> RenderMetrics:
        return RenderMetrics(hours, 120, 6, 0.2841, {"transient_upstream_fetch": 4, "validation_error": 2})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Ports]:
        yield Ports(self, self, self, self, self)


def standing(studio: FakeStudio, **settings: object) -> AbstractAsyncContextManager[Stand]:
    return stand(None, options={"open_ports": studio.open}, **{"secret_key": SECRET, **settings})
