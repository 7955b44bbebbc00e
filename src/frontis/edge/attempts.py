"""Writes down each attempt to draw a card, those that failed because of a fetch among them."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from frontis.edge.counters import Metrics
from frontis.edge.rates import address_scope
from frontis.errors import FrontisError
from frontis.fetch import Attempt as FetchAttempt
from frontis.model.ports import Attempts
from frontis.model.usage import Attempt, error_type


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a card is drawn.

    account: its number, None for somebody anonymous. project: its public id, page: the address of the page that the
    card is made of, or "". client: where somebody anonymous asks from.
    """

    dialect: str = ""
    account: int | None = None
    project: str = ""
    page: str = ""
    client: str = ""

    @property
    def lane(self) -> str:
        """The tenant in whose turn it is drawn."""
        return f"account/{self.account}" if self.account is not None else address_scope(self.client)


NOBODY = Asker()


@dataclass(slots=True)
class Work:
    """A card that is being drawn. failures: how many attempts at it have failed so far."""

    template: str
    asker: Asker
    attempts: Attempts
    failures: int = 0

    def begin(self) -> None:
        """Let the fetches of the running task, and of those that it begins, belong to this."""
        _at_work.set(self)

    def succeeded(self, seconds: float) -> None:
        """Write down that it is drawn."""
        self._record(seconds)

    def failed(self, error: type[FrontisError], seconds: float) -> None:
        """Write down an attempt that failed."""
        self._record(seconds, error_type(error))
        self.failures += 1

    def _record(self, seconds: float, error: str = "") -> None:
        asker, number = self.asker, self.failures + 1
        now = datetime.now(UTC)
        self.attempts.record(Attempt(now, asker.dialect, self.template, seconds, error, number, asker.account))


# A fetch runs in a task that was begun by the task of the card that needs it, and so inherits this.
_at_work: ContextVar[Work | None] = ContextVar("frontis.work", default=None)


def note_fetch(fetched: FetchAttempt, *, metrics: Metrics) -> None:
    """Count an attempt to fetch. One that failed is a failed attempt to draw the card that needs it."""
    metrics.fetched(fetched)
    work = _at_work.get()
    if work is not None and fetched.error is not None:
        work.failed(fetched.error, fetched.seconds)
