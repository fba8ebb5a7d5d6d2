"""Sources: rooms of this program name theirs in code; others are registered by an administrator."""

from collections.abc import Iterable

from django.db import connection

from yihu.hub.centres.tasks.choices import SourceKind
from yihu.hub.centres.tasks.models import Source
from yihu.hub.centres.tasks.services.refusals import UnableToPutError

_rooms: dict[str, str] = {}


def name_source(code: str, name: str) -> None:
    """Have a room of this program hand in to-dos under a code; its row is made when first needed."""
    _rooms[code] = name


def source_of(code: str) -> Source:
    """
    The source of a code.

    :raises UnableToPutError: TODO-001, unknown or switched off
    """
    found = Source.objects.filter(code=code).first()
    if found is None and code in _rooms:
        found, _ = Source.objects.get_or_create(code=code, defaults={"name": _rooms[code], "kind": SourceKind.INSIDE})
    if found is None or not found.is_active:
        raise UnableToPutError("TODO-001", f"待办来源“{code}”没有登记或已停用，请联系安全管理员登记")
    return found


def make_rooms_rows(codes: Iterable[str] | None = None) -> None:
    """Make the rows of the rooms at start, so that an administrator sees them before the first to-do."""
    for code in _rooms if codes is None else codes:
        source_of(code)


def lock_key(source: Source, key: str) -> None:
    """Messages of another system on one key go one after another, so that no end misses its beginning."""
    if source.kind == SourceKind.OUTSIDE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.key'), hashtext(%s))", [f"{source.pk}:{key}"])
