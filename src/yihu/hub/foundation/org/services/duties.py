"""Duties: what they carry, and which posts carry them, by dates. The security administrator's verbs."""

import re
from datetime import date, datetime

from django.db import transaction

from yihu.hub.base.access import Label
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.catalogue import conflicts_among, may_carry, permission_name, permissions
from yihu.hub.foundation.org.choices import Family, ScopeRule
from yihu.hub.foundation.org.models import Appointment, Duty, DutyPermission, Post, PostDuty, User
from yihu.hub.foundation.org.services.continuity import keeping_administrators
from yihu.hub.foundation.org.services.permits import day_of, permit, write
from yihu.hub.foundation.org.services.separation import check_permissions, lock_structure

CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


class UnableToKeepDutyError(UnableTo):
    """The code is taken, the permission is of another family or would join an action and its control."""


@transaction.atomic
def define_duty(
    *,
    actor: User | None,
    now: datetime,
    code: str,
    name: str,
    family: str,
    scope_rule: str,
    clearance: int,
    effective_on: date,
) -> Duty:
    """
    A new duty; it carries nothing yet.

    :raises UnableToKeepDutyError: the code is malformed or taken
    """
    permit_everywhere(actor)
    if not CODE.fullmatch(code):
        raise UnableToKeepDutyError(f"岗责代码“{code}”不合规：只能用字母、数字和 . _ -，最长 40 位")
    if Duty.objects.filter(code=code).exists():
        raise UnableToKeepDutyError(f"岗责代码 {code} 已在用，请换一个")
    after = {"family": Family(family), "scope_rule": ScopeRule(scope_rule), "clearance": Label(int(clearance))}
    made = Duty.objects.create(code=code, name=name, valid_from=effective_on, **after)
    write(verb="duty.open", actor=actor, target=f"duty:{code}", name=name, after=after)
    return made


@transaction.atomic
def change_duty(*, actor: User | None, now: datetime, duty: Duty, name: str, scope_rule: str, clearance: int) -> None:
    """Another name, reach or clearance, at once for everybody whose posts carry it."""
    permit_everywhere(actor)
    before = {"title": duty.name, "scope_rule": duty.scope_rule, "clearance": duty.clearance}
    after = {"scope_rule": ScopeRule(scope_rule), "clearance": Label(int(clearance))}
    Duty.objects.filter(pk=duty.pk).update(name=name, **after)
    after["title"] = name
    duty.refresh_from_db()
    write(verb="duty.change", actor=actor, target=f"duty:{duty.code}", name=name, before=before, after=after)


@transaction.atomic
def add_permission(
    *,
    actor: User | None,
    now: datetime,
    duty: Duty,
    permission: str,
    valid_from: date,
    valid_to: date | None = None,
) -> DutyPermission:
    """
    Let a duty carry a permission for a time.

    :raises UnableToKeepDutyError: unknown, of another family, or carried already in these days
    :raises WouldJoinControlError: somebody would hold what must stay apart
    """
    permit_everywhere(actor)
    lock_structure()
    _check_permission(duty, permission)
    if _overlapping(DutyPermission.objects.filter(duty=duty, permission=permission), valid_from, valid_to):
        raise UnableToKeepDutyError(f"{duty.name} 在这段日期里已有“{permission_name(permission)}”，不必再加")
    made = DutyPermission.objects.create(duty=duty, permission=permission, valid_from=valid_from, valid_to=valid_to)
    _check_itself(duty, day_of(now))
    check_permissions([permission], today=day_of(now))
    _written(actor, "duty.add-permission", duty, after={"permission": permission, "valid_from": valid_from,
             "valid_to": valid_to})  # fmt: skip
    return made


@transaction.atomic
def withdraw_permission(*, actor: User | None, now: datetime, carried: DutyPermission, effective_on: date) -> None:
    """
    Let a duty cease to carry a permission.

    :raises UnableToKeepDutyError: it has ended by then
    :raises LastAdministratorError: nobody would hold what somebody must
    """
    permit_everywhere(actor)
    lock_structure()
    _end(DutyPermission, carried, effective_on, now)
    before = {"permission": carried.permission, "valid_to": carried.valid_to}
    _written(actor, "duty.withdraw-permission", carried.duty, before=before, after={"valid_to": effective_on})


