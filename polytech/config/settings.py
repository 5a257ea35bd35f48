"""Django's settings. What an operator may change comes from the environment (docs/operator.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from polytech.config import environment
from polytech.config.failures import Failure

PACKAGE = Path(__file__).resolve().parent.parent
VAR = environment.VAR

DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
SECRET_KEY = environment.secret("secret_key")
# The first seals, the others still open what was sealed before (`polytech person reseal`).
PERSONAL_DATA_KEY = [environment.secret("personal_data_key"), *environment.names("PERSONAL_DATA_OLD_KEYS")]
ALLOWED_HOSTS = environment.names("HOSTS", ("localhost", "127.0.0.1", "[::1]", ".localhost"))
BASE_URL = environment.text("BASE_URL", "http://localhost:8000")
STREAMS_URL = environment.text("STREAMS_URL", "http://localhost:8001")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")

ROOMS = [
    "polytech.ui",
    "polytech.footprint",
    "polytech.files",
    "polytech.people",
    "polytech.academics",
    "polytech.messaging",
    "polytech.learning",
    "polytech.integrations.sis",
    "polytech.integrations.moodle",
    "polytech.pages",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *ROOMS,
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.mfa",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "polytech.ui.middleware.SecurityHeaders",
    "polytech.ui.compression.Compression",
    "polytech.ui.middleware.NotKept",
    "polytech.people.middleware.Sessions",
    "polytech.ui.middleware.ReaderLanguage",
    "django.middleware.csrf.CsrfViewMiddleware",
    "polytech.people.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "polytech.ui.middleware.Refusals",
]
ROOT_URLCONF = "polytech.config.urls"
WSGI_APPLICATION = "polytech.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / room.removeprefix("polytech.").replace(".", "/") / "templates" for room in ROOMS],
        "OPTIONS": {
            "environment": "polytech.ui.jinja.environment",
            "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
        },
    },
    {  # Only for templates that libraries bring.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "polytech.ui.forms.FormRenderer"
UI_NAVIGATION = "polytech.pages.navigation.destinations"
CSRF_FAILURE_VIEW = "polytech.ui.errors.csrf_failed"


def database(url: str) -> dict[str, object]:
    """Django's settings of the database at an address in any form that libpq takes.

    Args:
        url: `postgresql://user:password@host:port/name?sslmode=verify-full`, several hosts with commas, or a folder
            of sockets as `?host=/run/postgresql`.
    """
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as problem:
        raise Failure(f"POLYTECH_DATABASE_URL is no address of a PostgreSQL: {str(problem).strip()}") from None
    pooled = environment.flag("TRANSACTION_POOLER")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(parts.pop("dbname", "polytech")),
        "USER": str(parts.pop("user", "")),
        "PASSWORD": str(parts.pop("password", "")),
        "HOST": str(parts.pop("host", "")),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": {
            "server_side_binding": not pooled,
            "prepare_threshold": None if pooled else 3,
            "application_name": "polytech",
            **parts,
        },
        "TEST": {"NAME": environment.text("TEST_DATABASE") or None},
    }


def libpq_parameters(found: Mapping[str, Any]) -> dict[str, str]:
    """The address of the database in libpq's own words, with everything that the operator said of it.

    Args:
        found: Django's settings of the database.
    """
    # What Django's settings say to psycopg itself is not for libpq.
    of_psycopg = ("server_side_binding", "prepare_threshold")
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    address = {word: found[name] for word, name in named.items()} | found["OPTIONS"]
    return {word: str(value) for word, value in address.items() if value and word not in of_psycopg}


def database_url() -> str:
    if url := environment.text("DATABASE_URL"):
        return url
    from polytech.config.postgres import Cluster

    cluster = Cluster(VAR / "postgres")
    return cluster.url if cluster.password_file.exists() else "postgresql:///polytech"


DATABASES = {"default": database(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "polytech_cache"}}
SESSION_ENGINE = "polytech.people.sessions"
# Browsers keep a cookie with this mark to the host that set it, and take it over https only.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = environment.number("SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "polytech.ui.cookies.Messages"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["polytech.config.jobs"]

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [
    PACKAGE / room.removeprefix("polytech.").replace(".", "/") / "locale" for room in [*ROOMS, "polytech.kernel"]
]
TIME_ZONE = environment.text("TIME_ZONE", "Asia/Almaty")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": environment.text("FILES", str(VAR / "files")), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]

SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY") else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
MOODLE_UPLOAD_BYTES = environment.number("MOODLE_UPLOAD_MB", 1000) * 10**6

# The feed of the student information system (docs/sis-feed.md).
SIS_URL = environment.text("SIS_URL")
SIS_TOKEN = environment.text("SIS_TOKEN")
SIS_HOSTS = environment.names("SIS_HOSTS")
SIS_SCHEDULE = environment.text("SIS_SCHEDULE", "30 3 * * *")
SIS_END_PERCENT = environment.number("SIS_END_PERCENT", 5)
SIS_LATE_HOURS = environment.number("SIS_LATE_HOURS", 48)
SIS_FOLDER = VAR / "feed"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "polytech.config.log_lines.Line"}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["standard_error"], "level": environment.text("LOG_LEVEL", "WARNING")},
}

from polytech.config.settings_sign_in import *  # noqa: E402, F403
