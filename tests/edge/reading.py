"""A source of pages, pictures and failures, by address."""

import asyncio
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from frontis.errors import FetchFailed, UpstreamRefused, UpstreamTimeout
from frontis.fetch import Fetched

PAGE_URL = "https://example.com/blog/first-post"
HTML = """<html lang="en"><title>First post</title><meta name="description" content="What it is about.">
<link rel="icon" href="/icon.png">"""


def icon(color: str = "#dc2626") -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 32), color).save(out, "PNG")
    return out.getvalue()


@dataclass
class Web:
    """Answers with what it holds, in place of the door. Before each answer it waits until `open` is set."""

    holds: dict[str, bytes | str | FetchFailed] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def fetch(self, url: str, *, accept: str = "image/*", budget_seconds: float | None = None) -> Fetched:
        self.asked.append((url, accept))
        try:
            async with asyncio.timeout(budget_seconds):
                await self.open.wait()
        except TimeoutError:
            raise UpstreamTimeout(url, "it took too long") from None
        found = self.holds.get(url, UpstreamRefused(url, 404))
        if isinstance(found, FetchFailed):
            raise found
        data = found.encode() if isinstance(found, str) else found
        return Fetched(url, url, data, "", "")

    async def close(self) -> None:
        pass

    def count(self, url: str) -> int:
        return [each for each, _ in self.asked].count(url)


@dataclass
class Hands:
    """A clock that goes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now
