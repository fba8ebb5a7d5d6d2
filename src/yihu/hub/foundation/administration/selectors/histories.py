"""Whose changes the part 变更历史 of each page tells: the thing's own row and those that say what it has and holds."""

from django.db.models import Q, QuerySet

from yihu.hub.foundation.org.models import (
    Appointment,
    Delegation,
    Department,
    Duty,
    DutyPermission,
    Grid,
    GridMember,
    GridTaxpayer,
    Leave,
    Office,
    Post,
    PostDuty,
    User,
)

Rows = tuple[QuerySet, ...]


def of_person(person: User) -> Rows:
    return (
        User.objects.filter(pk=person.pk),
        Appointment.objects.filter(user=person),
        Delegation.objects.filter(Q(giver=person) | Q(receiver=person)),
        Leave.objects.filter(user=person),
        GridMember.objects.filter(user=person),
    )


def of_office(office: Office) -> Rows:
    return Office.objects.filter(pk=office.pk), Department.objects.filter(office=office)


def of_department(department: Department) -> Rows:
    return Department.objects.filter(pk=department.pk), Post.objects.filter(department=department)


def of_post(post: Post) -> Rows:
    return (
        Post.objects.filter(pk=post.pk),
        PostDuty.objects.filter(post=post),
        Appointment.objects.filter(post=post),
    )


def of_duty(duty: Duty) -> Rows:
    return Duty.objects.filter(pk=duty.pk), DutyPermission.objects.filter(duty=duty)


def of_grid(grid: Grid) -> Rows:
    return (
        Grid.objects.filter(pk=grid.pk),
        GridMember.objects.filter(grid=grid),
        GridTaxpayer.objects.filter(grid=grid),
    )
