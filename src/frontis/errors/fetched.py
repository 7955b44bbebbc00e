"""Something remote could not be had."""

from frontis.errors.root import FrontisError


class FetchFailed(FrontisError):
    """Something remote could not be had. `url` is what was asked for."""

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        self.problem = problem
        super().__init__(f"{problem}: {url[:200]}")


class AddressForbidden(FetchFailed):
    """The guard refuses the address, scheme or redirect."""


class UpstreamTimeout(FetchFailed):
    """It took longer than allowed."""


class UpstreamUnreachable(FetchFailed):
    """No connection, or it broke before the end."""


class UpstreamRefused(FetchFailed):
    """The other server answered 4xx."""

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        super().__init__(url, f"the other server answered {status}")


class UpstreamBroken(FetchFailed):
    """The other server answered 5xx."""

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        super().__init__(url, f"the other server answered {status}")


class UpstreamTooLarge(FetchFailed):
    """More bytes than allowed."""


class UpstreamUnfit(FetchFailed):
    """Something of another kind than what was asked for."""
