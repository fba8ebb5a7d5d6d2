"""
Row history: PostgreSQL itself keeps what every row of a table was, whoever changed it and by whatever way.

A model opts in with `@tracked`; django-pghistory makes a table of events beside it, and
triggers that fill it once a statement. Each event carries who acted: one setting of the connection, given by the
middleware for a request that may change something, by `acting` for a job, and by `name_process` for a command.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
NOBODY = ""
SNAPSHOT = "snapshot"
_in_force: ContextVar[str | None] = ContextVar("history_actor", default=None)
_process = {"text": NOBODY}


@dataclass(frozen=True, slots=True)
class Kept:
    """How a model's history is kept and read: `hidden` fields are kept, not shown; `words` say values in Chinese."""

    event: type[models.Model]
    hidden: frozenset[str]
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)


_kept: dict[type[models.Model], Kept] = {}


def tracked(
    *trackers: Any,
    fields: list[str] | None = None,
    exclude: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    words: Mapping[str, Callable[[Any], str]] | None = None,
) -> Callable[[type[models.Model]], type[models.Model]]:
    """
    Keep the history of a model's rows; afterwards `makemigrations` makes the table of events and its triggers.

    :param trackers: pghistory's; without any, each insert, update and delete, one trigger a statement
    :param fields: only these fields
    :param exclude: fields whose values must not be kept, e.g. passwords; a change of these alone leaves no event
    :param hidden: fields a reader does not need beside the others
    :param words: by field, how its value is said on a page
    """
    events = trackers or (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

    def keep(model: type[models.Model]) -> type[models.Model]:
        event = pghistory.create_event_model(
            model,
            *events,
            fields=fields,
            exclude=list(exclude),
            model_name=f"{model.__name__}Event",
            abstract=False,
            append_only=True,
            attrs={"pgh_id": models.BigAutoField(primary_key=True)},
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=True),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,
            level=pgtrigger.Statement if not trackers else pgtrigger.Row,
        )
        _kept[model] = Kept(event, frozenset(hidden), dict(words or {}))
        return model

    return keep


def kept_models() -> dict[type[models.Model], Kept]:
    """Every model that keeps history."""
    return dict(_kept)


def take_stock_of(app_label: str) -> Callable[[Any, Any], None]:
    """For a migration: one event for each row that is there already, so that its first change has a before."""

    def take(apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            for event in apps.get_app_config(app_label).get_models():
                if hasattr(event, "pgh_obj"):
                    _take_stock(event, cursor)

    return take


def _take_stock(event: type[models.Model], cursor: Any) -> None:
    of = event._meta.get_field("pgh_obj").related_model._meta
    columns = ", ".join(f'"{f.column}"' for f in event._meta.fields if not f.name.startswith("pgh_"))
    cursor.execute(
        f'INSERT INTO "{event._meta.db_table}" ({columns}, pgh_created_at, pgh_label, pgh_obj_id)'
        f' SELECT {columns}, now(), %s, "{of.pk.column}" FROM "{of.db_table}"',
        [SNAPSHOT],
    )


@contextmanager
def acting(**who: Any) -> Iterator[None]:
    """
    Changes inside are of this actor.

    :param who: of a person `name`, `username`, `post`, `request`; of a job or command `system`, its reason in Chinese
    """
    before = _in_force.get()
    _put(json.dumps(who, ensure_ascii=False))
    try:
        yield
    finally:
        _put(before)


def name_process(reason: str) -> None:
    """Changes by this process are by a command or worker of this name, unless something nearer names another."""
    _process["text"] = json.dumps({"system": reason}, ensure_ascii=False)
    if connection.connection is not None:
        _tell(connection, _text())


def _text() -> str:
    chosen = _in_force.get()
    return _process["text"] if chosen is None else chosen


def _put(text: str | None) -> None:
    _in_force.set(text)
    # In a failed transaction nothing can be set; its rollback restores what held before.
    if not connection.needs_rollback:
        _tell(connection, _text())


def _tell(to: BaseDatabaseWrapper, text: str) -> None:
    with to.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, false)", [text])


@receiver(connection_created)
def _tell_new_connection(sender: Any, connection: BaseDatabaseWrapper, **more: Any) -> None:
    if text := _text():
        _tell(connection, text)


class HistoryMiddleware:
    """Stands after `AccessMiddleware`: names the actor of a request that may change something, and forgets them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _in_force.get() is not None:
            # Whatever a killed request may have left on this thread ends here.
            _put(None)
        try:
            return self.get_response(request)
        finally:
            if _in_force.get() is not None:
                _put(None)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        if request.method in SAFE:
            return
        who: dict[str, Any] = {"request": request.number, "channel": "web"}
        if request.user.is_authenticated:
            user = request.user
            who |= {"name": user.display_name, "username": user.get_username(), "post": user.post_title}
        _put(json.dumps(who, ensure_ascii=False))
