"""The sign-in library's forms for passkeys and codes, with our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django.utils.translation import gettext_lazy as _

from samling.accounts.forms.entering import Plain

CODE = _("Kod")


class CodeForm(Plain, codes.AuthenticateForm):  # type: ignore[misc]
    """A code while signing in."""

    labels = {"code": CODE}  # noqa: RUF012
    advice = {"code": _("Skriv koden från appen, eller en av dina reservkoder.")}  # noqa: RUF012


class ConfirmingCodeForm(Plain, codes.ReauthenticateForm):  # type: ignore[misc]
    """A code before something that matters."""

    labels = {"code": CODE}  # noqa: RUF012


class FirstCodeForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app, which shows that it has the key."""

    labels = {"code": CODE}  # noqa: RUF012


class NewPasskeyForm(Plain, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: what to call it, and whether it is enough by itself."""

    labels = {  # noqa: RUF012
        "name": _("Namn på passnyckeln"),
        "passwordless": _("Logga in med bara passnyckeln"),
    }
    advice = {  # noqa: RUF012
        "name": _("Till exempel vilken telefon eller dator den finns i."),
        "passwordless": _(
            "Ta bort krysset för en äldre säkerhetsnyckel. Den blir då ett steg efter lösenordet."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeyNameForm(Plain, passkeys.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    labels = {"name": _("Namn på passnyckeln")}  # noqa: RUF012
