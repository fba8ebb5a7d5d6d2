"""Codes: who may be asked by SMS about what, making a code, and sending it."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ChallengeState, TodoState
from yihu.hub.centres.tasks.models import SmsApprover, SmsChallenge, Todo
from yihu.hub.centres.tasks.services.deciding import handlers_of
from yihu.hub.centres.tasks.services.refusals import UnableToSmsError
from yihu.hub.centres.tasks.services.sms.words import ALPHABET, LENGTH
from yihu.hub.foundation.notices.api import UnableToTextError, number_in_effect, send_sms

VALID = timedelta(hours=24)
TRIES = 5
KEPT_START, KEPT_END = 2, 4


def code_hash(code: str) -> str:
    """Keyed, so that whoever reads the table cannot try all codes against it."""
    return salted_hmac("tasks.sms.code", code, algorithm="sha256").hexdigest()


def masked(title: str) -> str:
    """A title by its beginning and end: what the approver recognises and a bystander does not."""
    if len(title) <= KEPT_START + KEPT_END:
        return title
    return f"{title[:KEPT_START]}****{title[-KEPT_END:]}"


def hindrance(todo: Todo) -> str:
    """Why a to-do cannot be decided by SMS, in words; "" when it can. `todo.source` is loaded."""
    if todo.state != TodoState.PENDING:
        return f"该事项已不在待办（{todo.get_state_display()}）"
    if not todo.low_risk or todo.kind not in todo.source.sms_kinds:
        return "该事项不在可短信审批的清单内"
    if todo.amount is not None and todo.amount > todo.source.sms_cap_amount:
        return f"金额超过短信审批上限 {todo.source.sms_cap_amount:,.2f} 元"
    if handlers_of(todo.source.code).decide is None:
        return "该来源的事项须打开办理"
    return ""


def issue_when_wanted(todo: Todo, now: datetime) -> None:
    """
    A to-do arrived or was renewed: send a code when its kind is listed and its receiver asked for it. Never raises for
    what SMS alone cannot do; the to-do stands on the list in any case.
    """
    if todo.state != TodoState.PENDING or hindrance(todo):
        return
    with as_system("短信审批"):
        known = SmsChallenge.objects.filter(
            todo=todo, approver_id=todo.receiver_id, state__in=[ChallengeState.ISSUED, ChallengeState.LOCKED]
        )
        if not SmsApprover.objects.filter(pk=todo.receiver_id).exists() or known.exists():
            return
    try:
        with transaction.atomic():
            issue_code(todo=todo, now=now)
    except (UnableToSmsError, UnableToTextError):
        return


@transaction.atomic
def issue_code(*, todo: Todo, now: datetime) -> SmsChallenge:
    """
    Make a new code for the receiver of a to-do and send it; an older one of the same to-do dies.

    :raises UnableToSmsError: TODO-060 not by SMS, 061 not asked for, 062 no number in effect
    :raises UnableToTextError: the gateway is not there
    """
    if reason := hindrance(todo):
        raise UnableToSmsError("TODO-060", f"{reason}，请登录办理")
    with as_system("短信审批"):
        if not SmsApprover.objects.filter(pk=todo.receiver_id).exists():
            raise UnableToSmsError("TODO-061", "办理人没有开通短信审批")
        number = number_in_effect(todo.receiver, now=now)
        if number is None:
            raise UnableToSmsError("TODO-062", "没有已生效的手机号，请先在“消息设置”中登记；更换号码后 24 小时生效")
        live = SmsChallenge.objects.filter(todo=todo, state__in=[ChallengeState.ISSUED, ChallengeState.LOCKED])
        live.update(state=ChallengeState.VOID, ended_at=now)
        code, made = _made(todo, number[0], now)
    send_sms(number_of=todo.receiver, text=wording(todo, code, made.expires_at), secret=True, now=now)
    return made


def _made(todo: Todo, number_id: int, now: datetime) -> tuple[str, SmsChallenge]:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return code, SmsChallenge.objects.create(
                    todo=todo, approver_id=todo.receiver_id, code_hash=code_hash(code), number_id=number_id,
                    issued_at=now, expires_at=expiry(todo, now),
                )  # fmt: skip
        except IntegrityError:
            # One of half a thousand million is taken by another live task.
            continue


def expiry(todo: Todo, now: datetime) -> datetime:
    """A day at most, and no longer than the limit of a to-do that is not overdue."""
    end = now + VALID
    return min(end, todo.due_at) if todo.due_at is not None and todo.due_at > now else end


def wording(todo: Todo, code: str, expires_at: datetime) -> str:
    """What is sent: the matter, the title in part, the code, until when, how to answer."""
    until = timezone.localtime(expires_at)
    about = f"{todo.kind}“{masked(todo.title)}”" if todo.kind else f"“{masked(todo.title)}”"
    return (
        f"【一户】{about}待您审批。同意回复 Y {code}，不同意回复 N {code} 理由。"
        f"{until:%m-%d %H:%M} 前有效，只能用一次；也可登录办理。"
    )
