"""One office, post, person or grid within reach: what lies beyond is not there."""

from typing import Any

from django.db.models import Q
from django.http import Http404

from yihu.hub.foundation.org.models import Department, Grid, Office, Post, User
from yihu.hub.foundation.org.selectors.reach import within


def reaches(user: Any, permission: str, office: Office) -> bool:
    """Say whether one office is within reach by a permission."""
    return user.is_active and user.actor.reaches(permission, office.path)


def tops(user: Any, permission: str) -> Q:
    """Where the tree begins for this reader: the country's tops, or the offices of their posts."""
    carrying = [g for g in user.actor.grants if permission in g.permissions]
    if user.is_active and user.actor.reaches(permission, ""):
        return Q(parent=None)
    return Q(pk__in={g.office_id for g in carrying})


def get_office(user: Any, permission: str, code: str) -> Office:
    """
    An office within reach.

    :raises Http404: unknown or beyond reach: nobody learns which
    """
    return _get(Office.objects.select_related("parent", "merged_into"), within(user, permission), code=code)


def get_post(user: Any, permission: str, code: str) -> Post:
    """A post of an office within reach; 404 otherwise."""
    posts = Post.objects.select_related("office", "department")
    return _get(posts, within(user, permission, "office__"), code=code)


def get_department(user: Any, permission: str, code: str) -> Department:
    """A department of an office within reach; 404 otherwise."""
    departments = Department.objects.select_related("office")
    return _get(departments, within(user, permission, "office__"), code=code)


def get_person(user: Any, permission: str, username: str) -> User:
    """A person of an office within reach; 404 otherwise."""
    return _get(User.objects.all(), within(user, permission, "office__"), username=username)


def get_grid(user: Any, permission: str, code: str) -> Grid:
    """A grid of an office within reach; 404 otherwise."""
    return _get(Grid.objects.select_related("office"), within(user, permission, "office__"), code=code)


def _get(rows: Any, reachable: Q, **key: str) -> Any:
    found = rows.filter(reachable, **key).first()
    if found is None:
        raise Http404
    return found
