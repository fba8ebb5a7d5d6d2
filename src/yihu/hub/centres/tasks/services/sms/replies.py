"""
A reply came in: whose number, which code, and is it still good? Then the source decides, and the approver is told.

Lock order: the to-do's advisory lock, the source's rows, the to-do, codes; so it never waits crosswise with a page.
"""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ChallengeState, ReplyOutcome, Verdict
from yihu.hub.centres.tasks.models import SmsApprover, SmsChallenge, SmsReply
from yihu.hub.centres.tasks.services.deciding import decide_todo
from yihu.hub.centres.tasks.services.sms.codes import TRIES, code_hash, hindrance, masked
from yihu.hub.centres.tasks.services.sms.words import Reply, read_reply
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.api import Incoming
from yihu.hub.foundation.org.api import User

HOW = "请回复 Y 加六位代码表示同意，或 N 加代码和理由，例如：Y 7K3Q9A"
SILENCE = ""
DEAD = {
    ChallengeState.DECIDED: "该代码已经用过，每个代码只能用一次",
    ChallengeState.VOID: "该事项已经办理、转办、变更或撤回，代码失效，请登录查看",
    ChallengeState.LOCKED: "该事项的短信审批因多次输错已锁定，请登录办理（SMS-004）",
    ChallengeState.EXPIRED: "代码已过期，请登录办理（SMS-005）",
}


def on_reply(incoming: Incoming) -> str | None:
    """
    Handle one SMS in the transaction that marks it as received.

    :return: what to answer; "" for silence; None when it is no approval
    """
    reply = read_reply(incoming.text)
    if reply is None:
        return None
    with as_system("短信审批"), transaction.atomic():
        if not reply.code and not _waits(incoming.user):
            return None
        row, made = SmsReply.objects.get_or_create(
            message_id=f"{incoming.mask} {incoming.message_id}"[:120],
            defaults={
                "text_hash": hashlib.sha256(incoming.text.encode()).hexdigest(), "received_at": incoming.received_at,
                "verdict": reply.verdict or "", "outcome": ReplyOutcome.BARE,
            },
        )  # fmt: skip
        if not made:
            return SILENCE
        outcome, answer = _judged(incoming, reply, row)
        row.outcome = outcome
        row.save(update_fields=["outcome", "challenge"])
    return answer


def _waits(user: User | None) -> bool:
    return user is not None and SmsChallenge.objects.filter(approver=user, state=ChallengeState.ISSUED).exists()


def _judged(incoming: Incoming, reply: Reply, row: SmsReply) -> tuple[ReplyOutcome, str]:
    if not reply.code:
        return ReplyOutcome.BARE, HOW
    user, now = incoming.user, incoming.received_at
    rows = SmsChallenge.objects.filter(code_hash=code_hash(reply.code)).select_related("todo__source", "todo__receiver")
    known = rows.order_by("-issued_at", "-pk").first()
    if user is None or (known is not None and known.approver_id != user.pk):
        row.challenge = known
        _alarm(incoming, known)
        return ReplyOutcome.ALARM, SILENCE
    if known is None:
        return ReplyOutcome.WRONG, _count_wrong(user, now)
    row.challenge = known
    if known.number_id != incoming.number_id:
        _alarm(incoming, known)
        _end(known, ChallengeState.VOID, now)
        return ReplyOutcome.ALARM, SILENCE
    if known.state == ChallengeState.ISSUED and known.expires_at <= now:
        _end(known, ChallengeState.EXPIRED, now)
    if known.state != ChallengeState.ISSUED:
        return ReplyOutcome.DEAD, DEAD[ChallengeState(known.state)]
    return _decided(known, user, reply, row, now)


def _decided(
    known: SmsChallenge, user: User, reply: Reply, row: SmsReply, now: datetime
) -> tuple[ReplyOutcome, str]:  # fmt: skip
    todo = known.todo
    if not SmsApprover.objects.filter(pk=user.pk).exists() or todo.receiver_id != user.pk:
        return ReplyOutcome.REFUSED, "您没有开通短信审批或已不是办理人，请登录办理"
    if reason := hindrance(todo):
        return ReplyOutcome.REFUSED, f"{reason}，请登录办理"
    if reply.verdict == Verdict.REFUSE and not reply.reason:
        return ReplyOutcome.REFUSED, "不同意须写明理由，请回复 N 代码 理由；代码仍然有效"
    verdict = reply.verdict or Verdict.REFUSE
    try:
        with transaction.atomic():
            decide_todo(
                todo_id=todo.pk, actor=user, verdict=verdict, opinion=reply.reason, channel="SMS", now=now,
                text_hash=row.text_hash, message_id=row.message_id,
            )  # fmt: skip
    except UnableTo as error:
        return ReplyOutcome.REFUSED, f"没有办成：{error}"
    # Settling voided it with the others of the task; this one was used.
    _end(known, ChallengeState.DECIDED, now)
    return ReplyOutcome.DECIDED, f"已办理：{todo.kind}“{masked(todo.title)}”，意见：{verdict.label}"


def _count_wrong(user: User, now: datetime) -> str:
    """A wrong code may have been meant for any live task of the approver, so it counts for each."""
    live = SmsChallenge.objects.filter(approver=user, state=ChallengeState.ISSUED, expires_at__gt=now)
    if not live.exists():
        return "没有等待短信审批的事项，或代码已失效，请登录办理"
    for one in live.select_for_update().order_by("pk"):
        one.tries = F("tries") + 1
        one.save(update_fields=["tries"])
    locked = live.filter(tries__gte=TRIES).update(state=ChallengeState.LOCKED, ended_at=now)
    if locked:
        return "代码多次不对，相关事项的短信审批已锁定，请登录办理（SMS-004）"
    left = TRIES - max(live.values_list("tries", flat=True), default=0)
    return f"代码不对，请核对短信中的六位代码，还可以试 {left} 次"


def _end(challenge: SmsChallenge, state: ChallengeState, now: datetime) -> None:
    challenge.state, challenge.ended_at = state, now
    challenge.save(update_fields=["state", "ended_at"])


def _alarm(incoming: Incoming, known: SmsChallenge | None) -> None:
    """A code from a phone that is not the approver's: nothing is answered, the log tells the security administrator."""
    record(
        verb="todo.sms-alarm", username=incoming.user.username if incoming.user else "未登记的号码",
        target=f"todo:{known.todo_id}" if known else "", channel="SMS",
        detail={"number": incoming.mask, "message_id": incoming.message_id},
    )  # fmt: skip


def expire_codes(*, now: datetime) -> int:
    """Codes past their time end; says how many."""
    with as_system("短信审批"):
        past = SmsChallenge.objects.filter(state=ChallengeState.ISSUED, expires_at__lte=now)
        return past.update(state=ChallengeState.EXPIRED, ended_at=now)
