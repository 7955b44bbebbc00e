"""The forms of allauth's pages, in our words: one field for one thing, and every field with its label."""

from typing import Any

from allauth.account import forms as account
from allauth.socialaccount import forms as social
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase

from frontis.studio.accounts.models import Account

_LABELS = {
    "email": "E-mail address",
    "login": "E-mail address",
    "oldpassword": "Password that you have now",
    "password": "Password",
    "password1": "New password",
}
_GOOD_PASSWORD = "At least 10 characters. Four words that have nothing to do with each other are good."  # noqa: S105


class _Plain(Form):
    """A form without placeholders, which say what the labels say, and without passwords to be written twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        # A new one is sent by mail in a minute, which costs less than writing all of them twice.
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            field.help_text = _GOOD_PASSWORD if name == "password1" else ""


class SignIn(_Plain, account.LoginForm):  # type: ignore[misc]  # allauth has no types; so all of these
    """E-mail address and password."""


class SignUp(_Plain, account.SignupForm):  # type: ignore[misc]
    """E-mail address and password. What it answers does not tell whether the address has an account."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "Password"

    def try_save(self, request: HttpRequest) -> tuple[Account | None, HttpResponseBase | None]:
        """The new account; or none, and the answer that a new account would have got."""
        if not self.account_already_exists:
            try:
                return super().try_save(request)  # type: ignore[no-any-return]
            except IntegrityError:
                # Somebody signed up with the same address at the same moment.
                self.account_already_exists = True
        else:
            # As long as it takes to make an account: the time must not tell either.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)  # type: ignore[no-any-return]


class SocialSignUp(_Plain, social.SignupForm):  # type: ignore[misc]
    """The e-mail address, where the other service does not tell it."""


class ForgotPassword(_Plain, account.ResetPasswordForm):  # type: ignore[misc]
    """The address that a link is sent to."""


class ResetPassword(_Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Another password, by the link in a mail."""


class ChangePassword(_Plain, account.ChangePasswordForm):  # type: ignore[misc]
    """The password, and another one."""


class SetPassword(_Plain, account.SetPasswordForm):  # type: ignore[misc]
    """The first password of somebody who came by another service."""


class ChangeEmail(_Plain, account.AddEmailForm):  # type: ignore[misc]
    """Another address. It counts once the link that it is sent was followed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail address"


class Reauthenticate(_Plain, account.ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something that matters."""
