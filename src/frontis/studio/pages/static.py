"""The files that pages need, straight from the packages that bring them: nothing is collected first."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_FOR_EVER = "public, max-age=31536000, immutable"


class NamedByContent(StaticFilesStorage):
    """Gives a file an address that changes with its content."""

    def url(self, name: str | None) -> str:
        """Such as /static/studio.css?v=0123456789ab."""
        address = super().url(name)
        digest = digest_of(name) if name else ""
        return f"{address}?v={digest}" if digest else address


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """Django middleware: answers with a file, which may be kept for ever when it was asked for by its content."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """The whole file, or what If-None-Match, Range and HEAD make of it."""
        answer = static_file.get_response(request.method, request.META)
        # Not as a stream: Django would read it into memory all the same, and warn that it had to.
        body = b""
        if answer.file is not None:
            with answer.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        version = request.GET.get("v")
        if version and version == digest_of(request.path_info.removeprefix("/static/")):
            response["Cache-Control"] = _FOR_EVER
        return response


@cache
def digest_of(name: str) -> str:
    """12 hexadecimal digits of a file's content; "" for a file that is not there."""
    path = finders.find(name)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12] if path else ""
