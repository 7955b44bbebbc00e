"""What a browser may do with a page, and that it keeps none."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_HOSTS = " ".join(settings.SIGN_IN_HOSTS[name] for name in settings.SIGN_IN_WITH)
# A browser holds the answer to a form to this as well: the way to another service begins with a form of ours.
PAGES = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"form-action 'self' {_HOSTS}".rstrip()
)


class Policy:
    """Django middleware: a Content-Security-Policy and no-store for every page that says nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with these headers."""
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", PAGES)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
