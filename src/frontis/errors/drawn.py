"""What a card is made of is wrong, or it could not be drawn."""

from frontis.errors.root import FrontisError


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
