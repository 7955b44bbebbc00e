"""The asker may not have this, or it is not there to be given."""

from collections.abc import Iterable

from frontis.errors.root import FrontisError


class Refused(FrontisError):
    """The asker may not have this."""


class KeyMissing(Refused):
    """It takes a key, and none was shown."""


class KeyUnknown(Refused):
    """The key that was shown is unknown or revoked, or has the shape of no key: then `is_malformed`."""

    def __init__(self, *, is_malformed: bool = False) -> None:
        self.is_malformed = is_malformed
        super().__init__("The key has not the shape of a key." if is_malformed else "The key is unknown or revoked.")


class KeyNotEnough(Refused):
    """The key is good, but not for this: it is of another kind, or bound to another project, or no superuser's."""


class ProjectUnknown(Refused):
    """There is no project of that public id, or it is not active."""

    def __init__(self) -> None:
        super().__init__("There is no such project.")


class HostForeign(Refused):
    """The page is on a host that is none of the project's domains. `host` is its name."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"The host {host!r} is none of the project's domains.")


class PlanTooSmall(Refused):
    """The account's plan does not have this. `plan` is its name."""

    def __init__(self, plan: str) -> None:
        self.plan = plan
        super().__init__(f"The plan {plan!r} does not include this.")


class LibraryFull(Refused):
    """The account keeps as many pictures as it may. `most` says how many, or in how many bytes."""

    def __init__(self, most: str) -> None:
        self.most = most
        super().__init__(f"The library is full: it holds {most}. Delete some that are not used.")


class QuotaExceeded(Refused):
    """The account has used up what its plan allows. `periods` are the names of the quotas: daily, monthly."""

    def __init__(self, periods: Iterable[str]) -> None:
        self.periods = tuple(periods)
        super().__init__(f"Usage quota exceeded: {'/'.join(self.periods)}")


class RateLimited(Refused):
    """Too many requests in this minute.

    limit: how many are allowed in one. reset_at: the Unix second at which the next begins, after retry_after_seconds,
    1 at least.
    """

    def __init__(self, limit: int, reset_at: int, retry_after_seconds: int) -> None:
        self.limit = limit
        self.reset_at = reset_at
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"Too many requests: {limit} a minute are allowed. Try again in {retry_after_seconds} s.")


class StudioUnavailable(FrontisError):
    """The database of accounts does not answer."""

    retry_after_seconds = 5

    def __init__(self) -> None:
        super().__init__("Accounts cannot be looked up now. Try again in a few seconds.")


class StoreUnavailable(FrontisError):
    """The place where pictures are kept is full, read-only, or does not answer."""

    retry_after_seconds = 5

    def __init__(self) -> None:
        super().__init__("Pictures cannot be stored or read now. Try again in a few seconds.")


class BadSetting(FrontisError):
    """An environment variable has a value that cannot be used."""
