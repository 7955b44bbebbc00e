"""Runs what a dialect wishes for and is no card."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from frontis.edge.admission import Admission
from frontis.model.dialect import Errand, Reply
from frontis.model.order import MetricsWish, SignedQuery, SignWish
from frontis.model.ports import Ports
from frontis.signing import sign


class Errands:
    """Belongs to one event loop. clock: tells the Unix time."""

    def __init__(self, ports: Ports, admission: Admission, *, clock: Callable[[], float] = time.time) -> None:
        self._ports = ports
        self._admission = admission
        self._clock = clock

    async def run(self, errand: Errand) -> Reply:
        """The reply that its outcome makes. Raises BadInput and StudioUnavailable."""
        match errand.wish:
            case SignWish():
                return errand.tell(await self._sign(errand.wish))
            case MetricsWish():
                return errand.tell(await self._ports.attempts.report(hours=errand.wish.hours))

    async def _sign(self, wish: SignWish) -> SignedQuery:
        """Signed by the secret of the site whose key stands in the address, else by the service's own."""
        site = await self._ports.keys.holder(str(dict(wish.parameters).get("key", "")))
        expires_at = int(self._clock() + wish.lifetime_seconds)
        text = sign(wish.parameters, secret=self._admission.secret_for(site), expires_at=expires_at)
        return SignedQuery(text, datetime.fromtimestamp(expires_at, UTC))
