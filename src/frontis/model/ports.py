"""What the edge asks of the studio: small protocols, so that an edge can also run alone."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from frontis.model.account import Holder, Project
from frontis.model.library import Draft, ImageKind, Listed, Listing, StoredImage
from frontis.model.order import Painting, Registered
from frontis.model.output import Size
from frontis.model.page import Page
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


class Library(Protocol):
    """What is known of the pictures that accounts keep; their bytes lie in the edge's store.

    A holder sees the pictures of the account, and with a key that is bound to a project those of that project alone.
    Every method raises StudioUnavailable.
    """

    async def reserve(self, holder: Holder, word: str) -> None:
        """Make room for one more, whose bytes will lie under that word. Raises LibraryFull.

        Until it is kept, and for a quarter of an hour at most, the word is known as one whose bytes will be left over.
        """

    async def keep(self, holder: Holder, project: Project, word: str, draft: Draft) -> StoredImage:
        """Write down a picture whose room was reserved, or one that was drawn anew under its word.

        Raises ImageTaken where another process was quicker, ProjectUnknown where the project is gone by now, and
        StudioUnavailable where the reservation is over.
        """

    async def find_same(self, project: Project, url: str, kind: ImageKind, choices: str) -> StoredImage | None:
        """The project's picture of that page and kind; covers of articles are told apart by their choices too."""

    async def find(self, holder: Holder, number: UUID) -> StoredImage:
        """One picture. Raises ImageUnknown."""

    async def browse(self, holder: Holder, listing: Listing) -> Listed:
        """Those that are asked for."""

    async def describe(self, holder: Holder, number: UUID, title: str | None, description: str | None) -> StoredImage:
        """Give a picture other words; None leaves them as they are. Raises ImageUnknown."""

    async def discard(self, holder: Holder, numbers: tuple[UUID, ...]) -> tuple[str, ...]:
        """Delete those that are the holder's, and tell their words. In a minute these are left over."""

    async def leftovers(self) -> tuple[str, ...]:
        """Some words whose bytes nobody needs any more; for an account that is gone, its mark."""

    async def forget(self, words: tuple[str, ...]) -> None:
        """These are deleted."""


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


class Painter(Protocol):
    """A provider of pictures by a model. None is built in: what an operator configures stands behind this."""

    async def paint(self, painting: Painting, page: Page, size: Size) -> bytes:
        """A picture to stand behind the words of that page's card, which `decode` reads. Raises FetchFailed."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All that the edge may ask."""

    keys: Keys
    projects: Projects
    accounts: Accounts
    meter: Meter
    attempts: Attempts
    library: Library
