"""One person's permissions lent to another for a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org import catalogue
from yihu.hub.foundation.org.catalogue import ADMINISTRATION, permission_name
from yihu.hub.foundation.org.choices import Family
from yihu.hub.foundation.org.models import Delegation, User
from yihu.hub.foundation.org.models.grants import load_grants
from yihu.hub.foundation.org.services.permits import day_of, permit_self_or, write
from yihu.hub.foundation.org.services.separation import check_people, lock_people

LONGEST_DAYS = 366
# Whoever reaches the giver by lending on from the receiver, within the days, closes a circle.
CIRCLE = """
WITH RECURSIVE chain AS (
  SELECT d.receiver_id, d.valid_from, d.valid_to FROM org_delegation d
   WHERE d.giver_id = %(receiver)s AND d.revoked_at IS NULL AND d.valid_from < %(end)s AND d.valid_to > %(start)s
  UNION
  SELECT d.receiver_id, d.valid_from, d.valid_to FROM org_delegation d JOIN chain c ON d.giver_id = c.receiver_id
   WHERE d.revoked_at IS NULL AND d.valid_from < %(end)s AND d.valid_to > %(start)s
)
SELECT 1 FROM chain WHERE receiver_id = %(giver)s LIMIT 1
"""


class UnableToDelegateError(UnableTo):
    """The days, the receiver or what is lent does not fit."""


@transaction.atomic
def delegate(
    *,
    actor: User | None,
    now: datetime,
    giver: User,
    receiver: User,
    valid_from: date,
    valid_to: date | None,
    reason: str,
    permissions: Sequence[str] | None = None,
    takes_present_tasks: bool = False,
) -> Delegation:
    """
    Lend the giver's own permissions, all of them or those named.

    Borrowed permissions are never lent on. Administration goes only to somebody who holds the same kind themselves.

    :raises UnableToDelegateError: see the class
    :raises WouldJoinControlError: the receiver would hold what must stay apart
    """
    permit_self_or(actor, giver, "org.people")
    people = lock_people(giver, receiver)
    _check_days(valid_from, valid_to, day_of(now))
    _check_receiver(giver, receiver, valid_from, valid_to)
    named = list(dict.fromkeys(permissions or ()))
    _check_lent(giver, receiver, named, max(valid_from, day_of(now)))
    made = Delegation.objects.create(
        giver=giver, receiver=receiver, everything=not named, permissions=named, valid_from=valid_from,
        valid_to=valid_to, takes_present_tasks=takes_present_tasks, reason=reason[:300], made_by=actor, made_at=now,
    )  # fmt: skip
    check_people(people, today=day_of(now))
    write(
        verb="delegation.make", actor=actor, target=f"account:{giver.username}", name=str(giver), reason=reason,
        after=_facts(made),
    )  # fmt: skip
    return made


@transaction.atomic
def revoke_delegation(*, actor: User | None, now: datetime, delegation: Delegation) -> None:
    """
    Take back what was lent, or give it back; at once.

    :raises UnableToDelegateError: it has ended
    """
    if actor is None or actor.pk != delegation.receiver_id:
        permit_self_or(actor, delegation.giver, "org.people")
    still = Delegation.objects.filter(pk=delegation.pk, revoked_at=None, valid_to__gt=day_of(now))
    if not still.update(revoked_at=now):
        raise UnableToDelegateError("该委托已经结束或已经撤回")
    write(
        verb="delegation.revoke", actor=actor, target=f"account:{delegation.giver.username}",
        name=str(delegation.giver), before=_facts(delegation),
    )  # fmt: skip


def _check_days(start: date, end: date | None, today: date) -> None:
    if end is None:
        raise UnableToDelegateError("委托必须有截止日，请填写")
    if end <= start or end <= today:
        raise UnableToDelegateError("委托的截止日必须在起始日和今天之后")
    if end - start > timedelta(days=LONGEST_DAYS):
        raise UnableToDelegateError(f"一次委托最长 {LONGEST_DAYS} 天，更长的请通过任命办理")


def _check_receiver(giver: User, receiver: User, start: date, end: date) -> None:
    if giver.pk == receiver.pk:
        raise UnableToDelegateError("不能委托给自己")
    if not receiver.is_active or (receiver.left_on is not None and receiver.left_on < end):
        raise UnableToDelegateError(f"{receiver} 已停用或将离岗，请换一人")
    away = receiver.leaves.filter(Q(valid_to=None) | Q(valid_to__gt=start), cancelled_at=None, valid_from__lt=end)
    if away.exists():
        raise UnableToDelegateError(f"{receiver} 在这段日期里休假，请换一人")
    with connection.cursor() as cursor:
        cursor.execute(CIRCLE, {"giver": giver.pk, "receiver": receiver.pk, "start": start, "end": end})
        if cursor.fetchone():
            raise UnableToDelegateError(
                f"{receiver} 在这段日期里已把权限委托出去并回到 {giver}，形成循环委托，请换一人"
            )


def _check_lent(giver: User, receiver: User, named: list[str], day: date) -> None:
    own = [g for g in load_grants(giver.pk, day) if g.delegation_id is None]
    held = {p for g in own for p in g.permissions}
    missing = [permission_name(p) for p in named if p not in held]
    if missing:
        raise UnableToDelegateError(f"{giver} 在 {day} 没有{'、'.join(missing)}，不能委托；借来的权限不能转借")
    lent = set(named) or held
    known = catalogue.permissions()
    if not any(p in known and known[p].family != Family.COMMON for p in lent):
        raise UnableToDelegateError(f"{giver} 在 {day} 没有可以委托的权限")
    theirs = {g.family for g in load_grants(receiver.pk, day) if g.delegation_id is None}
    for grant in own:
        if grant.family in ADMINISTRATION - theirs and any(_administers(p) for p in grant.permissions & lent):
            raise UnableToDelegateError(
                f"{grant.family.label}的权限只能委托给同为{grant.family.label}的人，请换一人，或只委托其他权限"
            )


def _administers(permission: str) -> bool:
    known = catalogue.permissions().get(permission)
    return known is not None and known.family in ADMINISTRATION


def _facts(delegation: Delegation) -> dict[str, object]:
    return {
        "receiver": delegation.receiver.username,
        "permissions": "全部" if delegation.everything else delegation.permissions,
        "valid_from": delegation.valid_from,
        "valid_to": delegation.valid_to,
        "takes_present_tasks": delegation.takes_present_tasks,
    }
