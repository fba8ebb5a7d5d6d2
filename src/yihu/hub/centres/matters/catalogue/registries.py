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


class Check(Protocol):
    """Looks outside the form before an application is handed in; (code, field, words) of what is wrong, or None."""

    def __call__(
        self, *, actor: Any, data: Mapping[str, Any], taxpayer: Any, now: datetime
    ) -> tuple[str, str, str] | None: ...


_checks: dict[str, Check] = {}


def register_check(key: str, fn: Check) -> None:
    """Offer a check under a key, for `apply.check` of bundles."""
    _checks[key] = fn


def checks() -> Mapping[str, Check]:
    """Every check by its key."""
    return dict(_checks)


_props: list[Callable[..., None]] = []


def register_stage(fn: Callable[..., None]) -> None:
    """Let a room put its own things on the stage of a play: `fn(offices=…, now=…)`, taken back with everything."""
    if fn not in _props:
        _props.append(fn)


def props() -> tuple[Callable[..., None], ...]:
    """What rooms put on the stage."""
    return tuple(_props)
