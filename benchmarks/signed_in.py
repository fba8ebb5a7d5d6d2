"""Signed-in officers for load on the real web server: a session made beforehand, and the headers that carry it."""

import time
from typing import Any

TOKEN = "a" * 32


def session_of(user: Any) -> str:
    """A key of a session that is as good as one begun by signing in now."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    now = int(time.time())
    session = SessionStore()
    session.update(
        {
            "_auth_user_id": str(user.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": user.get_session_auth_hash(), "began": now, "seen": now + 3600, "owed": "",
        }
    )  # fmt: skip
    session.create()
    return str(session.session_key)


def headers_of(session: str) -> dict[str, str]:
    """What a browser sends with a form of such a session."""
    return {
        "Cookie": f"yihu_session={session}; yihu_csrf={TOKEN}", "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
