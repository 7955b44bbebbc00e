"""Django's settings, as far as the operator's settings and our ways decide them."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from frontis.settings import NO_DATABASE, Settings, secret_key
from frontis.studio.admin import dress

FRONTIS = Settings()

# Sessions, tokens and digests of keys must not be what signs addresses, so that none can be used for another.
SECRET_KEY = hashlib.sha256(b"frontis.studio" + secret_key(FRONTIS).encode()).hexdigest()
DEBUG = False
# The edge has looked at the host before; what it lets through is an origin of ours or the operator's proxy.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "frontis.studio.accounts",
    "frontis.studio.metering",
    "frontis.studio.admin",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "frontis.studio.urls"
AUTH_USER_MODEL = "accounts.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "pages"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database(settings: Settings) -> dict[str, Any]:
    if settings.database_url not in ("", NO_DATABASE):
        found: dict[str, Any] = dict(dj_database_url.parse(settings.database_url, conn_max_age=60))
    else:
        found = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(settings.data_dir.absolute() / "frontis.sqlite3")}
    if found["ENGINE"].endswith("sqlite3"):
        # To open it anew for each question costs more than the question.
        found["CONN_MAX_AGE"] = None
        found["OPTIONS"] = {
            # A transaction that will write says so when it begins, and then waits instead of failing.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        # Tests have threads and processes of their own, which a database in memory would not be seen by.
        found["TEST"] = {"NAME": str(settings.data_dir.absolute() / "test.sqlite3")}
    return found


DATABASES = {"default": _database(FRONTIS)}

_IS_HTTPS = urlsplit(FRONTIS.public_url).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [FRONTIS.public_url] if FRONTIS.public_url else []

STATIC_URL = "/static/"

UNFOLD = dress.UNFOLD
