"""Runs what a dialect wishes for and is no card."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from frontis.edge.admission import Admission, Admitted
from frontis.edge.rates import RateLimiter, account_scope
from frontis.errors import KeyMissing
from frontis.model.account import Holder
from frontis.model.dialect import Dialect, Errand, Reply
from frontis.model.order import (
    AccountUsage,
    AdmissionWish,
    MetricsWish,
    RegisterWish,
    SignedQuery,
    SignWish,
    UsageWish,
)
from frontis.model.ports import Ports
from frontis.signing import sign


class Errands:
    """Belongs to one event loop. clock: tells the Unix time."""

    def __init__(
        self, ports: Ports, admission: Admission, rates: RateLimiter, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._ports = ports
        self._admission = admission
        self._rates = rates
        self._clock = clock

    async def run(self, errand: Errand, admitted: Admitted, dialect: Dialect) -> Reply:
        """The reply that its outcome makes. Raises BadInput, Refused's children and StudioUnavailable."""
        match errand.wish:
            case SignWish():
                return errand.tell(await self._sign(errand.wish))
            case MetricsWish():
                return errand.tell(await self._ports.attempts.report(hours=errand.wish.hours))
            case AdmissionWish():
                return errand.tell(None)
            case RegisterWish():
                return errand.tell(await self._ports.accounts.register(errand.wish.email))
            case UsageWish():
                return errand.tell(await self._usage(admitted.holder, dialect.name))

    async def _usage(self, holder: Holder | None, dialect: str) -> AccountUsage:
        if holder is None:
            raise KeyMissing
        return AccountUsage(
            holder.plan.name,
            await self._ports.meter.usage(holder, dialect),
            await self._ports.meter.month_hits(holder, dialect),
            holder.plan.allowance(dialect).requests_per_minute,
            await self._rates.used(account_scope(dialect, holder.account)),
        )

    async def _sign(self, wish: SignWish) -> SignedQuery:
        """Signed by the secret of the site whose key stands in the address, else by the service's own."""
        site = await self._ports.keys.holder(wish.site_key)
        expires_at = int(self._clock() + wish.lifetime_seconds)
        text = sign(wish.parameters, secret=self._admission.secret_for(site), expires_at=expires_at)
        return SignedQuery(text, datetime.fromtimestamp(expires_at, UTC))
