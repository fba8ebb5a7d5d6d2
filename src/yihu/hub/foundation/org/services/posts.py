"""Departments and posts of an office."""

from datetime import date, datetime

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import Appointment, Department, Office, Post, User
from yihu.hub.foundation.org.services.permits import day_of, permit, write


class UnableToKeepPostError(UnableTo):
    """The code is taken, the office does not stand on that day, or somebody still holds the post."""


@transaction.atomic
def open_department(
    *, actor: User | None, now: datetime, office: Office, code: str, name: str, effective_on: date
) -> Department:
    """
    Open a department.

    :raises UnableToKeepPostError: code taken, or the office is not open on that day
    """
    permit(actor, "org.posts", office)
    _check_office(office, effective_on)
    if Department.objects.filter(code=code).exists():
        raise UnableToKeepPostError(f"内设机构代码 {code} 已在用，请换一个")
    made = Department.objects.create(code=code, name=name, office=office, valid_from=effective_on)
    write(
        verb="department.open", actor=actor, target=f"department:{code}", name=name,
        after={"office": office.code, "valid_from": effective_on},
    )  # fmt: skip
    return made


@transaction.atomic
def open_post(
    *,
    actor: User | None,
    now: datetime,
    office: Office,
    code: str,
    name: str,
    effective_on: date,
    department: Department | None = None,
) -> Post:
    """
    Open a post; it permits nothing until the security administrator gives it a duty.

    :raises UnableToKeepPostError: code taken, the office is not open on that day, or the department is another's
    """
    permit(actor, "org.posts", office)
    _check_office(office, effective_on)
    if Post.objects.filter(code=code).exists():
        raise UnableToKeepPostError(f"岗位代码 {code} 已在用，请换一个")
    if department is not None and department.office_id != office.pk:
        raise UnableToKeepPostError(f"{department.name} 不是 {office.name} 的内设机构")
    if department is not None and not department.is_in_effect(effective_on):
        raise UnableToKeepPostError(f"{department.name} 在 {effective_on} 不是有效的内设机构")
    made = Post.objects.create(code=code, name=name, office=office, department=department, valid_from=effective_on)
    after = {"office": office.code, "department": department.code if department else "", "valid_from": effective_on}
    write(verb="post.open", actor=actor, target=f"post:{code}", name=name, after=after)
    return made


@transaction.atomic
def rename_post(*, actor: User | None, now: datetime, post: Post, name: str) -> None:
    """Another name; what the post may do stays."""
    permit(actor, "org.posts", post.office)
    before = post.name
    Post.objects.filter(pk=post.pk).update(name=name)
    post.name = name
    write(
        verb="post.rename", actor=actor, target=f"post:{post.code}", name=name, before={"title": before},
        after={"title": name},
    )  # fmt: skip


@transaction.atomic
def rename_department(*, actor: User | None, now: datetime, department: Department, name: str) -> None:
    """Another name."""
    permit(actor, "org.posts", department.office)
    before = department.name
    Department.objects.filter(pk=department.pk).update(name=name)
    department.name = name
    write(
        verb="department.rename", actor=actor, target=f"department:{department.code}", name=name,
        before={"title": before}, after={"title": name},
    )  # fmt: skip


@transaction.atomic
def close_post(*, actor: User | None, now: datetime, post: Post, effective_on: date) -> None:
    """
    End a post that nobody holds from that day on.

    :raises UnableToKeepPostError: somebody does, or the post has ended
    """
    permit(actor, "org.posts", post.office)
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    _check_end(post, effective_on, now)
    held = Appointment.objects.filter(post=post, refused_at=None).on_or_after(effective_on).select_related("user")
    names = [a.user.display_name for a in held[:3]]
    if names:
        raise UnableToKeepPostError(f"{post.name} 在 {effective_on} 之后还由 {'、'.join(names)} 担任，请先终止任职")
    Post.objects.filter(pk=post.pk).update(valid_to=max(effective_on, post.valid_from))
    write(
        verb="post.close", actor=actor, target=f"post:{post.code}", name=post.name, before={"valid_to": post.valid_to},
        after={"valid_to": effective_on},
    )  # fmt: skip


@transaction.atomic
def close_department(*, actor: User | None, now: datetime, department: Department, effective_on: date) -> None:
    """
    End a department without posts from that day on.

    :raises UnableToKeepPostError: posts are left, or it has ended
    """
    permit(actor, "org.posts", department.office)
    department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    _check_end(department, effective_on, now)
    left = Post.objects.filter(department=department).on_or_after(effective_on).count()
    if left:
        raise UnableToKeepPostError(f"{department.name} 在 {effective_on} 之后还有 {left} 个岗位，请先撤销岗位")
    Department.objects.filter(pk=department.pk).update(valid_to=max(effective_on, department.valid_from))
    write(
        verb="department.close", actor=actor, target=f"department:{department.code}", name=department.name,
        before={"valid_to": department.valid_to}, after={"valid_to": effective_on},
    )  # fmt: skip


def _check_office(office: Office, day: date) -> None:
    if not office.is_in_effect(day):
        raise UnableToKeepPostError(f"{office.name} 在 {day} 不是有效机关，请核对生效日")


def _check_end(thing: Post | Department, day: date, now: datetime) -> None:
    if day < day_of(now):
        raise UnableToKeepPostError("撤销日不能早于今天")
    if thing.valid_to is not None and thing.valid_to <= day:
        raise UnableToKeepPostError(f"{thing.name} 已于 {thing.valid_to} 撤销")
