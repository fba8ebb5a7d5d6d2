"""What a form may be filled in with beforehand, by key. Functions are registered by the rooms; never by dotted path."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol


class Prefill(Protocol):
    """Gives the value of a field for an applicant, and the taxpayer when there is one."""

    def __call__(self, *, actor: Any, taxpayer: Any, now: datetime) -> Any: ...


_prefills: dict[str, Prefill] = {}


def register_prefill(key: str, fn: Prefill) -> None:
    """Offer a prefill under a key; the same key again replaces it."""
    _prefills[key] = fn


def prefills() -> Mapping[str, Callable[..., Any]]:
    """Every prefill by its key."""
    return dict(_prefills)


_handlers: dict[str, Callable[..., Any]] = {}


def keep_handler(key: str, fn: Callable[..., Any]) -> None:
    """Remember a handler of service tasks, so that bundles can be checked against what there is."""
    _handlers[key] = fn


def handlers() -> Mapping[str, Callable[..., Any]]:
    """Every handler by its key."""
    return dict(_handlers)