@transaction.atomic
def give_duty(
    *,
    actor: User | None,
    now: datetime,
    post: Post,
    duty: Duty,
    valid_from: date,
    valid_to: date | None = None,
) -> PostDuty:
    """
    Give a duty to a post for a time.

    :raises UnableToKeepDutyError: the post has it in these days, or one's own post is meant
    :raises WouldJoinControlError: somebody at the post would hold what must stay apart
    """
    permit(actor, "org.duties", post.office)
    lock_structure()
    if actor is not None and Appointment.objects.filter(user=actor, post=post).on_or_after(day_of(now)).exists():
        raise UnableToKeepDutyError("不能给自己担任的岗位授予岗责，请由另一名安全管理员办理")
    if _overlapping(PostDuty.objects.filter(post=post, duty=duty), valid_from, valid_to):
        raise UnableToKeepDutyError(f"{post.name} 在这段日期里已有岗责“{duty.name}”，不必再授")
    made = PostDuty.objects.create(post=post, duty=duty, valid_from=valid_from, valid_to=valid_to)
    carried = DutyPermission.objects.filter(duty=duty).on_or_after(day_of(now)).values_list("permission", flat=True)
    check_permissions(carried, today=day_of(now))
    write(
        verb="post.give-duty", actor=actor, target=f"post:{post.code}", name=post.name,
        after={"duty": duty.code, "valid_from": valid_from, "valid_to": valid_to},
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw_duty(*, actor: User | None, now: datetime, given: PostDuty, effective_on: date) -> None:
    """
    Take a duty from a post.

    :raises UnableToKeepDutyError: it has ended by then
    :raises LastAdministratorError: nobody would hold what somebody must
    """
    permit(actor, "org.duties", given.post.office)
    lock_structure()
    _end(PostDuty, given, effective_on, now)
    write(
        verb="post.withdraw-duty", actor=actor, target=f"post:{given.post.code}", name=given.post.name,
        before={"duty": given.duty.code, "valid_to": given.valid_to}, after={"valid_to": effective_on},
    )  # fmt: skip


def permit_everywhere(actor: User | None) -> None:
    """Duties are the same in every office, so only who reaches them all may change one."""
    permit(actor, "org.duties", None)


def _check_permission(duty: Duty, permission: str) -> None:
    known = permissions().get(permission)
    if known is None:
        raise UnableToKeepDutyError(f"没有权限“{permission}”，请从列表中选择")
    if not may_carry(duty.family, permission):
        raise UnableToKeepDutyError(
            f"“{known.name}”属于{known.family.label}，{duty.get_family_display()}类岗责“{duty.name}”不能有"
        )


def _check_itself(duty: Duty, today: date) -> None:
    """A duty that carries both sides could never be given to anybody."""
    carried = DutyPermission.objects.filter(duty=duty).on_or_after(today).values_list("permission", flat=True)
    for one, other in conflicts_among(carried):
        raise UnableToKeepDutyError(
            f"“{permission_name(one)}”和“{permission_name(other)}”必须由不同的人持有，不能同属岗责“{duty.name}”"
        )


def _overlapping(rows: object, valid_from: date, valid_to: date | None) -> bool:
    found = rows.on_or_after(valid_from)
    return (found.filter(valid_from__lt=valid_to) if valid_to else found).exists()


def _end(
    model: type[DutyPermission] | type[PostDuty], row: DutyPermission | PostDuty, day: date, now: datetime
) -> None:
    if day < day_of(now):
        raise UnableToKeepDutyError("收回日不能早于今天")
    row.refresh_from_db(fields=["valid_to"])
    if row.valid_to is not None and row.valid_to <= day:
        raise UnableToKeepDutyError(f"已于 {row.valid_to} 收回")
    with keeping_administrators(day):
        model.objects.filter(pk=row.pk).update(valid_to=max(day, row.valid_from))


def _written(actor: User | None, verb: str, duty: Duty, **what: object) -> None:
    write(verb=verb, actor=actor, target=f"duty:{duty.code}", name=duty.name, **what)
