"""What other rooms register by key: service handlers, candidate functions, decisions, listeners. Never dotted paths."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

EVENTS = frozenset({"step_opened", "assignment_opened", "assignment_closed", "instance_ended"})


class ServiceError(Exception):
    """A handler's refusal that an error boundary may catch; `code` is what the boundary's error names."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Service(Protocol):
    """One automatic task; what it returns is put into the data. It runs inside the transaction of the act."""

    def __call__(self, *, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
        """:raises ServiceError: an error the process may handle; anything else becomes an incident"""


class Decide(Protocol):
    """Evaluates a decision for an instance."""

    def __call__(self, *, key: str, instance: Any, data: Mapping[str, Any], now: datetime) -> Any: ...


Candidates = Callable[..., Iterable[Any]]
Listener = Callable[..., None]

services: dict[str, Service] = {}
candidates: dict[str, Candidates] = {}
decisions: list[tuple[Callable[[str], bool], Decide]] = []
_listeners: dict[str, list[Listener]] = {}


def register_service(key: str, fn: Service) -> None:
    """Offer a handler to service tasks under a key; the same key again replaces it."""
    services[key] = fn


def register_candidates(strategy: str, fn: Candidates) -> None:
    """Offer `fn(*, instance, node, day) -> users` to roles as `{"function": strategy}`."""
    candidates[strategy] = fn


def register_decisions(knows: Callable[[str], bool], decide: Decide) -> None:
    """Offer decisions to business rule tasks; the room that registered last is asked first."""
    decisions.insert(0, (knows, decide))


def find_decision(key: str) -> Decide | None:
    return next((decide for knows, decide in decisions if knows(key)), None)


def listen(event: str, fn: Listener) -> None:
    """
    Call `fn` inside the transaction when something happens; it must be quick and must not act on the instance.

    `step_opened(step, now)`, `assignment_opened(assignment, now)`, `assignment_closed(assignment, now)`,
    `instance_ended(instance, now)`.
    """
    if event not in EVENTS:
        raise ValueError(event)
    known = _listeners.setdefault(event, [])
    if fn not in known:
        known.append(fn)


def tell(event: str, subject: Any, now: datetime) -> None:
    for fn in _listeners.get(event, ()):
        fn(subject, now=now)
