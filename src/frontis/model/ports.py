"""What the edge asks of the studio: small protocols, so that an edge can also run alone."""

from dataclasses import dataclass
from typing import Protocol

from frontis.model.account import Holder, Project
from frontis.model.order import Registered
from frontis.model.usage import Attempt, RenderMetrics, Usage


class Keys(Protocol):
    """Who stands behind a key."""

    async def holder(self, key: str) -> Holder | None:
        """The holder, or None for a key that is unknown or revoked, or whose account or project is not active.

        What is told may be some seconds old, and never more than five. Only while the database does not answer, a
        holder who was known less than a minute ago is told still. Raises StudioUnavailable.
        """


class Projects(Protocol):
    """The sites of the accounts."""

    async def project(self, public_id: str) -> Project | None:
        """The project, or None. As old as a holder may be. Raises StudioUnavailable."""


class Accounts(Protocol):
    """The people."""

    async def register(self, email: str) -> Registered:
        """Open an account of the plan that new ones get, with a key of OG Image API's kind.

        Raises EmailTaken, BadInput for what is no e-mail address, and StudioUnavailable.
        """


class Meter(Protocol):
    """Counts what is served against the quotas of the plans."""

    async def take(self, holder: Holder, dialect: str) -> Usage:
        """Count one more against the account's quotas in that dialect.

        Raises QuotaExceeded, and then counts nothing, and StudioUnavailable.
        """

    def give_back(self, holder: Holder, dialect: str) -> None:
        """Undo one `take`: what it was for was not served. Never waits, never raises."""

    async def usage(self, holder: Holder, dialect: str) -> Usage:
        """How much is used, without taking any. Raises StudioUnavailable."""

    async def month_hits(self, holder: Holder, dialect: str) -> int:
        """Pictures that were served to the account this month and were there already. Raises StudioUnavailable."""

    def note(self, holder: Holder, dialect: str, *, is_hit: bool) -> None:
        """Write down, for the account's own statistics, that a picture was served. Never waits, never raises."""


class Attempts(Protocol):
    """The record of renders."""

    def record(self, attempt: Attempt) -> None:
        """Write one down, soon. Never waits, never raises."""

    async def report(self, *, hours: int) -> RenderMetrics:
        """What became of those of the last hours. Raises StudioUnavailable."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All that the edge may ask."""

    keys: Keys
    projects: Projects
    accounts: Accounts
    meter: Meter
    attempts: Attempts
