"""Everything that can go wrong in Frontis, as one tree.

FrontisError
├── BadInput              the asker sent something that cannot be used
│   ├── UnknownTemplate   no template has that name
│   ├── BadSignature      a signed address was changed, or its time is over
│   ├── EmailTaken        there is an account of that e-mail address
│   ├── ImageUnknown      the account has no stored picture of that id
│   ├── ImageTaken        there is a stored picture of that page already, and it is another one
│   ├── RequestTooLarge   a body over the limit
│   │   └── QueryTooLong  a query string over the limit
│   └── RequestTooSlow    a body that does not arrive
├── AddressUnknown        there is nothing at that address
├── WrongMethod           the address is there, but not for that method
├── BadTemplate           a template's files are wrong: says file, line and how to mend it
│   └── TemplateTooCostly a template asks for more work than a card may cost
├── BadPicture            bytes from outside are no picture that we may decode
│   ├── UnknownFormat     not PNG, JPEG, WebP, GIF, AVIF, SVG or ICO
│   ├── PictureTooLarge   over the limit of bytes or pixels
│   └── DamagedPicture    broken off, corrupt, or hostile inside
├── FetchFailed           something remote could not be had
│   ├── AddressForbidden  the guard refuses the address, scheme or redirect
│   ├── UpstreamTimeout   it took longer than allowed
│   ├── UpstreamUnreachable  no connection, or it broke
│   ├── UpstreamRefused   the other server answered 4xx
│   ├── UpstreamBroken    the other server answered 5xx
│   ├── UpstreamTooLarge  more bytes than allowed
│   └── UpstreamUnfit     something of another kind than what was asked for
├── DrawFailed            the layout engine could not draw the markup
│   └── DrawTooSlow       it took longer than a request may
├── EncodeFailed          the bitmap could not be written in that format
├── Overloaded            no room for another render now: come back later
├── Refused               the asker may not have this
│   ├── KeyMissing        it takes a key, and none was shown
│   ├── KeyUnknown        the key that was shown is unknown or revoked
│   ├── KeyNotEnough      the key is good, but not for this
│   ├── ProjectUnknown    there is no such project, or it is not active
│   ├── HostForeign       the page is on a host that is not the project's
│   ├── PlanTooSmall      the account's plan does not have this
│   ├── LibraryFull       the account keeps as many pictures as it may
│   ├── QuotaExceeded     the account has used up what its plan allows in a day or a month
│   └── RateLimited       too many requests in this minute
├── StudioUnavailable     the database of accounts does not answer
├── StoreUnavailable      the place for pictures is full, read-only, or does not answer
└── BadSetting            an environment variable has a value that cannot be used

HTTP statuses are no business of this module: each dialect has one table that turns these errors into its replies.
"""

from collections.abc import Iterable
from copyreg import __newobj__  # type: ignore[attr-defined]  # pickle's own, for what is made without __init__
from difflib import get_close_matches
from typing import Any


class FrontisError(Exception):
    """The root of the tree. `str(error)` is one or two sentences that a person can act upon.

    retry_after_seconds: when it is worth another try, where that is known.
    An error can be copied, and pickled for another process, with all that it knows but its cause and its traceback.
    """

    retry_after_seconds: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way calls the class with the finished message, which is not what our classes are called with.
        return __newobj__, (type(self), *self.args), self.__dict__


class BadInput(FrontisError):
    """The asker sent something that cannot be used.

    parameter: the name of what is wrong, as the asker wrote it.
    problem: what is wrong with it, as the end of a sentence ("must be 1 to 100").
    suggestion: the nearest value that would have been right, or "".
    """

    def __init__(self, parameter: str, problem: str, *, suggestion: str = "") -> None:
        self.parameter = parameter
        self.problem = problem
        self.suggestion = suggestion
        hint = f" Did you mean {suggestion!r}?" if suggestion else ""
        super().__init__(f"{parameter}: {problem}.{hint}")


class UnknownTemplate(BadInput):
    """No template has that name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        super().__init__("template", f"there is no template {name!r}", suggestion=nearest(name, known))


class BadSignature(BadInput):
    """A signed address was changed, or its time is over."""


class EmailTaken(BadInput):
    """There is an account of that e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__("email", f"{email} has an account already")


class ImageUnknown(BadInput):
    """The account has no stored picture of that id."""

    def __init__(self) -> None:
        super().__init__("id", "there is no picture of that id")


class ImageTaken(BadInput):
    """There is a stored picture of that page already, and it is another one. `number` is its id, or ""."""

    def __init__(self, number: str = "") -> None:
        self.number = number
        super().__init__("url", "has a picture already, with other settings")


class RequestTooLarge(BadInput):
    """The body is over the limit."""


class QueryTooLong(RequestTooLarge):
    """The query string is over the limit."""


class RequestTooSlow(BadInput):
    """The body does not arrive."""


class AddressUnknown(FrontisError):
    """There is nothing at that address."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.")


class WrongMethod(FrontisError):
    """The address is there, but not for that method. `allowed` are those that it is there for."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"This address answers {', '.join(self.allowed)} only.")


class BadTemplate(FrontisError):
    """A template's files are wrong.

    file: the path of the file, as the author knows it. line: 1 for the first, or None when it is the whole file.
    """

    def __init__(self, file: str, line: int | None, problem: str, hint: str = "") -> None:
        self.file = file
        self.line = line
        self.problem = problem
        self.hint = hint
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {problem}" + (f" ({hint})" if hint else ""))


class TemplateTooCostly(BadTemplate):
    """A template asks for more work than a card may cost."""


class BadPicture(FrontisError):
    """Bytes from outside are no picture that we may decode."""


class UnknownFormat(BadPicture):
    """Not PNG, JPEG, WebP, GIF, AVIF, SVG or ICO."""


class PictureTooLarge(BadPicture):
    """Over the limit of bytes or pixels."""


class DamagedPicture(BadPicture):
    """Broken off, corrupt, or hostile inside."""


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


class DrawFailed(FrontisError):
    """The layout engine could not draw the markup."""


class DrawTooSlow(DrawFailed):
    """Drawing took longer than a request may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Drawing takes longer than {seconds:g} s.")


class EncodeFailed(FrontisError):
    """The bitmap could not be written in that format."""


class Overloaded(FrontisError):
    """No room for another render now."""

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"All renderers are busy. Try again in {retry_after_seconds} s.")


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


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or "" when none is near."""
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), "")
