"""The admin's pages about projects."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from frontis.errors import BadInput
from frontis.studio.accounts import register
from frontis.studio.accounts.hosts import canonical_host
from frontis.studio.accounts.models import Key, Project
from frontis.studio.admin.auditing import AuditedAdmin, actor_of
from frontis.studio.admin.site import site
from frontis.studio.library.models import Image


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]  # Django knows none when it runs
    """A project with its domains, one a line."""

    domains = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="One a line, such as www.example.com, with its subdomains. Without any, every host is the project's.",
    )

    class Meta:
        model = Project
        fields: ClassVar = ["name", "is_active", "requires_signature"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if self.instance.pk and "domains" in self.fields:
            self.initial["domains"] = "\n".join(self.instance.domains.values_list("host", flat=True))

    def clean_name(self) -> str:
        """One that the register takes."""
        try:
            return register.canonical_name(self.cleaned_data["name"])
        except BadInput as error:
            raise forms.ValidationError(f"A name {error.problem}.") from None

    def clean_domains(self) -> list[str]:
        """Hosts in the form in which they are kept."""
        try:
            return [canonical_host(line) for line in self.cleaned_data["domains"].splitlines() if line.strip()]
        except BadInput as error:
            raise forms.ValidationError(str(error)) from None


@admin.register(Project, site=site)
class ProjectAdmin(AuditedAdmin):
    """Projects with their domains."""

    form = ProjectForm
    written_elsewhere = frozenset({"name", "is_active", "requires_signature", "domains"})
    list_display = ("name", "account", "public_id", "hosts", "is_active", "requires_signature")
    list_filter = ("is_active", "requires_signature")
    list_filter_sheet = False
    list_select_related = ("account",)
    search_fields = ("name", "public_id", "domains__host", "account__email")
    search_help_text = "Name, public id, domain, or the account's address"
    fields = ("name", "account", "public_id", "domains", "is_active", "requires_signature", "created_at")
    readonly_fields = ("account", "public_id", "created_at")
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Project]":
        """With their domains, at once."""
        found: QuerySet[Project] = super().get_queryset(request).prefetch_related("domains")
        return found

    @display(description="domains")
    def hosts(self, project: Project) -> str:
        """The first few."""
        hosts = [domain.host for domain in project.domains.all()]
        more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
        return (", ".join(hosts[:3]) or "every host") + more

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Projects are made by their owners, or by `frontis project create`."""
        return False

    def save_model(self, request: HttpRequest, obj: Project, form: ProjectForm, change: bool) -> None:  # noqa: ARG002, FBT001
        """As owners and commands do it."""
        register.change_project(
            obj,
            name=obj.name,
            is_active=obj.is_active,
            requires_signature=obj.requires_signature,
            actor=actor_of(request),
        )
        register.set_domains(obj, form.cleaned_data["domains"], beyond_plan=True, actor=actor_of(request))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401
        """The register does it."""

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        """With its domains, and the keys that are bound to it."""
        register.delete_project(obj, actor=actor_of(request))

    def get_deleted_objects(
        self,
        objs: Any,  # noqa: ANN401
        request: HttpRequest,  # noqa: ARG002
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """How much goes with it."""
        found = list(objs)
        counts = {
            "projects": len(found),
            "keys": Key.objects.filter(project__in=found).count(),
            "pictures": Image.objects.filter(project__in=found).count(),
        }
        return [str(each) for each in found], counts, set(), []
