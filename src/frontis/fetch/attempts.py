"""One try to fetch something, as it is recorded, and which failures are worth another."""

from collections.abc import Callable
from dataclasses import dataclass

from frontis.errors import FetchFailed, UpstreamBroken, UpstreamRefused, UpstreamTimeout, UpstreamUnreachable


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt went.

    host: of the address that was asked for, "" where it has none that can be read. error: the class of what went
    wrong, or None. number: 1 for the first.
    """

    host: str
    error: type[FetchFailed] | None
    seconds: float
    number: int


OnAttempt = Callable[[Attempt], None]


def is_transient(error: FetchFailed) -> bool:
    """Tell whether the same request may well succeed when it is made again at once."""
    return isinstance(error, UpstreamTimeout | UpstreamUnreachable | UpstreamBroken)


def readdress(error: FetchFailed, url: str) -> FetchFailed:
    """Return the same error about `url`, without the traceback: an error that is kept must hold nothing else alive."""
    if isinstance(error, UpstreamRefused | UpstreamBroken):
        return type(error)(url, error.status)
    return type(error)(url, error.problem)
