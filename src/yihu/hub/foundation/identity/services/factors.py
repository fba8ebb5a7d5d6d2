"""Taking second factors away from somebody who lost them."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.services.sessions import end_access


class UnableToResetFactorsError(UnableTo):
    """It is oneself, or there is nothing to take away."""


@transaction.atomic
def reset_factors(*, user: Any, reason: str, request: HttpRequest) -> int:
    """
    Remove every second factor of a person whose device and recovery codes are lost, and end their sessions.

    The password stays: whoever found the device alone gets in no more than before.

    :raises UnableToResetFactorsError: see the class
    """
    if user.pk == request.user.pk:
        raise UnableToResetFactorsError("不能重设自己的第二重验证，请由另一名安全管理员办理。")
    held = Authenticator.objects.filter(user=user)
    kinds = sorted(set(held.values_list("type", flat=True)))
    if not kinds:
        raise UnableToResetFactorsError(f"{user} 没有登记第二重验证，无须重设。")
    count = held.delete()[0]
    end_access(user=user, reason="第二重验证已重设")
    record(
        verb="account.reset-factors",
        request=request,
        target=f"account:{user.get_username()}",
        target_name=str(user),
        purpose=reason,
        detail={"kinds": kinds},
    )
    return count
