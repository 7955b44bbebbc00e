"""What is changed in the admin stands in the audit log; Django's own, which would outlive an account, is not kept."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.forms import BaseForm, BaseModelFormSet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from frontis.studio.accounts.models import Account
from frontis.studio.accounts.register import record


def actor_of(request: HttpRequest) -> Account | None:
    """Who asks, for the audit log."""
    return request.user if isinstance(request.user, Account) else None


class _Admin(ModelAdmin):
    """A model's pages."""

    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page has a filter for: else any field could be guessed in an address, letter by letter."""
        filters = {getattr(each, "parameter_name", each) for each in self.list_filter}
        known = filters | {self.date_hierarchy, "subject"}
        return lookup.partition("__")[0] in known and super().lookup_allowed(lookup, value, request)


class AuditedAdmin(_Admin):
    """A model's pages, which write into the audit log what they change.

    written_elsewhere: the fields whose changes the register writes down.
    """

    written_elsewhere: frozenset[str] = frozenset()

    def construct_change_message(
        self,
        request: HttpRequest,  # noqa: ARG002
        form: BaseForm,
        formsets: "list[BaseModelFormSet[Any, Any]]",
        add: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> str:
        """What was changed, in words: "most_keys 8 to 20"."""
        said = [_change(form, name) for name in form.changed_data if name not in self.written_elsewhere]
        for formset in formsets or ():
            said += [f"{each} added" for each in formset.new_objects]
            said += [f"{each}: {_changes(formset, each, names)}" for each, names in formset.changed_objects]
            said += [f"{each} removed" for each in formset.deleted_objects]
        return "; ".join(said)

    def log_addition(self, request: HttpRequest, object: Model, message: Any) -> None:  # noqa: A002, ANN401
        """Write down what was made."""
        self._write(request, "created", object, message)

    def log_change(self, request: HttpRequest, object: Model, message: Any) -> None:  # noqa: A002, ANN401
        """Write down what was changed, if anything was."""
        if message:
            self._write(request, "changed", object, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:
        """Write down what will be deleted."""
        for each in queryset:
            self._write(request, "deleted", each, str(each))

    def history_view(
        self,
        request: HttpRequest,  # noqa: ARG002
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponseRedirect:
        """What the audit log has about it."""
        subject = urlencode({"subject__exact": f"{self.opts.model_name} {object_id}"})
        return HttpResponseRedirect(f"{reverse('admin:accounts_auditentry_changelist')}?{subject}")

    def _write(self, request: HttpRequest, action: str, each: Model, detail: object) -> None:
        about = each if isinstance(each, Account) else None
        name = self.opts.verbose_name
        record(actor_of(request), f"{name} {action}", f"{self.opts.model_name} {each.pk}", str(detail), about=about)


class ReadOnlyAdmin(_Admin):
    """A model's pages, where nothing can be changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody has."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody has."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody has."""
        return False


def _change(form: BaseForm, name: str) -> str:
    before = form.get_initial_for_field(form.fields[name], name)
    return f"{name} {_shown(before)} to {_shown(form.cleaned_data.get(name))}"


def _changes(formset: "BaseModelFormSet[Any, Any]", each: Model, names: list[str]) -> str:
    form = next(form for form in formset.forms if form.instance == each)
    return ", ".join(_change(form, name) for name in names)


def _shown(value: object) -> str:
    if isinstance(value, list | QuerySet):
        # The only lists are those of permissions.
        return ", ".join(sorted(each.codename for each in value)) or "nothing"
    return "nothing" if value is None or value == "" else str(value)
