"""Tries to sign in by password: written down first, refused when there were too many."""

from datetime import datetime, timedelta

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.models import SignInAttempt
from yihu.hub.foundation.identity.selectors import find_lock, normal_name, source_of


class UnableToSignInError(UnableTo):
    """Too many failures of late."""


class UnableToUnlockError(UnableTo):
    """There is nothing to release."""


def begin_attempt(*, request: HttpRequest, username: str, now: datetime) -> SignInAttempt:
    """
    Write a try down before the password is looked at, so that many tries at once are all counted.

    :raises UnableToSignInError: no more tries for a while, whether the account exists or not
    """
    address = client_address(request)
    attempt = SignInAttempt.objects.create(
        at=now, username=normal_name(username), source=source_of(address), address=address
    )
    lock = find_lock(username=attempt.username, source=attempt.source, now=now)
    if lock:
        record(verb="account.sign-in-locked", request=request, username=attempt.username, detail={"lock": lock})
        raise UnableToSignInError(
            f"连续登录失败次数过多，已暂停登录。请 {settings.SIGN_IN_LOCK_MINUTES} 分钟后再试，"
            "用通行密钥登录，或联系安全管理员解除。"
        )
    return attempt


@transaction.atomic
def note_success(*, attempt: SignInAttempt) -> None:
    """The password was right: failures before it count no more."""
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])


def note_failure(*, attempt: SignInAttempt, request: HttpRequest) -> None:
    """The name or the password was wrong."""
    record(verb="account.sign-in-failed", request=request, username=attempt.username)


@transaction.atomic
def unlock(*, username: str, request: HttpRequest, now: datetime) -> int:
    """
    Let an account try again, wherever it was held back; says how many failures were forgiven.

    :raises UnableToUnlockError: no failures within the time of a lock
    """
    name = normal_name(username)
    since = now - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    failures = SignInAttempt.objects.filter(username=name, succeeded=False, forgiven=False, at__gte=since)
    forgiven = failures.update(forgiven=True)
    if not forgiven:
        raise UnableToUnlockError(f"账号 {name} 目前没有被暂停登录，无须解除。")
    record(verb="account.unlock", request=request, target=f"account:{name}", detail={"failures": forgiven})
    return forgiven


@transaction.atomic
def forget_what_ended(*, now: datetime) -> None:
    """Remove tries that no rule looks at any more, and what other systems were given and has run out."""
    SignInAttempt.objects.filter(at__lt=now - timedelta(days=settings.SIGN_IN_KNOWN_DAYS)).delete()
    Token.objects.expired().delete()
