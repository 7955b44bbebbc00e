"""The tree of errors: what each knows survives a copy and the way to another process."""

import copy
import pickle
from collections.abc import Callable
from functools import partial

import pytest

from frontis import errors
from frontis.errors import FrontisError

URL = "https://elsewhere.example/" + "x" * 300
ERRORS: list[FrontisError] = [
    errors.FrontisError("Something."),
    errors.BadInput("title", "is required", suggestion="titel"),
    errors.UnknownTemplate("artcle", ["article"]),
    errors.BadSignature("sig", "is missing"),
    errors.EmailTaken("alice@example.com"),
    errors.ImageUnknown(),
    errors.ImageTaken(),
    errors.RequestTooLarge("body", "is too large"),
    errors.QueryTooLong("query string", "is too long"),
    errors.RequestTooSlow("body", "is too slow"),
    errors.AddressUnknown(),
    errors.WrongMethod(("GET", "HEAD")),
    errors.BadTemplate("card.html", 7, "is wrong", "mend it"),
    errors.TemplateTooCostly("card.html", None, "is dear"),
    errors.BadPicture("No picture."),
    errors.UnknownFormat("No format."),
    errors.PictureTooLarge("Too large."),
    errors.DamagedPicture("Damaged."),
    errors.FetchFailed(URL, "it failed"),
    errors.AddressForbidden(URL, "it is not public"),
    errors.UpstreamTimeout(URL, "it took too long"),
    errors.UpstreamUnreachable(URL, "no connection"),
    errors.UpstreamRefused(URL, 404),
    errors.UpstreamBroken(URL, 503),
    errors.UpstreamTooLarge(URL, "too many bytes"),
    errors.UpstreamUnfit(URL, "it is no page"),
    errors.DrawFailed("Not drawn."),
    errors.DrawTooSlow(15),
    errors.EncodeFailed("Not written."),
    errors.Overloaded(3),
    errors.Refused("Not this."),
    errors.KeyMissing("No key."),
    errors.KeyUnknown(is_malformed=True),
    errors.KeyNotEnough("Another key."),
    errors.ProjectUnknown(),
    errors.HostForeign("elsewhere.example"),
    errors.PlanTooSmall("free"),
    errors.LibraryFull("2 pictures"),
    errors.QuotaExceeded(("daily", "monthly")),
    errors.RateLimited(10, 120, 30),
    errors.StudioUnavailable(),
    errors.StoreUnavailable(),
    errors.BadSetting("FRONTIS_CACHE_MB: must be a number."),
]


def sent(error: FrontisError, protocol: int) -> FrontisError:
    again: FrontisError = pickle.loads(pickle.dumps(error, protocol))
    return again


WAYS: dict[str, Callable[[FrontisError], FrontisError]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {number}": partial(sent, protocol=number) for number in range(pickle.HIGHEST_PROTOCOL + 1)},
}


def tree(root: type[FrontisError]) -> set[type[FrontisError]]:
    return {root}.union(
        *(tree(child) for child in root.__subclasses__() if child.__module__.startswith(errors.__name__))
    )


def test_every_error_has_an_example_here() -> None:
    assert {type(error) for error in ERRORS} == tree(FrontisError)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_can_be_copied_and_sent_to_another_process(error: FrontisError, way: str) -> None:
    error.add_note("It was on a Monday.")
    again = WAYS[way](error)
    assert again is not error
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
