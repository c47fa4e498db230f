"""Addresses of accounts. Those of the sign-in library are named here one by one, in Swedish: a
new one in a later version is not reachable until someone has decided whom it is for."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as organisation
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.cache import never_cache

from samling.accounts.views import own, staff
from samling.accounts.views.picture import with_drawn_code

own_pages: list[URLPattern | URLResolver] = [
    path("konto/", own.account, name="account"),
    path("konto/inloggningar/", own.sessions, name="sessions"),
    path("konto/mina-uppgifter.json", own.export, name="export"),
    path("konto/ta-bort/", own.delete, name="delete"),
    path("konto/inbjudan/<str:token>/", own.invitation, name="invitation"),
    path("konto/demo/", own.enter_demo, name="enter_demo"),
    path("personer/", staff.people, name="people"),
    path("personer/roller/", staff.grants, name="grants"),
    path("personer/roller/<int:number>/avsluta/", staff.end, name="end_grant"),
    path("personer/inbjudningar/", staff.invite, name="invite"),
    path("personer/inbjudningar/<uuid:key>/dra-tillbaka/", staff.withdraw, name="withdraw"),
    path("personer/<uuid:key>/", staff.person, name="person"),
    path("personer/<uuid:key>/ta-bort/", staff.delete, name="delete_person"),
]
library_pages: list[URLPattern | URLResolver] = [
    path("logga-in/", account.login, name="account_login"),
    path("logga-ut/", account.logout, name="account_logout"),
    path("skapa/", account.signup, name="account_signup"),
    path("stangt/", account.account_inactive, name="account_inactive"),
    path("bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("adress/", account.email, name="account_email"),
    path("kod/", account.email_verification_sent, name="account_email_verification_sent"),
    path("losenord/", account.password_change, name="account_change_password"),
    path("losenord/nytt/", account.password_set, name="account_set_password"),
    path("glomt-losenord/", account.password_reset, name="account_reset_password"),
    path(
        "glomt-losenord/skickat/", account.password_reset_done, name="account_reset_password_done"
    ),
    re_path(
        r"^glomt-losenord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "glomt-losenord/klart/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("tva-steg/", mfa.index, name="mfa_index"),
    path("tva-steg/kod/", mfa.authenticate, name="mfa_authenticate"),
    path("tva-steg/bekrafta/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tva-steg/app/", with_drawn_code(totp.activate_totp), name="mfa_activate_totp"),
    path("tva-steg/app/koppla-bort/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tva-steg/reservkoder/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "tva-steg/reservkoder/nya/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "tva-steg/reservkoder/fil/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passnycklar/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passnycklar/ny/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passnycklar/logga-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "passnycklar/bekrafta/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("passnycklar/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passnycklar/<int:pk>/ta-bort/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("organisation/", organisation.connections, name="socialaccount_connections"),
    path(
        "organisation/avbrutet/", organisation.login_cancelled, name="socialaccount_login_cancelled"
    ),
    path("organisation/fel/", organisation.login_error, name="socialaccount_login_error"),
    path("organisation/skapa/", organisation.signup, name="socialaccount_signup"),
    path("organisation/oidc/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("organisation/", include("allauth.socialaccount.providers.saml.urls")),
]
for pattern in library_pages:
    if isinstance(pattern, URLPattern):
        pattern.callback = never_cache(pattern.callback)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own_pages, "accounts"))),
    path("konto/", include(library_pages)),
]
