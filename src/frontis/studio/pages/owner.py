"""Pages that belong to somebody."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from frontis.studio.accounts.models import Account

P = ParamSpec("P")


def for_owner(view: Callable[Concatenate[HttpRequest, Account, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view for whoever is signed in, who is its second argument; others are sent to sign in first."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # Not request.user, which is a proxy of an account, and knows nothing of the plan.
        account = Account.objects.select_related("plan").get(pk=str(request.user.pk))
        return view(request, account, *args, **kwargs)

    return answer
