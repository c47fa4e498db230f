"""Settings of one installation. What differs between installations comes from the environment."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

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
    "samling.ui.apps.UiConfig",
    "samling.audit.apps.AuditConfig",
    "samling.mail.apps.MailConfig",
    "samling.accounts.apps.AccountsConfig",
    "samling.places.apps.PlacesConfig",
    "samling.organisations.apps.OrganisationsConfig",
    "samling.surveys.apps.SurveysConfig",
    "samling.indicators.apps.IndicatorsConfig",
    "samling.web.apps.WebConfig",
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
    "samling.accounts.middleware.AccessMiddleware",
]
# Views of libraries say nothing of whom they are for; it is said here, by full name.
SAMLING_LIBRARY_ACCESS: dict[str, Access] = {}
ROOT_URLCONF = "samling.web.urls"
WSGI_APPLICATION = "samling.web.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "samling.web.context.installation",
            ]
        },
    }
]

DATABASES = {
    "default": {
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
}
# Mail goes to one server: "smtp://user:password@host:587" (STARTTLS when the server has it;
# ?tls=required insists, ?tls=none declines) or "smtps://..." for TLS from the first byte.
# Without a server messages wait in the outbox. A demo sends nothing; /post/demo/ shows it.
SAMLING_SMTP_URL = os.environ.get("SAMLING_SMTP_URL", "")
SAMLING_MAIL_FROM = os.environ.get("SAMLING_MAIL_FROM", f"Samling <{SAMLING_CONTACT}>")
SAMLING_DEMO = os.environ.get("SAMLING_DEMO") == "1"
# The rooms that send mail, and the work that is done every hour; each is safe to do twice.
SAMLING_MAIL_TEMPLATES: tuple[str, ...] = ("samling.mail.mail_templates",)
SAMLING_SCHEDULED: tuple[str, ...] = ("samling.mail.tasks.clear_old_messages",)
AUTH_USER_MODEL = "accounts.Person"
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
