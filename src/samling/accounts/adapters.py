"""Where the sign-in library meets this house: mail goes to the outbox, texts are our own."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from samling.accounts.actions.invitations import pending_in
from samling.accounts.models import Person
from samling.mail.actions import queue
from samling.ui.addresses import in_letters
from samling.ui.formats import full_moment

logger = logging.getLogger(__name__)

# What each letter of the library is here, and the value that it carries.
LETTERS = {
    "account/email/email_confirmation_signup": ("address-code", "code"),
    "account/email/email_confirmation": ("address-code", "code"),
    "account/email/password_reset_key": ("password-reset", "password_reset_url"),
    "account/email/account_already_exists": ("account-exists", "password_reset_url"),
    "account/email/unknown_account": ("unknown-account", "signup_url"),
}
NOTICES = {
    "account/email/password_changed": _("Lösenordet har ändrats."),
    "account/email/password_reset": _("Lösenordet har bytts via en länk i ett mejl."),
    "account/email/password_set": _("Ett lösenord har lagts till."),
    "account/email/email_changed": _("E-postadressen har ändrats."),
    "account/email/email_confirm": _("En ny e-postadress har bekräftats."),
    "account/email/email_deleted": _("En e-postadress har tagits bort."),
    "mfa/email/totp_activated": _("En app för engångskoder har kopplats till kontot."),
    "mfa/email/totp_deactivated": _("Appen för engångskoder har kopplats bort."),
    "mfa/email/recovery_codes_generated": _("Nya reservkoder har skapats."),
    "mfa/email/webauthn_added": _("En passnyckel har lagts till."),
    "mfa/email/webauthn_removed": _("En passnyckel har tagits bort."),
    "socialaccount/email/account_connected": _(
        "En organisations inloggning har kopplats till kontot."
    ),
    "socialaccount/email/account_disconnected": _("En organisations inloggning har kopplats bort."),
}
MESSAGES = {
    "account/messages/password_changed.txt": _("Lösenordet är ändrat."),
    "account/messages/password_set.txt": _("Lösenordet är sparat."),
    "account/messages/email_confirmed.txt": _("E-postadressen är bekräftad."),
    "account/messages/email_confirmation_sent.txt": _("Vi har skickat en kod."),
    "account/messages/logged_out.txt": _("Du är utloggad."),
    "account/messages/cannot_delete_primary_email.txt": _(
        "Adressen som du loggar in med kan inte tas bort."
    ),
    "mfa/messages/totp_activated.txt": _("Appen för engångskoder är kopplad till ditt konto."),
    "mfa/messages/totp_deactivated.txt": _("Appen för engångskoder är bortkopplad."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "Nya reservkoder är skapade. De gamla gäller inte längre."
    ),
    "mfa/messages/webauthn_added.txt": _("Passnyckeln är tillagd."),
    "mfa/messages/webauthn_removed.txt": _("Passnyckeln är borttagen."),
    "socialaccount/messages/account_connected.txt": _("Inloggningen är kopplad till ditt konto."),
    "socialaccount/messages/account_connected_other.txt": _(
        "Inloggningen är redan kopplad till ett annat konto. Inget är ändrat."
    ),
    "socialaccount/messages/account_connected_updated.txt": _("Inloggningen var redan kopplad."),
    "socialaccount/messages/account_disconnected.txt": _("Inloggningen är bortkopplad."),
}
ERRORS = {
    "account_inactive": _("Kontot är stängt."),
    "email_password_mismatch": _(
        "E-postadressen och lösenordet hör inte ihop. Försök igen, eller välj ett nytt lösenord."
    ),
    "enter_current_password": _("Skriv ditt nuvarande lösenord."),
    "incorrect_code": _("Koden stämmer inte. Kontrollera den och försök igen."),
    "incorrect_password": _("Lösenordet stämmer inte."),
    "invalid_password_reset": _("Länken gäller inte längre. Be om en ny."),
    "too_many_login_attempts": _(
        "För många försök har misslyckats. Vänta några minuter och försök igen."
    ),
    "rate_limited": _("För många försök på kort tid. Vänta några minuter och försök igen."),
    "same_as_current": _("Det nya är likadant som det nuvarande."),
    "duplicate_email": _("Det är redan din adress."),
    "email_taken": _("Adressen används redan."),
}
TWO_STEP_ERRORS = {
    "add_email_blocked": _("Koppla först bort den säkrare inloggningen. Adressen är inte ändrad."),
    "cannot_delete_authenticator": _("Den säkrare inloggningen kan inte stängas av."),
    "cannot_generate_recovery_codes": _(
        "Reservkoder behövs först när du har en passnyckel eller en app för engångskoder."
    ),
    "incorrect_code": _("Koden stämmer inte. Kontrollera den och försök igen."),
    "unverified_email": _("Bekräfta först din e-postadress."),
}
LOGIN_ERRORS = {
    "no_password": _(
        "Välj först ett lösenord, annars kan du inte logga in. Inloggningen är fortfarande kopplad."
    ),
    "connected_other": _("Inloggningen är redan kopplad till ett annat konto."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library asks of an installation."""

    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the library's letter in the outbox as one of ours; KeyError for one unknown."""
        language = self._language(email)
        if template_prefix in LETTERS:
            template, value = LETTERS[template_prefix]
            carried = str(context.get(value, ""))
            secret = in_letters(carried) if value.endswith("_url") else carried
            values = {"secret": secret, "owner": settings.SAMLING_OWNER}
        else:
            template = "security-notice"
            with override(language):
                told = {"what": str(NOTICES[template_prefix]), "when": full_moment(timezone.now())}
            values = told | {
                "address": in_letters(reverse("account_reset_password")),
            }
        with transaction.atomic():
            queue(
                key=f"account:{uuid.uuid4()}",
                template=template,
                to=email,
                language=language,
                context=values,
            )

    def _language(self, email: str) -> str:
        person = Person.objects.filter(email__iexact=email).only("language").first()
        return person.language if person else get_language() or settings.LANGUAGE_CODE

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anyone may, or this browser holds an invitation that still stands."""
        return settings.SAMLING_REGISTRATION == "open" or pending_in(request.session) is not None

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """Nobody has one."""

    def get_user_search_fields(self) -> list[str]:
        """What a person is found by."""
        return ["name", "email"]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what happened in our own words; what we have no words for is not said."""
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys and codes in our words."""

    error_messages = DefaultMFAAdapter.error_messages | TWO_STEP_ERRORS

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        """What a new passkey is called if its owner gives it no name."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passnyckel %(number)s") % {"number": number}


class OrganisationLoginAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An organisation's own log-in vouches for addresses in its own domains, and no others."""

    error_messages = DefaultSocialAccountAdapter.error_messages | LOGIN_ERRORS

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop a log-in that brings an address the organisation can't vouch for."""
        address = sociallogin.user.email or ""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if not self._vouched(sociallogin, address):
            messages.error(
                request,
                gettext(
                    "Inloggningen lämnade adressen %(address)s, som inte hör till organisationens "
                    "domän. Inget konto har skapats."
                )
                % {"address": address or "–"},
            )
            raise ImmediateHttpResponse(redirect("account_login"))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Tell those who run the installation why; the person is told what to do."""
        said = extra_context or {}
        reason = exception or said.get("saml_last_error_reason") or error
        logger.warning("Organisation's log-in failed at %s: %s", request.path, reason)

    def _vouched(self, sociallogin: SocialLogin, address: str) -> bool:
        app = sociallogin.provider.app
        domains = {str(domain).lower() for domain in app.settings.get("domains", [])}
        return address.lower().rpartition("@")[2] in domains and "@" in address

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """Within its own domains the organisation knows its people's addresses."""
        domains = {str(domain).lower() for domain in provider.app.settings.get("domains", [])}
        return email.lower().rpartition("@")[2] in domains

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Sign in to an account that has the address, if the organisation vouches for it."""
        return self._vouched(login, email)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Who the organisation vouches for is let in."""
        return True

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Person:
        """The person's name as the organisation writes it."""
        person: Person = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        whole = data.get("name") or " ".join(part for part in parts if part)
        person.name = (whole or person.email.partition("@")[0])[:200]
        return person
