"""The root of all errors, and what an asker did wrong, of which many others are kinds."""

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


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or "" when none is near."""
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), "")
