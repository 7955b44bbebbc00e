"""The forms of the settings."""

import secrets

from allauth.account.adapter import get_adapter
from django import forms
from django.http import QueryDict

from frontis.errors import BadInput
from frontis.model.account import KeyKind
from frontis.studio.accounts.models import Account, Project
from frontis.studio.accounts.register import LONGEST_NAME
from frontis.studio.pages.titles import KINDS


class SettingsForm(forms.Form):
    """A form that can show what a verb of the register refuses."""

    def refuse(self, error: BadInput) -> None:
        """Say it beside the field that is wrong, or above all when it is none of them."""
        words = f"{error.parameter.capitalize()} {error.problem}."
        field = {"domain": "domains"}.get(error.parameter, error.parameter)
        self.add_error(field if field in self.fields else None, words)


class KeyForm(SettingsForm):
    """A new key. once: the same for the same showing of the form."""

    kind = forms.ChoiceField(label="For the addresses of", choices=KINDS)
    name = forms.CharField(label="Name", max_length=LONGEST_NAME, help_text="So that you know it again.")
    project = forms.ModelChoiceField(
        Project.objects.none(), label="Project", required=False, empty_label="All of them", help_text="What it opens."
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, account: Account, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(8)})
        projects = account.projects.all()
        if projects:
            self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        else:
            del self.fields["project"]

    @property
    def kind_of_key(self) -> KeyKind:
        """What was chosen."""
        return KeyKind(self.cleaned_data["kind"])


class NewProjectForm(SettingsForm):
    """A new project."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    domains = forms.CharField(
        label="Domains",
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
        help_text="One on each line, such as example.com. Its subdomains belong to it. None: every domain.",
    )

    @property
    def hosts(self) -> list[str]:
        """The lines of the domains that are not empty."""
        return [line.strip() for line in self.cleaned_data["domains"].splitlines() if line.strip()]


class ProjectForm(NewProjectForm):
    """A project as it is, to be changed."""

    is_active = forms.BooleanField(
        label="Active", required=False, help_text="Without it, its keys and addresses are refused."
    )
    requires_signature = forms.BooleanField(
        label="Refuse unsigned addresses",
        required=False,
        help_text="Only addresses of cards that you have signed are answered.",
    )


class LeavingForm(forms.Form):
    """That it is really the owner who wants the account to be deleted."""

    password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    email = forms.EmailField(label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, account: Account, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._account = account
        # Who came by another service has no password here.
        del self.fields["email" if account.has_usable_password() else "password"]

    def clean_password(self) -> str:
        """Raises ValidationError for a wrong one, and for too many."""
        if not get_adapter().reauthenticate(self._account, self.cleaned_data["password"]):
            raise forms.ValidationError("That is not your password.")
        return str(self.cleaned_data["password"])

    def clean_email(self) -> str:
        """Raises ValidationError for another one."""
        email = str(self.cleaned_data["email"]).lower()
        if email != self._account.email.lower():
            raise forms.ValidationError("That is not the address of this account.")
        return email
