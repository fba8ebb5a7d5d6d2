"""Who wants to be asked by SMS."""

from datetime import datetime

from django.db import transaction

from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ChallengeState
from yihu.hub.centres.tasks.models import SmsApprover, SmsChallenge
from yihu.hub.centres.tasks.services.refusals import UnableToSmsError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.api import number_in_effect
from yihu.hub.foundation.org.api import User


@transaction.atomic
def set_wanted(*, actor: User, wanted: bool, now: datetime) -> None:
    """
    Ask to be asked by SMS, or no more; codes that are out die with it.

    :raises UnableToSmsError: TODO-062 no number in effect
    """
    with as_system("短信审批"):
        if not wanted:
            SmsApprover.objects.filter(pk=actor.pk).delete()
            live = SmsChallenge.objects.filter(approver=actor, state__in=[ChallengeState.ISSUED, ChallengeState.LOCKED])
            live.update(state=ChallengeState.VOID, ended_at=now)
        elif number_in_effect(actor, now=now) is None:
            raise UnableToSmsError("TODO-062", "没有已生效的手机号，请先在“消息设置”中登记并验证")
        else:
            SmsApprover.objects.get_or_create(pk=actor.pk, defaults={"since": now})
    record(
        verb="todo.enable-sms" if wanted else "todo.disable-sms", request=current_request(), actor=actor,
        target=f"account:{actor.username}",
    )  # fmt: skip
