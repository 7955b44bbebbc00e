"""Fetches what a card needs from elsewhere: all at once, and without it when it cannot be had."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

import structlog

from frontis.errors import FetchFailed
from frontis.fetch import Fetched
from frontis.model.card import Card
from frontis.model.template import Kind, Template

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Source(Protocol):
    """The part of a Door that gathering needs."""

    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None) -> Fetched:
        """The body at an address. Raises FetchFailed."""

    async def close(self) -> None:
        """End all fetches."""


def addresses_of(card: Card, template: Template) -> tuple[str, ...]:
    """Where the pictures of a resolved card are, each once."""
    images = (name for name, variable in template.variables.items() if variable.kind is Kind.IMAGE)
    return tuple(dict.fromkeys(str(card.values[name]) for name in images if card.values[name]))


async def gather(source: Source, addresses: Iterable[str], *, seconds: float) -> dict[str, bytes]:
    """The pictures by address, those that came within the seconds."""
    wanted = tuple(addresses)
    found = await asyncio.gather(*(_fetch(source, address, seconds) for address in wanted))
    return {address: data for address, data in zip(wanted, found, strict=True) if data is not None}


async def _fetch(source: Source, address: str, seconds: float) -> bytes | None:
    try:
        return (await source.fetch(address, budget_seconds=seconds)).data
    except FetchFailed as failure:
        # The address may hold somebody's secret: only the kind of the failure is logged.
        log.info("picture left out", error=type(failure).__name__)
        return None
