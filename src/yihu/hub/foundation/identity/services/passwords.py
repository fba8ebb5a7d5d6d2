"""Passwords that people choose."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.models import PasswordRecord
from yihu.hub.foundation.identity.services.attempts import begin_attempt, note_failure, note_success
from yihu.hub.foundation.identity.services.sessions import end_access
from yihu.hub.foundation.org.api import UnableToActivateError, use_activation_code


@transaction.atomic
def set_own_password(*, user: Any, password: str, request: HttpRequest, now: datetime) -> None:
    """Take a checked password that the person chose, and remember it against reuse."""
    user.set_password(password)
    user.save(update_fields=["password"])
    accept_password(user=user, now=now)
    record(verb="account.change-password", request=request, actor=user, target=f"account:{user.get_username()}")


def activate(*, username: str, code: str, password: str, request: HttpRequest, now: datetime) -> None:
    """
    Open an account with its one-time code and a password its owner chose; what was signed in before ends.

    A wrong code counts like a wrong password, so codes cannot be tried out either.

    :raises UnableToSignInError: too many failures of late
    :raises UnableToActivateError: no such code, run out, or the password is too weak
    """
    attempt = begin_attempt(request=request, username=username, now=now)
    try:
        # In a transaction of its own: the count of wrong codes must outlive the refusal.
        user = use_activation_code(now=now, username=username, code=code, password=password)
    except UnableToActivateError:
        note_failure(attempt=attempt, request=request)
        raise
    with transaction.atomic():
        accept_password(user=user, now=now)
        end_access(user=user, reason="账号重新启用")
        note_success(attempt=attempt)


@transaction.atomic
def accept_password(*, user: Any, now: datetime) -> None:
    """Count the password in use as the person's own from now on."""
    PasswordRecord.objects.create(user=user, password=user.password, set_at=now)
    kept = PasswordRecord.objects.filter(user=user).order_by("-set_at")[: settings.PASSWORD_HISTORY]
    PasswordRecord.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def follow_rehash(*, user: Any, former: str) -> None:
    """The same password is now stored by another hash (the cost was raised at sign-in)."""
    PasswordRecord.objects.filter(user=user, password=former).update(password=user.password)
