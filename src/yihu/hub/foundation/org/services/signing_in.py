"""Signing in with a lock against guessing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.models import SignInAttempt, User


class UnableToSignInError(UnableTo):
    """The name and password do not fit, or the account is locked for a while."""


def sign_in(*, request: HttpRequest, username: str, password: str, now: datetime) -> User:
    """
    Check name and password.

    Each try is written down before the password is looked at, so that many tries at once are all counted.

    :raises UnableToSignInError: wrong, or locked after too many failures
    """
    name = username.strip().casefold()
    attempt = SignInAttempt.objects.create(username=name, address=client_address(request))
    if _is_locked(attempt, now):
        record(verb="account.sign-in-locked", request=request, username=name)
        raise UnableToSignInError(
            f"连续登录失败次数过多，已暂停登录，请 {settings.SIGN_IN_LOCK_MINUTES} 分钟后再试或联系管理员"
        )
    user = authenticate(request, username=name, password=password)
    if user is None:
        record(verb="account.sign-in-failed", request=request, username=name)
        raise UnableToSignInError("账号或密码不正确")
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])
    record(verb="account.sign-in", request=request, actor=user)
    return user


def _is_locked(attempt: SignInAttempt, now: datetime) -> bool:
    since = now - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    recent = SignInAttempt.objects.filter(at__gte=since)
    by_name = recent.filter(username=attempt.username)
    success = by_name.filter(succeeded=True).order_by("-at").values_list("at", flat=True).first()
    failures = by_name.filter(succeeded=False, **({"at__gt": success} if success else {})).count()
    from_place = recent.filter(address=attempt.address, succeeded=False).count()
    # The try itself is among the counted.
    return failures > settings.SIGN_IN_FAILURES or from_place > settings.SIGN_IN_FAILURES_PER_ADDRESS
