"""Passwords that people choose."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.models import PasswordRecord


@transaction.atomic
def set_own_password(*, user: Any, password: str, request: HttpRequest, now: datetime) -> None:
    """Take a checked password that the person chose, and remember it against reuse."""
    user.set_password(password)
    user.save(update_fields=["password"])
    accept_password(user=user, now=now)
    record(verb="account.change-password", request=request, actor=user, target=f"account:{user.get_username()}")


@transaction.atomic
def accept_password(*, user: Any, now: datetime) -> None:
    """Count the password in use as the person's own from now on."""
    PasswordRecord.objects.create(user=user, password=user.password, set_at=now)
    kept = PasswordRecord.objects.filter(user=user).order_by("-set_at")[: settings.PASSWORD_HISTORY]
    PasswordRecord.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def follow_rehash(*, user: Any, former: str) -> None:
    """The same password is now stored by another hash (the cost was raised at sign-in)."""
    PasswordRecord.objects.filter(user=user, password=former).update(password=user.password)
