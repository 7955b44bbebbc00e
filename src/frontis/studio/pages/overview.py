"""What an account has: its plan, what is used of it, and how its owner signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontis.studio.accounts.models import Account
from frontis.studio.pages.owner import for_owner
from frontis.studio.pages.titles import SERVICES
from frontis.studio.pages.usage import meters


@require_safe
@for_owner
def overview(request: HttpRequest, account: Account) -> HttpResponse:
    """The plan and this month's usage."""
    values = {
        "tab": "settings",
        "plan": account.plan,
        "meters": meters(account, timezone.now().date()),
        "keys": account.keys.filter(revoked_at=None).count(),
        "projects": account.projects.count(),
        "services": SERVICES,
        "rates": account.plan.allowances.exclude(requests_per_minute=0),
    }
    return render(request, "settings/overview.html", values)


@require_safe
@for_owner
def account(request: HttpRequest, account: Account) -> HttpResponse:
    """E-mail address, password, other services, and the way out."""
    return render(request, "settings/account.html", {"tab": "settings-account", "account": account})
