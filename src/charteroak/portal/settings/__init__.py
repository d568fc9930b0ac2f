"""Django settings of an installation, from the environment and the data directory.

``CHARTEROAK_DATA`` names the data directory (default ``./data``), ``DATABASE_URL`` a PostgreSQL server. Nothing here
is a secret: the secret key is made at first start and kept in the data directory, mode 0600.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from charteroak.adapters.data_directory import DataDirectory
from charteroak.adapters.database_address import postgresql_settings

DATA = DataDirectory(Path(os.environ.get("CHARTEROAK_DATA", "data")).absolute())
SECRET_KEY = DATA.secret_key()
# The name that checkpoints carry as the origin of each ledger (C2SP tlog-checkpoint: a schema-less URL prefix).
INSTALLATION_NAME = os.environ.get("CHARTEROAK_NAME", "charteroak.internal")
# Whom to tell about a weakness in this installation (RFC 9116: mailto:, tel: or https:); none is invented.
SECURITY_CONTACT = os.environ.get("CHARTEROAK_SECURITY_CONTACT", "")
# Where people outside find this installation, such as https://oak.town.example; printed on labels of evidence if named.
PUBLIC_ADDRESS = "".join(os.environ.get("CHARTEROAK_PUBLIC_ADDRESS", "").split())
# How long before its certificates expire a time-stamp token is stamped anew (docs/anchors.md).
TIMESTAMP_RENEWAL_DAYS = os.environ.get("CHARTEROAK_TIMESTAMP_RENEWAL_DAYS", "90")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CHARTEROAK_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CHARTEROAK_ORIGINS", "").split(",") if origin]
IS_TLS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "charteroak.portal",
    "axes",
    "csp",
    "charteroak.records.accounts",
    "charteroak.records.ledger",
    "charteroak.records.anchors",
    "charteroak.records.programs",
    "charteroak.records.evidence",
    "charteroak.records.exercises",
    "charteroak.records.reports",
    "charteroak.records.attachments",
    "charteroak.records.detections",
    "charteroak.records.incidents",
    "charteroak.records.incident_work",
    "charteroak.records.notices",
    "charteroak.records.intelligence",
    "charteroak.records.plans",
    "charteroak.records.frameworks",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the static files: whatever leaves, leaves with the headers.
    "charteroak.portal.middleware.PolicyHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Before whatever costs work for each request.
    "charteroak.portal.door.DoorMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "charteroak.portal.accounts.signed_in.SignedInMiddleware",
    # Every view needs a signed-in person unless it says @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "charteroak.portal.exercises.guard.ExerciseGuardMiddleware",
    "charteroak.portal.middleware.ForeseenErrorsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "charteroak.portal.urls"
WSGI_APPLICATION = "charteroak.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "charteroak.portal.context.shell",
            ]
        },
    }
]


CONNECTION_SECONDS = 600
"""How long a thread of the portal keeps its connection to the database."""


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            # Django's own, with the writers of one process in line.
            "ENGINE": "charteroak.adapters.sqlite",
            # Each thread keeps its connection: opening one reads the whole schema.
            "CONN_MAX_AGE": CONNECTION_SECONDS,
            "NAME": DATA.database_path,
            # A file, not memory: tests then meet the same locks and threads as an installation.
            "TEST": {"NAME": DATA.root / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # What is erased is overwritten in the file, and not only taken out of its tables.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON;",
            },
        }
    return postgresql_settings(url) | {"CONN_MAX_AGE": CONNECTION_SECONDS, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["charteroak.portal.accounts.hashers.BoundedScryptHasher"]
AUTH_PASSWORD_VALIDATORS = [
    # ASVS 5 section 6.2: length and a list of common passwords, no composition rules.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Axes asks before each sign-in and hears of each failure; ours counts without keeping addresses or what was typed.
AXES_HANDLER = "charteroak.portal.accounts.attempts.CountedAttempts"
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "charteroak.portal.accounts.views.locked_out"
CSRF_FAILURE_VIEW = "charteroak.portal.error_pages.forbidden"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "charteroak.portal.forms.PortalRenderer"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = "America/New_York"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

# ASVS 5 chapter 3: the browser is told to load nothing that we did not ship.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# "no-referrer" would make browsers send `Origin: null` with our own forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_TLS
SESSION_ENGINE = "charteroak.portal.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# With this prefix a browser takes the cookie from this very host over TLS alone, never from a neighbour's subdomain.
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_TLS else "csrftoken"
# Twelve hours from signing in, however busy the session is (``portal.accounts.views``); a stranger's ends sooner.
SESSION_COOKIE_AGE = 12 * 60 * 60

# Uploads are bounded before anything reads them; a mail of more than 25 MB is refused by name.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 20
