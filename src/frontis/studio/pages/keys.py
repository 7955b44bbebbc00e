"""Pages for keys: what there are, a new one, the end of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from frontis.errors import BadInput
from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import create_key, revoke_key
from frontis.studio.pages.forms import KeyForm
from frontis.studio.pages.owner import for_owner
from frontis.studio.pages.titles import HOW_TO_SEND, SERVICES

MOST_REVOKED = 20
_SEEN = "forms_seen"
_MOST_SEEN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
def keys(request: HttpRequest, account: Account) -> HttpResponse:
    """All keys, and the form for a new one."""
    form = KeyForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, account, form)
        if made:
            return made
    standing = account.keys.select_related("project")
    values = {
        "tab": "settings-keys",
        "form": form,
        "plan": account.plan,
        "keys": standing.filter(revoked_at=None),
        "revoked": standing.exclude(revoked_at=None)[:MOST_REVOKED],
        "services": SERVICES,
    }
    return render(request, "settings/keys.html", values)


def _made(request: HttpRequest, account: Account, form: KeyForm) -> HttpResponse | None:
    """The page that shows the new key, or None when none could be made.

    It answers the form itself: to show it after a redirect, the key would have to be kept somewhere.
    """
    seen = request.session.get(_SEEN, [])
    once = form.cleaned_data["once"]
    if once in seen:
        messages.warning(request, "That key was made before, and is shown only once. If you lost it, revoke it.")
        return redirect("settings-keys")
    try:
        key, text = create_key(
            account,
            form.kind_of_key,
            name=form.cleaned_data["name"],
            project=form.cleaned_data.get("project"),
            actor=account,
        )
    except BadInput as error:
        form.refuse(error)
        return None
    request.session[_SEEN] = [*seen, once][-_MOST_SEEN:]
    values = {
        "tab": "settings-keys",
        "key": key,
        "text": text,
        "service": SERVICES[key.kind],
        "how": HOW_TO_SEND[form.kind_of_key],
    }
    return render(request, "settings/key_made.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
def revoke(request: HttpRequest, account: Account, number: int) -> HttpResponse:
    """Ask, then end a key."""
    key = get_object_or_404(account.keys, pk=number)
    if request.method == "POST":
        revoke_key(key, actor=account)
        messages.success(request, f"{key.name} is revoked.")
    if key.revoked_at is not None:
        return redirect("settings-keys")
    return render(request, "settings/revoke.html", {"tab": "settings-keys", "key": key, "service": SERVICES[key.kind]})
