"""
Django settings. Everything that differs between places comes from the environment:

`YIHU_HOME`, `DATABASE_URL`, `YIHU_PUBLIC_URL` (an https address turns on secure cookies and HSTS and trusts the proxy
in front), `YIHU_ALLOWED_HOSTS`, `YIHU_SECRET_KEY`, `YIHU_LOG_LEVEL`, `YIHU_AUDIT_GRACE_HOURS`, `YIHU_MATTERS` (a
folder of one's own bundles beside those that come with the program); mail and SMS: `config/messages.py`;
`YIHU_EXCHANGE_NETWORKS`, `YIHU_EXCHANGE_PLAIN_HOSTS`.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pghistory

from yihu.hub.config.database import django_database
from yihu.hub.config.logs import configure_structlog, logging_settings
from yihu.hub.config.messages import *  # noqa: F403 (mail and SMS)
from yihu.hub.config.sign_in import *  # noqa: F403 (the rules of signing in, in one place with their reasons)
from yihu.hub.config.state import secret_key, state_directory

HUB = Path(__file__).resolve().parents[1]
STATE = state_directory()

DEBUG = False
SECRET_KEY = secret_key()

PUBLIC_URL = os.environ.get("YIHU_PUBLIC_URL", "")
HTTPS = PUBLIC_URL.startswith("https://")
BEHIND_PROXY = bool(PUBLIC_URL)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [h.strip() for h in os.environ.get("YIHU_ALLOWED_HOSTS", "").split(",") if h.strip()]
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "yihu.hub.screens",
    "yihu.hub.foundation.audit",
    "yihu.hub.foundation.codes",
    "yihu.hub.foundation.org",
    "yihu.hub.foundation.documents",
    "yihu.hub.foundation.notices",
    "yihu.hub.foundation.identity",
    "yihu.hub.foundation.administration",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp",
    "allauth.idp.oidc",
    *sorted(f"yihu.hub.registers.{path.parent.name}" for path in (HUB / "registers").glob("*/apps.py")),
    *sorted(f"yihu.hub.centres.{path.parent.name}" for path in (HUB / "centres").glob("*/apps.py")),
    *sorted(f"yihu.hub.subsystems.{path.parent.name}" for path in (HUB / "subsystems").glob("*/apps.py")),
    "yihu.hub.sites.desk",
]

MIDDLEWARE = [
    "yihu.hub.base.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yihu.hub.foundation.identity.gate.SessionLimitMiddleware",
    "yihu.hub.base.security.PageHeadersMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "yihu.hub.base.access.AccessMiddleware",
    "yihu.hub.foundation.audit.gate.LogMiddleware",
    "yihu.hub.base.row_scope.RowScopeMiddleware",
    "yihu.hub.base.history.HistoryMiddleware",
    "yihu.hub.foundation.identity.gate.ObligationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "yihu.hub.config.urls"
WSGI_APPLICATION = "yihu.hub.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yihu.hub.base.navigation.frame",
            ],
        },
    }
]

DATABASES = {"default": django_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

AUTH_USER_MODEL = "org.User"
# Looks at personal numbers in the clear that one person may take.
UNMASK_PER_HOUR = 30
# What one request of an outside system may hold.
EXCHANGE_BODY_BYTES = 1024 * 1024
# Private networks that messages to outside systems may go to, and hosts called without TLS: none unless listed.
EXCHANGE_PRIVATE_NETWORKS = [n.strip() for n in os.environ.get("YIHU_EXCHANGE_NETWORKS", "").split(",") if n.strip()]
EXCHANGE_PLAIN_HOSTS = [h.strip() for h in os.environ.get("YIHU_EXCHANGE_PLAIN_HOSTS", "").split(",") if h.strip()]
SESSION_COOKIE_NAME = "yihu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "yihu_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "yihu.hub.screens.faults.forged"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [("yihu", HUB / "assets" / "dist")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = STATE / "uploads"
# Signing keys of the log, the newest head signed, sealed archives.
AUDIT_DIRECTORY = STATE / "audit"
AUDIT_GRACE_SECONDS = float(os.environ.get("YIHU_AUDIT_GRACE_HOURS", "4")) * 3600
# The bundles that come with the program: beside src in a checkout, inside the package once installed.
SHIPPED_MATTERS = HUB.parents[2] / "matters"
if not SHIPPED_MATTERS.is_dir():
    SHIPPED_MATTERS = HUB / "centres" / "matters" / "shipped"
OWN_MATTERS = Path(os.environ["YIHU_MATTERS"]) if os.environ.get("YIHU_MATTERS") else None
# Seconds for which hits of decision tables gather in memory before they are written.
RULES_FLUSH_SECONDS = 5
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Events of row history are read by the row they are of; an index on each reference would slow the import of people.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

configure_structlog()
LOGGING = logging_settings(os.environ.get("YIHU_LOG_LEVEL", "INFO").upper())
