"""Settings of one installation. What differs between installations comes from the environment."""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from samling.accounts import logins
from samling.ui.access import Access

SAMLING_DATA = Path(os.environ.get("SAMLING_DATA", "data")).resolve()
SAMLING_DATA.mkdir(parents=True, exist_ok=True)
SAMLING_WAREHOUSE = SAMLING_DATA / "warehouse"
SAMLING_CONTACT = os.environ.get("SAMLING_CONTACT", "folkhalsa@exempel.se")
SAMLING_OWNER = os.environ.get("SAMLING_OWNER", "Region Exempel")


def _secret_key() -> str:
    """The key from the environment, or one that is made once and kept beside the data."""
    if "SAMLING_SECRET_KEY" in os.environ:
        return os.environ["SAMLING_SECRET_KEY"]
    path = SAMLING_DATA / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("SAMLING_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("SAMLING_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tasks",
    "django_tasks_db",
    # Our rooms come before the sign-in library, so that our templates are found first.
    "samling.ui.apps.UiConfig",
    "samling.audit.apps.AuditConfig",
    "samling.mail.apps.MailConfig",
    "samling.accounts.apps.AccountsConfig",
    "samling.places.apps.PlacesConfig",
    "samling.organisations.apps.OrganisationsConfig",
    "samling.surveys.apps.SurveysConfig",
    "samling.indicators.apps.IndicatorsConfig",
    "samling.web.apps.WebConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "samling.accounts.middleware.AccessMiddleware",
]
# Views of libraries say nothing of whom they are for; it is said here, by full name.
SAMLING_LIBRARY_ACCESS = {
    **{
        f"allauth.{name}": Access("public")
        for name in (
            "account.views.LoginView",
            "account.views.SignupView",
            "account.views.LogoutView",
            "account.views.AccountInactiveView",
            "account.views.ConfirmEmailVerificationCodeView",
            "account.views.email_verification_sent",
            "account.views.PasswordResetView",
            "account.views.PasswordResetDoneView",
            "account.views.PasswordResetFromKeyView",
            "account.views.PasswordResetFromKeyDoneView",
            "mfa.base.views.AuthenticateView",
            "mfa.webauthn.views.LoginWebAuthnView",
            "socialaccount.views.LoginCancelledView",
            "socialaccount.views.LoginErrorView",
            "socialaccount.views.SignupView",
            "socialaccount.providers.saml.views.ACSView",
            "socialaccount.providers.saml.views.MetadataView",
        )
    },
    **{
        f"allauth.{name}": Access("signed in")
        for name in (
            "account.views.EmailView",
            "account.views.PasswordChangeView",
            "account.views.PasswordSetView",
            "account.views.ReauthenticateView",
            "mfa.base.views.IndexView",
            "mfa.base.views.ReauthenticateView",
            "mfa.totp.views.ActivateTOTPView",
            "mfa.totp.views.DeactivateTOTPView",
            "mfa.recovery_codes.views.GenerateRecoveryCodesView",
            "mfa.recovery_codes.views.ViewRecoveryCodesView",
            "mfa.recovery_codes.views.DownloadRecoveryCodesView",
            "mfa.webauthn.views.ListWebAuthnView",
            "mfa.webauthn.views.AddWebAuthnView",
            "mfa.webauthn.views.RemoveWebAuthnView",
            "mfa.webauthn.views.EditWebAuthnView",
            "mfa.webauthn.views.ReauthenticateWebAuthnView",
            "socialaccount.views.ConnectionsView",
        )
    },
}
ROOT_URLCONF = "samling.web.urls"
WSGI_APPLICATION = "samling.web.wsgi.application"
FORM_RENDERER = "samling.ui.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "samling.web.context.installation",
            ]
        },
    }
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": SAMLING_DATA / "db.sqlite3",
    "OPTIONS": {
        # A writer takes its lock when the transaction begins, so that two
        # publishings wait for one another instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
# "postgres://user:password@host/name" where the installation has outgrown SQLite.
SAMLING_DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {
    "default": dj_database_url.parse(SAMLING_DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    if SAMLING_DATABASE_URL
    else _SQLITE
}
# Mail goes to one server: "smtp://user:password@host:587" (STARTTLS when the server has it;
# ?tls=required insists, ?tls=none declines) or "smtps://..." for TLS from the first byte.
# Without a server messages wait in the outbox. A demo sends nothing; /mejl/inkorg/ shows it.
SAMLING_SMTP_URL = os.environ.get("SAMLING_SMTP_URL", "")
SAMLING_MAIL_FROM = os.environ.get("SAMLING_MAIL_FROM", f"Samling <{SAMLING_CONTACT}>")
# Reports of mail that could not be delivered go to this address with the message's own name after
# a plus ("studs+...@region.se"); the mail server pipes them to `samling mail bounce`.
SAMLING_MAIL_BOUNCES = os.environ.get("SAMLING_MAIL_BOUNCES", "")
SAMLING_DEMO = os.environ.get("SAMLING_DEMO") == "1"
# The rooms that send mail, and the work that is done every hour; each is safe to do twice.
SAMLING_MAIL_TEMPLATES: tuple[str, ...] = (
    "samling.mail.mail_templates",
    "samling.accounts.mail_templates",
    "samling.organisations.mail_templates",
)
SAMLING_SCHEDULED: tuple[str, ...] = (
    "samling.mail.tasks.clear_old_messages",
    "samling.organisations.tasks.look_after_appointments",
    "samling.organisations.tasks.warn_of_agreements",
    "samling.organisations.tasks.clear_old_drafts",
)
# What rooms call their entries in the audit, and what they show in the component gallery.
SAMLING_AUDIT_WORDS: tuple[str, ...] = (
    "samling.mail.audit_words",
    "samling.accounts.audit_words",
    "samling.organisations.audit_words",
)
SAMLING_GALLERY: tuple[str, ...] = ("samling.mail.panels.gallery",)
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
# A page that says it is done; the start page is the same for everyone and can't.
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "samling.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "samling.accounts.forms.entering.LoginForm",
    "signup": "samling.accounts.forms.entering.SignupForm",
    "reset_password": "samling.accounts.forms.entering.ResetPasswordForm",
    "reset_password_from_key": "samling.accounts.forms.entering.NewPasswordForm",
    "change_password": "samling.accounts.forms.entering.ChangePasswordForm",
    "set_password": "samling.accounts.forms.entering.SetPasswordForm",
    "confirm_email_verification_code": "samling.accounts.forms.entering.AddressCodeForm",
    "reauthenticate": "samling.accounts.forms.entering.ReauthenticateForm",
    "change_email": "samling.accounts.forms.entering.ChangeAddressForm",
    "add_email": "samling.accounts.forms.entering.NewAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_DISPLAY = "samling.accounts.rules.display_name"
# A code that the person types proves the address: a link in a mail is followed by scanners, and
# an invitation that was sent on to someone else gives them nothing.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "samling.accounts.adapters.TwoStepAdapter"
MFA_FORMS = {
    "authenticate": "samling.accounts.forms.two_step.CodeForm",
    "reauthenticate": "samling.accounts.forms.two_step.ConfirmingCodeForm",
    "activate_totp": "samling.accounts.forms.two_step.FirstCodeForm",
    "add_webauthn": "samling.accounts.forms.two_step.NewPasskeyForm",
    "edit_webauthn": "samling.accounts.forms.two_step.PasskeyNameForm",
}
MFA_TOTP_ISSUER = SAMLING_OWNER or "Samling"
SOCIALACCOUNT_ADAPTER = "samling.accounts.adapters.OrganisationLoginAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# Organisations' own log-ins: a file, see docs/guides/inloggning.md.
SOCIALACCOUNT_PROVIDERS = logins.providers(os.environ.get("SAMLING_LOGINS"))
# Who may make an account of their own: "invited" needs an invitation, "open" only an address.
SAMLING_REGISTRATION = os.environ.get("SAMLING_REGISTRATION", "open")
# What rooms above accounts know of a person, and what scopes they have; by name, since
# accounts can't import upwards.
SAMLING_SCOPES = "samling.organisations.queries.scopes.OrganisationScopes"
SAMLING_PERSONAL_DATA: tuple[str, ...] = (
    "samling.organisations.queries.appointments.appointment_data",
    "samling.organisations.queries.personal.organisation_data",
)
SAMLING_ON_DELETION: tuple[str, ...] = (
    "samling.organisations.actions.appointments.end_for_leaver",
    "samling.organisations.actions.leaving.end_memberships",
)
# Attempts are counted in the database, so that every process counts the same.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "samling_cache",
    }
}
# An installation that others than this machine reach is reached by HTTPS, unless it says no.
_LOCAL = set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "testserver"}
SAMLING_HTTPS = os.environ.get("SAMLING_HTTPS", "0" if _LOCAL else "1") == "1"
# What links in letters begin with. A request is never asked for it: whoever asks for a letter to
# someone else could say another host or port. Without it the first of the hosts.
_FIRST_HOST = "127.0.0.1:8000" if _LOCAL else ALLOWED_HOSTS[0].lstrip(".")
SAMLING_ADDRESS = os.environ.get(
    "SAMLING_ADDRESS", f"{'https' if SAMLING_HTTPS else 'http'}://{_FIRST_HOST}/"
)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SAMLING_HTTPS  # passkeys on http://localhost only
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SAMLING_HTTPS
SECURE_SSL_REDIRECT = SAMLING_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SAMLING_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SAMLING_HTTPS else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SAMLING_PROXIES", "1" if SAMLING_HTTPS else "0"))
SESSION_COOKIE_AGE = 60 * 60 * 12  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("Engelska"))]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = SAMLING_DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Once `samling setup` has collected the static files they have their content in their name and
# may be kept for ever; before that (in tests) they are served from where they lie.
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _COLLECTED

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
