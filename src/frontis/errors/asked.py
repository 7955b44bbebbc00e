"""What was asked for cannot be had so."""

from collections.abc import Iterable

from frontis.errors.root import BadInput, FrontisError, nearest


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
