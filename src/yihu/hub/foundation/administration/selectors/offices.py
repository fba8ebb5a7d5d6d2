"""Reads of offices and of what stands below one, with the figures their lists show."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from yihu.hub.foundation.administration.selectors.reach import tops
from yihu.hub.foundation.org.models import (
    Appointment,
    Department,
    Grid,
    Office,
    OfficeChange,
    Post,
    PostDuty,
    in_effect,
)
from yihu.hub.foundation.org.selectors.reach import within

SHOWN_IN_TREE = 300
SUGGESTED = 12


def list_offices(user: Any, permission: str) -> QuerySet[Office]:
    """Offices within reach."""
    return Office.objects.filter(within(user, permission)).select_related("parent")


def tops_of(user: Any, day: date) -> QuerySet[Office]:
    """Where the tree begins for this reader."""
    return branches(Office.objects.filter(tops(user, "org.view")), day)


def children_of(office: Office, day: date) -> QuerySet[Office]:
    """The offices right below one, those of today and those to come."""
    return branches(Office.objects.filter(parent=office), day)


def branches(offices: QuerySet[Office], day: date) -> QuerySet[Office]:
    """Not yet closed, each with `has_below`."""
    below = Office.objects.filter(parent=OuterRef("pk")).filter(Q(valid_to=None) | Q(valid_to__gt=day))
    standing = offices.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    return standing.annotate(has_below=Exists(below)).order_by("path")[: SHOWN_IN_TREE + 1]


def ancestors_of(office: Office) -> list[Office]:
    """From the top down to the parent: one query."""
    found = {o.code: o for o in Office.objects.filter(code__in=office.ancestor_codes)}
    return [found[code] for code in office.ancestor_codes if code in found]


def posts_of(office: Office, day: date) -> QuerySet[Post]:
    """An office's posts, each with `present_duties` and `holders`."""
    return with_figures(Post.objects.filter(office=office), day)


def with_figures(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Each post with the duties it carries today and how many hold it."""
    duties = PostDuty.objects.filter(in_effect(day)).select_related("duty")
    holding = in_effect(day, "appointments__") & Q(appointments__confirmed_at__isnull=False)
    return (
        posts.select_related("office", "department")
        .annotate(holders=Count("appointments", filter=holding, distinct=True))
        .prefetch_related(Prefetch("duties", duties, to_attr="present_duties"))
    )


def departments_of(office: Office) -> QuerySet[Department]:
    return Department.objects.filter(office=office)


def list_grids(user: Any, permission: str, day: date) -> QuerySet[Grid]:
    """Grids of the offices within reach, each with `people` and `listed`."""
    return counted(Grid.objects.filter(within(user, permission, "office__")), day)


def grids_of(office: Office, day: date) -> QuerySet[Grid]:
    return counted(Grid.objects.filter(office=office), day)


def counted(grids: QuerySet[Grid], day: date) -> QuerySet[Grid]:
    return grids.select_related("office").annotate(
        people=Count("members", filter=in_effect(day, "members__"), distinct=True),
        listed=Count("taxpayers", filter=in_effect(day, "taxpayers__"), distinct=True),
    )


def changes_of(office: Office) -> QuerySet[OfficeChange]:
    return OfficeChange.objects.filter(office=office).select_related("made_by")


def holders_of(post: Post) -> QuerySet[Appointment]:
    """Who holds, held or is to hold a post."""
    return appointments(Appointment.objects.filter(post=post))


def appointments(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With everything a row of the list names."""
    return rows.select_related(
        "user", "post__office", "post__department", "appointed_by", "confirmed_by", "deputy_for__user"
    )


def suggest_offices(user: Any, text: str) -> list[Office]:
    """Offices within reach by the beginning of the code or the name."""
    found = list_offices(user, "org.view").filter(Q(code__startswith=text) | Q(name__contains=text))
    return list(found.order_by("level", "code")[:SUGGESTED]) if text else list(found.order_by("path")[:SUGGESTED])


def suggest_posts(user: Any, text: str, day: date) -> list[Post]:
    """Posts within reach by code, name or the office's name."""
    reachable = within(user, "org.view", "office__")
    posts = Post.objects.filter(reachable, in_effect(day)).select_related("office")
    for word in text.split()[:3]:
        posts = posts.filter(Q(code__startswith=word) | Q(name__contains=word) | Q(office__name__contains=word))
    return list(posts.order_by("code")[:SUGGESTED])
