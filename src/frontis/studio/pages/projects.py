"""Pages for projects: what there are, one of them, its secret, its end."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from frontis.errors import BadInput
from frontis.studio.accounts.keys import signing_secret_of
from frontis.studio.accounts.models import Account, Project
from frontis.studio.accounts.register import (
    change_project,
    create_project,
    delete_project,
    renew_signing_secret,
    set_domains,
)
from frontis.studio.pages.forms import NewProjectForm, ProjectForm
from frontis.studio.pages.owner import for_owner

_METHODS = ["GET", "HEAD", "POST"]
_TAB = "settings-projects"


@require_http_methods(_METHODS)
@for_owner
def projects(request: HttpRequest, account: Account) -> HttpResponse:
    """All projects, and the form for a new one."""
    form = NewProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_project(account, name=form.cleaned_data["name"], domains=form.hosts, actor=account)
        except BadInput as error:
            form.refuse(error)
        else:
            messages.success(request, f"{made.name} is there.")
            return redirect("settings-project", made.public_id)
    values = {"tab": _TAB, "form": form, "plan": account.plan, "projects": account.projects.prefetch_related("domains")}
    return render(request, "settings/projects.html", values)


@require_http_methods(_METHODS)
@for_owner
def project(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """One project, to be changed."""
    found = get_object_or_404(account.projects, public_id=public_id)
    form = ProjectForm(request.POST or None, initial=_as_it_is(found))
    if request.method == "POST" and form.is_valid():
        try:
            _change(found, form, account)
        except BadInput as error:
            form.refuse(error)
        else:
            messages.success(request, "Saved.")
            return redirect("settings-project", public_id)
    found.refresh_from_db()
    secret = signing_secret_of(found.public_id, found.signing_salt)
    return render(request, "settings/project.html", {"tab": _TAB, "project": found, "form": form, "secret": secret})


@require_http_methods(_METHODS)
@for_owner
def renew(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """Ask, then give a project another signing secret; the first is given at once."""
    found = get_object_or_404(account.projects, public_id=public_id)
    if request.method == "POST":
        renew_signing_secret(found, actor=account)
        messages.success(request, "There is a new signing secret.")
        return redirect("settings-project", public_id)
    return render(request, "settings/renew.html", {"tab": _TAB, "project": found})


@require_http_methods(_METHODS)
@for_owner
def delete(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """Ask, then delete a project."""
    found = get_object_or_404(account.projects, public_id=public_id)
    if request.method == "POST":
        delete_project(found, actor=account)
        messages.success(request, f"{found.name} is deleted.")
        return redirect("settings-projects")
    keys = found.keys.filter(revoked_at=None)
    return render(request, "settings/delete_project.html", {"tab": _TAB, "project": found, "keys": keys})


def _as_it_is(project: Project) -> dict[str, object]:
    return {
        "name": project.name,
        "domains": "\n".join(project.domains.values_list("host", flat=True)),
        "is_active": project.is_active,
        "requires_signature": project.requires_signature,
    }


@transaction.atomic
def _change(project: Project, form: ProjectForm, actor: Account) -> None:
    change_project(
        project,
        name=form.cleaned_data["name"],
        is_active=form.cleaned_data["is_active"],
        requires_signature=form.cleaned_data["requires_signature"],
        actor=actor,
    )
    set_domains(project, form.hosts, actor=actor)
