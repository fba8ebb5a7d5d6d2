"""
Mail and SMS: off until the environment names a server. Passwords and secrets come from files (`…_FILE`) or variables.

`YIHU_SMTP_HOST`, `YIHU_SMTP_PORT`, `YIHU_SMTP_USER`, `YIHU_SMTP_PASSWORD`, `YIHU_SMTP_TLS` (none | starttls | tls),
`YIHU_MAIL_FROM`.

`YIHU_SMS_GATEWAY` (loopback | http | none): the loopback is a simulator for demonstrations, the default of an embedded
installation, and refused together with an address of a real gateway. `http` needs `YIHU_SMS_URL`, `YIHU_SMS_KEY` and
`YIHU_SMS_SECRET`; see docs/subsystems/notices.md.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def _secret(name: str) -> str:
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text("utf-8").strip() if path else os.environ.get(name, "")


EMAIL_HOST = os.environ.get("YIHU_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("YIHU_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("YIHU_SMTP_USER", "")
EMAIL_HOST_PASSWORD = _secret("YIHU_SMTP_PASSWORD")
EMAIL_USE_TLS = os.environ.get("YIHU_SMTP_TLS", "none") == "starttls"
EMAIL_USE_SSL = os.environ.get("YIHU_SMTP_TLS", "none") == "tls"
# A worker must not stand still before a dead server.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("YIHU_MAIL_FROM", "yihu@localhost")

_embedded = not os.environ.get("DATABASE_URL")
_chosen = os.environ.get("YIHU_SMS_GATEWAY", "loopback" if _embedded else "none")
SMS_URL = os.environ.get("YIHU_SMS_URL", "")
SMS_KEY = os.environ.get("YIHU_SMS_KEY", "")
SMS_SECRET = _secret("YIHU_SMS_SECRET")
SMS_SIGNATURE = os.environ.get("YIHU_SMS_SIGNATURE", "【一户】")
# Names of the gateway's fields, e.g. "to=mobile,text=content".
SMS_FIELDS = os.environ.get("YIHU_SMS_FIELDS", "")
SMS_TIMEOUT = 10
if _chosen not in {"loopback", "http", "none"}:
    raise ImproperlyConfigured("YIHU_SMS_GATEWAY must be loopback, http or none")
if _chosen == "loopback" and SMS_URL:
    raise ImproperlyConfigured("YIHU_SMS_GATEWAY=loopback is for demonstrations: it is refused beside YIHU_SMS_URL")
if _chosen == "http" and not (SMS_URL and SMS_KEY and SMS_SECRET):
    raise ImproperlyConfigured("YIHU_SMS_GATEWAY=http needs YIHU_SMS_URL, YIHU_SMS_KEY and YIHU_SMS_SECRET")
_parts = urlsplit(SMS_URL)
if SMS_URL and _parts.scheme != "https" and _parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
    raise ImproperlyConfigured("YIHU_SMS_URL must be https: it carries telephone numbers")
SMS_GATEWAY = "" if _chosen == "none" else _chosen
