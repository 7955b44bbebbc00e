"""Accounts with a quota, and clocks, for the tests of metering."""

import asyncio
from collections.abc import Awaitable, Callable

from frontis.model.account import Allowance, Holder, KeyKind, Plan
from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import create_account, create_key
from frontis.studio.metering.clock import Clock

DIALECT = "osig"
# 2026-11-22, noon in UTC.
NOON = 1_795_348_800.0


def holder_of(account: Account, *, daily: int = 0, monthly: int = 0) -> Holder:
    """The holder of the account's first key, under a plan with that quota."""
    key = account.keys.order_by("pk").first() or create_key(account, KeyKind.OSIG, name="first")[0]
    plan = Plan("tested", allowances={DIALECT: Allowance(images_per_day=daily, images_per_month=monthly)})
    return Holder(account.pk, key.pk, KeyKind.OSIG, plan)


def new_account(name: str = "alice") -> Account:
    return create_account(f"{name}@example.com", plan="free")


class SetClock:
    """Time that passes only when it is told to, or when somebody sleeps."""

    def __init__(self, unix: float = NOON) -> None:
        self.unix = unix
        self.monotonic = 1_000.0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.unix, lambda: self.monotonic, self.sleep)

    def pass_by(self, seconds: float) -> None:
        self.unix += seconds
        self.monotonic += seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            await self.meanwhile()
