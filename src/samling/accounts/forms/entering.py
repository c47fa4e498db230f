"""The sign-in library's forms with our words, and without texts inside the fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from samling.accounts.actions.invitations import pending_in
from samling.accounts.choices import Language
from samling.accounts.models import Person

ADDRESS = _("E-postadress")
PASSWORD = _("Lösenord")
NEW_PASSWORD = _("Nytt lösenord")
ADVICE = _("Minst 12 tecken. Flera ord efter varandra är lätta att minnas och svåra att gissa.")


class Plain:
    """Sets the labels; a text inside a field vanishes when one writes, so there is none."""

    labels: dict[str, Any] = {}  # noqa: RUF012 - read only, one for each form
    advice: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.advice.get(name, "")


def invited_address(request: HttpRequest) -> str:
    """The address of the invitation that this browser holds; empty if there is none."""
    invitation = pending_in(request.session)
    return invitation.email if invitation else ""


class LoginForm(Plain, library.LoginForm):  # type: ignore[misc]
    """Address and password."""

    labels = {"login": ADDRESS, "password": PASSWORD}  # noqa: RUF012


class SignupForm(Plain, library.SignupForm):  # type: ignore[misc]
    """A new account. Who comes by an invitation has its address filled in."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    field_order = ("name", "email", "password1")
    labels = {"name": _("Namn"), "email": ADDRESS, "password1": PASSWORD}  # noqa: RUF012
    advice = {"password1": ADVICE}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].initial = invited_address(context.request)

    def clean_email(self) -> str:
        """Where one has to be invited, only the invited address makes an account."""
        address: str = super().clean_email()
        if settings.SAMLING_REGISTRATION != "open":
            invited = invited_address(context.request)
            if address.lower() != invited.lower():
                raise forms.ValidationError(
                    _("Inbjudan gäller en annan adress. Skapa kontot med den adress som fick den.")
                )
        return address

    def try_save(self, request: HttpRequest) -> Any:
        """As the library, but just as slow for an address that has an account: the time that a
        password takes to hash would tell who has one."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request: HttpRequest, user: Person) -> None:
        """Keep name and language."""
        user.name = self.cleaned_data["name"]
        language = (get_language() or "sv").split("-")[0]
        user.language = language if language in Language.values else Language.SWEDISH
        user.save(update_fields=["name", "language"])


class ResetPasswordForm(Plain, library.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link."""

    labels = {"email": ADDRESS}  # noqa: RUF012


class NewPasswordForm(Plain, library.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after the link."""

    labels = {"password1": NEW_PASSWORD, "password2": _("Samma lösenord igen")}  # noqa: RUF012
    advice = {"password1": ADVICE}  # noqa: RUF012


class ChangePasswordForm(Plain, library.ChangePasswordForm):  # type: ignore[misc]
    """A new password for someone signed in."""

    labels = {  # noqa: RUF012
        "oldpassword": _("Nuvarande lösenord"),
        "password1": NEW_PASSWORD,
        "password2": _("Samma lösenord igen"),
    }
    advice = {"password1": ADVICE}  # noqa: RUF012


class SetPasswordForm(Plain, library.SetPasswordForm):  # type: ignore[misc]
    """A first password for someone who signs in another way."""

    labels = {"password1": NEW_PASSWORD, "password2": _("Samma lösenord igen")}  # noqa: RUF012
    advice = {"password1": ADVICE}  # noqa: RUF012


class AddressCodeForm(Plain, library.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code from the mail."""

    labels = {"code": _("Kod")}  # noqa: RUF012


class ReauthenticateForm(Plain, library.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    labels = {"password": PASSWORD}  # noqa: RUF012


class NewAddressForm(Plain, library.AddEmailForm):  # type: ignore[misc]
    """Another address to sign in with, for someone signed in."""

    labels = {"email": _("Ny e-postadress")}  # noqa: RUF012


class ChangeAddressForm(Plain, library.ChangeEmailForm):  # type: ignore[misc]
    """Another address, while the first still waits for its code."""

    labels = {"email": _("Ny e-postadress")}  # noqa: RUF012
