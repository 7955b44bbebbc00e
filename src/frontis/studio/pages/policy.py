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
# The admin comes with scripts of its own, and evaluates what stands in its attributes.
ADMIN = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Policy:
    """Django middleware: a Content-Security-Policy for every page, and no-store where a page says nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with these headers."""
        response = self._get_response(request)
        is_admin = request.path_info.startswith("/admin/")
        response.headers.setdefault("Content-Security-Policy", ADMIN if is_admin else PAGES)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
