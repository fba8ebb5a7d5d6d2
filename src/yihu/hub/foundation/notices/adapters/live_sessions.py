"""What the live process asks of the database: whose sessions these are, and what their inboxes say."""

import json
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from yihu.hub.base.access import ACTING_POST
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.selectors.inbox import summaries
from yihu.hub.foundation.org.api import User

PERMISSION = "notices.self"
Store = import_module(settings.SESSION_ENGINE).SessionStore


def find_readers(keys: Sequence[str]) -> dict[str, int]:
    """By session key, the person signed in by it who may read an inbox now; sessions that ended are left out."""
    close_old_connections()
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    held = {row.session_key: data for row in rows if _is_young(data := Store().decode(row.session_data))}
    users = User.objects.in_bulk({int(data[SESSION_KEY]) for data in held.values()})
    return {
        key: user.pk
        for key, data in held.items()
        if (user := users.get(int(data[SESSION_KEY]))) is not None and _is_theirs(user, data)
    }


def _is_young(data: dict[str, Any]) -> bool:
    """Signed in, neither idle nor signed in for too long; the limits are those of the gate."""
    now = time.time()
    return (
        SESSION_KEY in data
        and BACKEND_SESSION_KEY in data
        and now - data.get("seen", now) <= settings.SESSION_IDLE_SECONDS
        and now - data.get("began", now) <= settings.SESSION_LONGEST_SECONDS
    )


def _is_theirs(user: User, data: dict[str, Any]) -> bool:
    """The password was not changed since, and a post still carries the right."""
    if not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return False
    if (chosen := data.get(ACTING_POST)) is not None:
        user.act_as(chosen)
    return user.holds(PERMISSION)


def summaries_of(users: Sequence[int]) -> dict[int, bytes]:
    """By person, what the frame shows of the inbox, as the stream's data."""
    close_old_connections()
    with as_system("实时消息"):
        found = summaries(users)
    return {user: json.dumps(told, ensure_ascii=False).encode() for user, told in found.items()}
