"""The studio's side of the ports, open for as long as an edge is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from frontis.model.ports import Ports
from frontis.settings import Settings
from frontis.studio.accounts.joining import Entrance
from frontis.studio.accounts.ring import KeyRing
from frontis.studio.library.shelf import Shelf
from frontis.studio.metering.attempts import AttemptLog
from frontis.studio.metering.meter import LeasingMeter

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# The process is to end, whatever the database does.
CLOSE_SECONDS = 2.0


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
        yield Ports(ring, ring, entrance, meter, attempts, Shelf())
    finally:
        for each in (meter, attempts, entrance, ring):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await each.close()
            except TimeoutError:
                log.warning("not all could be written at the end: the database does not answer in time")
