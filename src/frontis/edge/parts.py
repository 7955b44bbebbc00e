"""The parts that /readyz tells of."""

import asyncio
import os
from functools import partial
from pathlib import Path

from frontis.edge.rates import RateLimiter
from frontis.edge.readiness import Readiness
from frontis.edge.rendering import Renderers
from frontis.edge.store import Store
from frontis.errors import StudioUnavailable
from frontis.model.ports import Ports
from frontis.settings import NO_DATABASE, Settings
from frontis.templates import Catalogue

LEAST_FREE_BYTES = 200_000_000
# Of the form that they have; whether there is one does not matter.
_ANY_PROJECT = "0" * 12


def watch_parts(
    readiness: Readiness,
    settings: Settings,
    ports: Ports,
    rates: RateLimiter,
    store: Store,
    renderers: Renderers,
    templates: Catalogue,
) -> None:
    """Register them."""
    readiness.watch("renderers", partial(_drawing, renderers), is_vital=True)
    readiness.watch("queue", partial(_queue, renderers, settings.render_queue))
    readiness.watch("templates", partial(_looks, templates, renderers))
    readiness.watch("disk", partial(asyncio.to_thread, _disk, settings.data_dir))
    readiness.watch("store", partial(_storing, store))
    if settings.redis_url:
        readiness.watch("redis", partial(_redis, rates))
    if settings.database_url != NO_DATABASE:
        readiness.watch("database", partial(_database, ports))


async def _drawing(renderers: Renderers) -> str:
    if not renderers.has_hands:
        return "no thread is left that draws"
    return f"{renderers.lost} threads were given up" if renderers.lost else ""


async def _queue(renderers: Renderers, most_waiting: int) -> str:
    return "full" if renderers.waiting >= most_waiting else ""


async def _looks(templates: Catalogue, renderers: Renderers) -> str:
    shunned = renderers.shunned_templates
    told = [f"{len(templates.faults)} left out"] if templates.faults else []
    told += [f"{', '.join(shunned)} left alone for some minutes, after running wild"] if shunned else []
    return "; ".join(told)


async def _storing(store: Store) -> str:
    return "pictures cannot be stored" if store.is_lost else ""


async def _redis(rates: RateLimiter) -> str:
    return "" if await rates.is_together() else "does not answer: each process counts alone"


async def _database(ports: Ports) -> str:
    try:
        await ports.projects.project(_ANY_PROJECT)
    except StudioUnavailable:
        return "does not answer: only keys seen in the last minute are known"
    return ""


def _disk(folder: Path) -> str:
    try:
        room = os.statvfs(folder)
    except OSError:
        return "the data folder cannot be looked at"
    if room.f_flag & os.ST_RDONLY:
        return "the data folder is read-only"
    free_bytes = room.f_bavail * room.f_frsize
    return "" if free_bytes >= LEAST_FREE_BYTES else f"only {free_bytes // 1_000_000} MB are free"
