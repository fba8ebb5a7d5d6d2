"""Signing in with a lock against guessing, accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.choices import Kind
from yihu.hub.foundation.org.models import Office, SignInAttempt, User


class UnableToSignInError(UnableTo):
    """The name and password do not fit, or the account is locked for a while."""


class UnableToCreateUserError(UnableTo):
    """The password is too weak, or the name is taken."""


@dataclass(frozen=True, slots=True)
class OfficeSeen:
    """An office as the households of a snapshot name it."""

    code: str
    name: str
    division_code: str


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


@transaction.atomic
def create_user(*, username: str, password: str, display_name: str, kind: Kind, office: Office) -> User:
    """
    Make an account.

    :raises UnableToCreateUserError: weak password or taken name
    """
    if User.objects.filter(username__iexact=username).exists():
        raise UnableToCreateUserError(f"账号 {username} 已存在")
    draft = User(username=username, display_name=display_name, kind=kind, office=office)
    try:
        validate_password(password, draft)
    except ValidationError as error:
        raise UnableToCreateUserError("；".join(error.messages)) from error
    user = User.objects.create_user(username, password, display_name=display_name, kind=kind, office=office)
    record(verb="account.create", username="系统", target_name=str(user), target=f"account:{username}")
    return user


@transaction.atomic
def learn_offices(offices: list[OfficeSeen]) -> int:
    """Make or rename the offices that households name; existing accounts keep theirs. Says how many are new."""
    known = set(Office.objects.values_list("code", flat=True))
    Office.objects.bulk_create(
        [Office(code=o.code, name=o.name, division_code=o.division_code) for o in offices],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "division_code"],
    )
    return len({o.code for o in offices} - known)
