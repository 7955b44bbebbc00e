"""The facts of web pages as bytes that outlive a process, and back."""

import json
import math
from dataclasses import asdict, dataclass, fields
from itertools import chain
from typing import Any

from frontis.fetch.originals import Shelf, shelf_key
from frontis.model.page import Page

# Many times what is ever read from a page; a page that came to more would be a mistake of ours.
MOST_BYTES = 100_000
_KINDS: dict[object, type] = {str: str, bool: bool, tuple[str, ...]: list}


@dataclass(frozen=True, slots=True)
class Known:
    """What a page told, and the Unix time at which it was read."""

    page: Page
    read_at: float


class Facts:
    """What pages told, by their address. It belongs to whom the shelf belongs to."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def get(self, url: str) -> Known | None:
        """What that page told, or None where nothing is known or it cannot be had soon."""
        found = await self._shelf.get(_name(url))
        return unpack(found) if found is not None else None

    def put(self, url: str, known: Known) -> None:
        """Keep it, if there is room and the store takes it, some time soon."""
        packed = pack(known)
        if len(packed) <= MOST_BYTES:
            self._shelf.put(_name(url), packed)

    def drop(self, url: str) -> None:
        """Forget it, some time soon."""
        self._shelf.drop(_name(url))


def pack(known: Known) -> bytes:
    """As JSON."""
    return json.dumps({"read_at": known.read_at, "page": asdict(known.page)}).encode()


def unpack(packed: bytes) -> Known | None:
    """What was packed; None where it was not packed by this version."""
    try:
        told = json.loads(packed)
        page: dict[str, Any] = dict(told["page"])
        read_at = float(told["read_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    kinds = {field.name: _KINDS[field.type] for field in fields(Page)}
    is_ours = page.keys() == kinds.keys() and all(isinstance(page[name], kind) for name, kind in kinds.items())
    lists = {name: tuple(value) for name, value in page.items() if isinstance(value, list)}
    if not is_ours or not math.isfinite(read_at) or not all(isinstance(text, str) for text in chain(*lists.values())):
        return None
    page.update(lists)
    return Known(Page(**page), read_at)


def _name(url: str) -> str:
    return shelf_key("page", url)
