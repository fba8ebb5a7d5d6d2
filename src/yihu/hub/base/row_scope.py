"""
The second wall: PostgreSQL itself shows and changes only rows within the scope of whoever asks.

Row-level security reads one setting of the connection, `yihu.scope`: nothing set shows nothing. A request sets the
scope of its actor by the permission its view declares, and clears it at its end; background work and commands name a
reason and see everything. A connection opened anew in between starts with the scope in force.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from yihu.hub.base.access import PUBLIC, Label, Scope, declared, scope_for

NOTHING = ""
SYSTEM = '{"system": '
_in_force: ContextVar[str] = ContextVar("row_scope", default=NOTHING)


def written(scope: Scope, *, user_id: int | None, permission: str) -> str:
    """A scope as the setting's text; an area is written office:prefix."""
    return json.dumps(
        {
            "user": user_id,
            "permission": permission,
            "everything": scope.everything,
            "offices": scope.offices,
            "divisions": scope.divisions,
            "areas": [f"{a.office_code}:{a.division_prefix}" for a in scope.areas],
            "numbers": scope.numbers,
            "clearance": int(scope.clearance),
        },
        ensure_ascii=False,
    )


@contextmanager
def as_system(reason: str) -> Iterator[None]:
    """
    Work on all rows for a stated reason: jobs and commands, never a view's own decision about rows.

    Within such work the first reason stands: an act of a case passes a dozen of these, all of one reach.
    """
    if _in_force.get().startswith(SYSTEM):
        yield
        return
    with _scoped(json.dumps({"system": reason, "everything": True, "clearance": int(max(Label))}, ensure_ascii=False)):
        yield


@contextmanager
def within(scope: Scope, *, user_id: int | None, permission: str) -> Iterator[None]:
    """Work within one actor's scope."""
    with _scoped(written(scope, user_id=user_id, permission=permission)):
        yield


@contextmanager
def _scoped(text: str) -> Iterator[None]:
    before = _in_force.get()
    _put(text)
    try:
        yield
    finally:
        _put(before)


def _put(text: str) -> None:
    _in_force.set(text)
    try:
        _tell(connection, text)
    except DatabaseError:
        # In a failed transaction nothing can be set; its rollback restores what held before. Elsewhere the
        # connection is given up, so that no scope outlives its owner.
        if not connection.in_atomic_block:
            connection.close()


def _tell(to: BaseDatabaseWrapper, text: str) -> None:
    with to.cursor() as cursor:
        cursor.execute("SELECT set_config('yihu.scope', %s, false)", [text])


@receiver(connection_created)
def _tell_new_connection(sender: Any, connection: BaseDatabaseWrapper, **more: Any) -> None:
    if text := _in_force.get():
        _tell(connection, text)


class RowScopeMiddleware:
    """Stands after `AccessMiddleware`: gives the connection the actor's scope for the view, and takes it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whatever a killed request may have left on this thread ends here.
        if _in_force.get():
            _put(NOTHING)
        try:
            return self.get_response(request)
        finally:
            if _in_force.get():
                _put(NOTHING)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        permission = declared(view)
        if permission in {None, PUBLIC} or not request.user.is_authenticated:
            return
        user_id = request.user.pk
        # A person's own grid lists are needed to know the scope itself.
        _put(written(Scope(), user_id=user_id, permission=permission))
        _put(written(scope_for(request.user, permission), user_id=user_id, permission=permission))
