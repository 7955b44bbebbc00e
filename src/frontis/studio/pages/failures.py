"""Pages for what went wrong. None tells more than its reader needs."""

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.defaults import server_error

from frontis.studio.database import log_no_answer

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours, or of the database's. Called while the exception is being handled."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        log_no_answer(error)
        return HttpResponse(loader.get_template("503.html").render(), status=503, headers={"Retry-After": "10"})
    # The path may hold what stands in a mail for one reader alone; the name of the page does not.
    match = request.resolver_match
    log.exception("page failed unexpectedly", page=match.view_name if match else "")  # noqa: LOG004
    return server_error(request)


def mail_not_sent(request: HttpRequest) -> HttpResponse:
    """The page for a mail that the mail server did not take."""
    return render(request, "mail_not_sent.html", status=503)
