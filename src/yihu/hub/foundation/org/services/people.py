"""Accounts of people: registered without a password, opened once by a code."""

import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import ActivationCode, Office, User
from yihu.hub.foundation.org.services.permits import permit, write

USERNAME = re.compile(r"[A-Za-z0-9._@-]{2,60}")
# No letters or digits that are mistaken for one another when typed from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
VALID_DAYS = 7
MOST_FAILURES = 5


class UnableToRegisterPersonError(UnableTo):
    """The name is taken or malformed."""


class UnableToActivateError(UnableTo):
    """No such code, used, run out, tried too often, or the new password is too weak."""


@transaction.atomic
def register_person(*, actor: User | None, now: datetime, username: str, display_name: str, office: Office) -> User:
    """
    Make an account that nobody can sign in with until a code has been used, and that may do nothing yet.

    :raises UnableToRegisterPersonError: see the class
    """
    permit(actor, "org.people", office)
    if not USERNAME.fullmatch(username):
        raise UnableToRegisterPersonError(f"账号“{username}”不合规：只能用字母、数字和 . _ @ -，2 至 60 位")
    if User.objects.filter(username__iexact=username).exists():
        raise UnableToRegisterPersonError(f"账号 {username} 已存在，请核对工号")
    user = User.objects.create_user(username, None, display_name=display_name.strip(), office=office)
    write(
        verb="account.create", actor=actor, target=f"account:{username}", name=str(user),
        after={"display_name": display_name, "office": office.code},
    )  # fmt: skip
    return user


@transaction.atomic
def rename_person(*, actor: User | None, now: datetime, user: User, display_name: str) -> None:
    """Another name; the account stays."""
    permit(actor, "org.people", user.office)
    before = user.display_name
    User.objects.filter(pk=user.pk).update(display_name=display_name.strip())
    user.display_name = display_name.strip()
    write(
        verb="account.rename", actor=actor, target=f"account:{user.username}", name=str(user),
        before={"display_name": before}, after={"display_name": user.display_name},
    )  # fmt: skip


@transaction.atomic
def issue_activation_code(*, actor: User | None, now: datetime, user: User) -> str:
    """
    A code that opens the account once, within a week. Shown this one time: only its hash is kept; earlier ones end.

    :raises UnableToActivateError: they have left, or it is oneself
    """
    permit(actor, "org.people", user.office)
    if actor is not None and actor.pk == user.pk:
        raise UnableToActivateError("不能给自己发放激活码，请由另一名系统管理员办理")
    if not user.is_active or user.left_on is not None:
        raise UnableToActivateError(f"{user} 已停用或离岗，不能发放激活码")
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    ActivationCode.objects.filter(user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    ActivationCode.objects.create(
        user=user, code_hash=make_password(code), issued_by=actor, issued_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
    )  # fmt: skip
    write(verb="account.issue-code", actor=actor, target=f"account:{user.username}", name=str(user))
    return code


def use_activation_code(*, now: datetime, username: str, code: str, password: str) -> User:
    """
    Open an account with its code and a first password. One answer for every reason but a weak password.

    :raises UnableToActivateError: see the class; a wrong code counts, and after five the code ends
    """
    with transaction.atomic():
        user = _opened(now, username, code.strip().lower(), password)
    if user is None:
        raise UnableToActivateError("账号或激活码不正确，或激活码已过期；请向系统管理员重新索取")
    return user


def _opened(now: datetime, username: str, code: str, password: str) -> User | None:
    rows = ActivationCode.objects.select_for_update(of=("self",)).select_related("user")
    found = rows.filter(
        user__username__iexact=username.strip(), user__is_active=True, used_at=None, withdrawn_at=None,
        expires_at__gt=now,
    ).first()  # fmt: skip
    if found is None:
        make_password(code)  # the same time as a check takes
        return None
    if not check_password(code, found.code_hash):
        found.failures += 1
        found.withdrawn_at = now if found.failures >= MOST_FAILURES else None
        found.save(update_fields=["failures", "withdrawn_at"])
        return None
    try:
        validate_password(password, found.user)
    except ValidationError as error:
        raise UnableToActivateError("；".join(error.messages)) from error
    found.user.set_password(password)
    found.user.save(update_fields=["password"])
    found.used_at = now
    found.save(update_fields=["used_at"])
    write(verb="account.activate", actor=found.user, target=f"account:{found.user.username}", name=str(found.user))
    return found.user
