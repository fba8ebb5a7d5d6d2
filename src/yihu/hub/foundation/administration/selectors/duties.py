"""Reads of duties, and the matrix of who may do what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from yihu.hub.foundation.org.catalogue import permissions
from yihu.hub.foundation.org.choices import Family
from yihu.hub.foundation.org.models import Appointment, Duty, DutyPermission, Post, PostDuty, in_effect
from yihu.hub.foundation.org.selectors.reach import within


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One permission and whether each duty carries it, in the order of the duties."""

    code: str
    name: str
    write: bool
    carried: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Duty × permission on a day; `families` are pairs of a title and its rows."""

    duties: tuple[Duty, ...]
    families: tuple[tuple[str, tuple[MatrixRow, ...]], ...]


def list_duties(day: date) -> QuerySet[Duty]:
    """Every duty with `carried` permissions and `given` posts of the day."""
    return Duty.objects.annotate(
        carried=Count("permissions", filter=in_effect(day, "permissions__"), distinct=True),
        given=Count("posts", filter=in_effect(day, "posts__"), distinct=True),
    )


def matrix(day: date) -> Matrix:
    """Two queries."""
    duties = tuple(Duty.objects.filter(in_effect(day)).order_by("family", "code"))
    held = set(DutyPermission.objects.filter(in_effect(day)).values_list("duty_id", "permission"))
    families = [(f.label, tuple(_rows_of(f, duties, held))) for f in Family]
    return Matrix(duties, tuple((title, rows) for title, rows in families if rows))


def _rows_of(family: Family, duties: tuple[Duty, ...], held: set[tuple[int, str]]) -> list[MatrixRow]:
    return [
        MatrixRow(p.code, p.name, p.write, tuple((d.pk, p.code) in held for d in duties))
        for p in permissions().values()
        if p.family == family
    ]


def carried_by(duty: Duty) -> QuerySet[DutyPermission]:
    return DutyPermission.objects.filter(duty=duty)


def posts_of_duty(user: Any, duty: Duty) -> QuerySet[PostDuty]:
    """The posts within reach that a duty is given to."""
    reachable = within(user, "org.duties", "post__office__")
    return PostDuty.objects.filter(reachable, duty=duty).select_related("post__office")


def duties_of_post(post: Post) -> QuerySet[PostDuty]:
    return PostDuty.objects.filter(post=post).select_related("duty")


def present_duties(post: Post, day: date) -> list[Duty]:
    """The duties a post carries on a day."""
    return [g.duty for g in duties_of_post(post).filter(in_effect(day))]


def permissions_of(duties: list[Duty], day: date) -> list[str]:
    """Names of what duties allow, in the order of the catalogue."""
    held = set(DutyPermission.objects.filter(in_effect(day), duty__in=duties).values_list("permission", flat=True))
    return [p.name for p in permissions().values() if p.code in held]


def waiting_count(user: Any) -> int:
    """How many appointments within reach wait for confirmation."""
    reachable = within(user, "org.confirm", "post__office__")
    return Appointment.objects.filter(reachable, confirmed_at__isnull=True, refused_at__isnull=True).count()


def posts_without_duty(user: Any, day: date) -> QuerySet[Post]:
    """Posts within reach that carry nothing today."""
    reachable = within(user, "org.duties", "office__")
    given = PostDuty.objects.filter(in_effect(day)).values("post_id")
    return Post.objects.filter(reachable, in_effect(day)).filter(~Q(pk__in=given))
