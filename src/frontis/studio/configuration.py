"""Django's settings, as far as the operator's settings and our ways decide them."""

import hashlib
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from frontis.settings import NO_DATABASE, Settings, secret_key
from frontis.studio.admin import dress

FRONTIS = Settings()

# Sessions, tokens and digests of keys must not be what signs addresses, so that none can be used for another.
SECRET_KEY = hashlib.sha256(b"frontis.studio" + secret_key(FRONTIS).encode()).hexdigest()
DEBUG = False
# Where FRONTIS_PUBLIC_URL is set, every request counts as one to that host (web.py); else the visitor's word is taken.
ALLOWED_HOSTS = ["*"]

# Who else may tell us that somebody is who they say, and where that somebody is then sent to.
SIGN_IN_HOSTS = {"github": "https://github.com", "google": "https://accounts.google.com"}
_SIGN_IN = {
    "github": (FRONTIS.github_client_id, FRONTIS.github_client_secret),
    "google": (FRONTIS.google_client_id, FRONTIS.google_client_secret),
}
SIGN_IN_WITH = [name for name, pair in _SIGN_IN.items() if all(pair)]

INSTALLED_APPS = [
    # Its templates come before those of the others.
    "frontis.studio.pages",
    "frontis.studio.accounts",
    "frontis.studio.metering",
    "frontis.studio.library",
    "frontis.studio.admin",
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{name}" for name in SIGN_IN_WITH),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "frontis.studio.pages.static.StaticFiles",
    "frontis.studio.pages.policy.Policy",
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
FORMAT_MODULE_PATH = "frontis.studio.admin.formats"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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
    else:
        # A server that says nothing must not hold the few threads that ask.
        # One that a network was cut from is given up as soon, and not after a quarter of an hour.
        silence = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
        found["OPTIONS"] = {"connect_timeout": 3, **silence, **found.get("OPTIONS", {})}
    return found


DATABASES = {"default": _database(FRONTIS)}

_IS_HTTPS = urlsplit(FRONTIS.public_url).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [FRONTIS.public_url] if FRONTIS.public_url else []

STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "frontis.studio.pages.static.NamedByContent"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 300

# What limits attempts to sign in. Without Redis each process counts for itself.
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if FRONTIS.redis_url:
    CACHES["default"] = {
        "BACKEND": "frontis.studio.pages.cache.SharedCache",
        "LOCATION": FRONTIS.redis_url,
        "KEY_PREFIX": "frontis-pages",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }

# Mail
_SMTP = urlsplit(FRONTIS.smtp_url)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if FRONTIS.smtp_url else "frontis.studio.pages.mail.LoggedMail"
)
EMAIL_HOST = _SMTP.hostname or "localhost"
EMAIL_PORT = _SMTP.port or (465 if _SMTP.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
# A password never goes over an open line.
EMAIL_USE_TLS = _SMTP.scheme == "smtp" and (bool(EMAIL_HOST_USER) or EMAIL_PORT == 587)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = FRONTIS.mail_from

# Signing in
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "settings"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "frontis.studio.pages.adapters.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _IS_HTTPS else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_FORMS = {
    "add_email": "frontis.studio.pages.entrance.ChangeEmail",
    "change_password": "frontis.studio.pages.entrance.ChangePassword",
    "login": "frontis.studio.pages.entrance.SignIn",
    "reauthenticate": "frontis.studio.pages.entrance.Reauthenticate",
    "reset_password": "frontis.studio.pages.entrance.ForgotPassword",
    "reset_password_from_key": "frontis.studio.pages.entrance.ResetPassword",
    "set_password": "frontis.studio.pages.entrance.SetPassword",
    "signup": "frontis.studio.pages.entrance.SignUp",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
SOCIALACCOUNT_FORMS = {"signup": "frontis.studio.pages.entrance.SocialSignUp"}
SOCIALACCOUNT_PROVIDERS = {
    name: {
        "APPS": [{"client_id": _SIGN_IN[name][0], "secret": _SIGN_IN[name][1], "key": ""}],
        "SCOPE": ["user:email"] if name == "github" else ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
    }
    for name in SIGN_IN_WITH
}

UNFOLD = dress.UNFOLD
