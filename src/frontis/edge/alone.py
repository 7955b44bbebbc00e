"""An edge without a studio: nobody has a key, and nothing is counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from frontis.errors import StudioUnavailable
from frontis.model.account import Holder, Project
from frontis.model.order import Registered
from frontis.model.ports import Ports
from frontis.model.usage import Attempt, RenderMetrics, Usage


class Alone:
    """Every port at once: there are no accounts here."""

    async def holder(self, key: str) -> Holder | None:  # noqa: ARG002
        """Nobody."""
        return None

    async def project(self, public_id: str) -> Project | None:  # noqa: ARG002
        """None."""
        return None

    async def register(self, email: str) -> Registered:  # noqa: ARG002
        """Raises StudioUnavailable: there are no accounts."""
        raise StudioUnavailable

    async def take(self, holder: Holder, dialect: str) -> Usage:  # noqa: ARG002
        """Nothing is counted."""
        return Usage()

    async def usage(self, holder: Holder, dialect: str) -> Usage:  # noqa: ARG002
        """Nothing is counted."""
        return Usage()

    async def month_hits(self, holder: Holder, dialect: str) -> int:  # noqa: ARG002
        """Nothing is counted."""
        return 0

    def give_back(self, holder: Holder, dialect: str) -> None:
        """Nothing was taken."""

    def note(self, holder: Holder, dialect: str, *, is_hit: bool) -> None:
        """Nobody will ask."""

    def record(self, attempt: Attempt) -> None:
        """Nobody will ask."""

    async def report(self, *, hours: int) -> RenderMetrics:  # noqa: ARG002
        """Raises StudioUnavailable: there is no record."""
        raise StudioUnavailable


@asynccontextmanager
async def alone() -> AsyncIterator[Ports]:
    """The ports of an edge without a studio."""
    nobody = Alone()
    yield Ports(nobody, nobody, nobody, nobody, nobody)
