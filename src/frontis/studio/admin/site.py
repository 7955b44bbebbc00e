"""The admin's site: who may come in, through which door, and what a browser may do there."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

# Alpine, which unfold stands on, compiles what stands in attributes: unsafe-eval. Its positions and the theme's colours
# are styles within the page: unsafe-inline, for styles alone. No script stands within a page, and none would run.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PASSWORD_CHANGE = "/accounts/password/change/"  # noqa: S105  (an address)

View = Callable[..., HttpResponseBase]


class FrontisAdminSite(UnfoldAdminSite):
    """For staff alone. Who is not signed in is sent to the ordinary sign-in page, whose attempts are limited."""

    index_title = "Overview"
    index_template = "studio_admin/index.html"

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002  (Django's signature)
        """The view, behind the door."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
            if not self.has_permission(request):
                if request.user.is_authenticated:
                    # To sign in once more would not help: no loop between two pages.
                    raise PermissionDenied
                return redirect_to_login(request.get_full_path(), str(settings.LOGIN_URL))
            response: HttpResponseBase = guarded(request, *args, **kwargs)
            response.headers["Content-Security-Policy"] = POLICY
            return response

        return update_wrapper(inner, view)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What became of the last day's renders, and the way to everything else."""
        context = dict(extra_context or {})
        if request.user.has_perm("metering.view_renderattempt"):
            from frontis.studio.admin.chart import chart_of  # noqa: PLC0415  (tables, which are there only by now)

            context["chart"] = chart_of(None)
        found: HttpResponse = super().index(request, context)
        return found

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """There is one page to sign in at, and it is not here."""
        index = reverse(f"{self.name}:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        return redirect_to_login(index, str(settings.LOGIN_URL))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # noqa: ARG002
        """Sign out, and go to the first page."""
        return LogoutView.as_view(next_page="/")(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """The page for this is the owner's, where it is written down."""
        return HttpResponseRedirect(PASSWORD_CHANGE)


site = FrontisAdminSite(name="admin")
