"""What is wrong with a candidate strategy."""

from collections.abc import Container, Mapping
from typing import Any

from yihu.hub.foundation.org.api import User, find_office, is_duty

HIGHEST_LEVEL = 9
RELATIONS = frozenset({"applicant", "subject", "superior"})
KEYS = {
    "duty": {"duty", "office"}, "initiator": {"initiator"}, "head_of": {"head_of"}, "head_at": {"head_at"},
    "field": {"field"}, "people": {"people"}, "assignee_of": {"assignee_of"}, "function": {"function"},
}  # fmt: skip
Faults = list[tuple[str, str]]


def strategy_problems(strategy: Any, *, functions: Container[str]) -> Faults:
    """Pairs of a problem's code and the word it is about."""
    if isinstance(strategy, list) and strategy:
        return [fault for part in strategy for fault in strategy_problems(part, functions=functions)]
    if not isinstance(strategy, Mapping):
        return [("BPM-241", str(strategy))]
    kind = next((key for key in KEYS if key in strategy), None)
    if kind is None or set(strategy) - KEYS[kind]:
        return [("BPM-241", str(dict(strategy)))]
    if kind == "duty":
        return _duty(strategy)
    if kind == "people":
        return _people(strategy["people"])
    return [] if _is_sound(kind, strategy[kind], functions) else [("BPM-241", str(dict(strategy)))]


def _is_sound(kind: str, value: Any, functions: Container[str]) -> bool:
    if kind == "initiator":
        return value is True
    if kind in {"head_of", "head_at"}:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST_LEVEL
    if kind == "function":
        return isinstance(value, str) and value in functions
    return isinstance(value, str) and bool(value)


def _duty(strategy: Mapping[str, Any]) -> Faults:
    duty, office = strategy["duty"], strategy.get("office", "subject")
    faults: Faults = []
    if not isinstance(duty, str) or not is_duty(duty):
        faults.append(("BPM-242", str(duty)))
    if not isinstance(office, str) or (office not in RELATIONS and find_office(office) is None):
        faults.append(("BPM-243", str(office)))
    return faults


def _people(names: Any) -> Faults:
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        return [("BPM-241", str(names))]
    known = set(User.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    return [("BPM-244", name) for name in names if name not in known]
