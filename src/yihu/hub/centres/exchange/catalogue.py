"""
What outside systems may be allowed to do, and what other rooms bring to the exchange.

Rooms above declare theirs in `AppConfig.ready`: operations, the routers that carry them, how a dead letter of an
operation is taken again, and what to show beside a system.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ninja import Router


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing an outside system may be allowed; `title` and `note` are Chinese."""

    code: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of another room about a system: its address takes the system's code as `?system=`."""

    title: str
    url_name: str
    permission: str


Redo = Callable[[str, dict[str, Any], datetime], None]
_operations: dict[str, Operation] = {}
_routers: dict[str, Router] = {}
_redos: dict[str, Redo] = {}
_links: dict[str, Link] = {}
_events: dict[str, str] = {}


def add_operation(operation: Operation) -> None:
    _operations[operation.code] = operation


def operations() -> dict[str, Operation]:
    """Every operation by its code, in the order they were declared."""
    return dict(_operations)


def add_event(code: str, title: str) -> None:
    """What we tell outside systems of by ourselves, and its Chinese name."""
    _events[code] = title


def operation_title(code: str) -> str:
    """The Chinese name of an operation or event; one no longer declared is shown by its code."""
    found = _operations.get(code)
    return found.title if found else _events.get(code, code)


def add_router(prefix: str, router: Router) -> None:
    """Mount a router below `/api/exchange/v1`; call it while applications get ready."""
    _routers[prefix] = router


def routers() -> dict[str, Router]:
    return dict(_routers)


def add_redo(operation: str, redo: Redo) -> None:
    """How an item of an operation is taken again: the system's code, the item, the time; it raises `UnableTo`."""
    _redos[operation] = redo


def find_redo(operation: str) -> Redo | None:
    return _redos.get(operation)


def add_link(link: Link) -> None:
    _links[link.url_name] = link


def links() -> list[Link]:
    return list(_links.values())
