"""The studio's side of the ports, open for as long as an edge is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontis.model.ports import Ports
from frontis.settings import Settings
from frontis.studio.accounts.joining import Entrance
from frontis.studio.accounts.ring import KeyRing
from frontis.studio.metering.attempts import AttemptLog
from frontis.studio.metering.meter import LeasingMeter


@asynccontextmanager
async def open_ports(settings: Settings) -> AsyncIterator[Ports]:
    """Every port, in the running event loop. At the end leases are given back, and what is noted is written."""
    ring = KeyRing(settings)
    entrance = Entrance(settings)
    meter = LeasingMeter(warning_part=settings.usage_warning_percent)
    attempts = AttemptLog(keep_days=settings.keep_attempts_days)
    ring.open()
    meter.open()
    attempts.open()
    try:
        yield Ports(ring, ring, entrance, meter, attempts)
    finally:
        await meter.close()
        await attempts.close()
        await entrance.close()
        await ring.close()
