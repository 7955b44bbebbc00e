"""The page on which an owner deletes an account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import delete_account
from frontis.studio.pages.forms import LeavingForm
from frontis.studio.pages.owner import for_owner


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
def leave(request: HttpRequest, account: Account) -> HttpResponse:
    """Ask for the password, or for the address of who has none; then delete the account and all that belongs to it."""
    form = LeavingForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_account(account, actor=account)
        logout(request)
        messages.success(request, "Your account is deleted, and all that belonged to it.")
        return redirect("account_login")
    return render(request, "settings/leave.html", {"tab": "settings-account", "form": form})
