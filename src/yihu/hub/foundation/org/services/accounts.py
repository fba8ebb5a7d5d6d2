"""Making accounts in one step: person, post and confirmed appointment, for first installations and the command line."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Appointment, Duty, Office, Post, PostDuty, User


class UnableToCreateUserError(UnableTo):
    """The password is too weak, or the name is taken."""


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str,
    display_name: str,
    duty: StandardDuty,
    office: Office,
    now: datetime | None = None,
) -> User:
    """
    Make an account at the machine itself, where nobody is signed in: its appointment counts as confirmed.

    :raises UnableToCreateUserError: weak password or taken name
    """
    now = now or timezone.now()
    if User.objects.filter(username__iexact=username).exists():
        raise UnableToCreateUserError(f"账号 {username} 已存在")
    try:
        validate_password(password, User(username=username, display_name=display_name, office=office))
    except ValidationError as error:
        raise UnableToCreateUserError("；".join(error.messages)) from error
    user = User.objects.create_user(username, password, display_name=display_name, office=office)
    post = post_of_duty(office=office, duty=duty, now=now)
    today = timezone.localdate(now)
    Appointment.objects.create(
        user=user, post=post, valid_from=today, is_primary=True, appointed_at=now, confirmed_at=now
    )
    record(
        verb="account.create",
        username="系统",
        target_name=str(user),
        target=f"account:{username}",
        detail={"post": post.code, "office": office.code},
    )
    return user


def post_of_duty(*, office: Office, duty: StandardDuty, now: datetime) -> Post:
    """The office's post that carries one standard duty; made when there is none."""
    today = timezone.localdate(now)
    post, is_new = Post.objects.get_or_create(
        code=f"{office.code}-{duty}", defaults={"name": duty.label, "office": office, "valid_from": today}
    )
    if is_new:
        PostDuty.objects.create(post=post, duty=Duty.objects.get(code=duty), valid_from=today)
    return post
