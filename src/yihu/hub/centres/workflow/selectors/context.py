"""What conditions of a process may read, and their evaluation."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from yihu.hub.centres.workflow.models import Instance
from yihu.kit.feel import Expression, parse_expression

DECISIONS = "decisions"


@lru_cache(4096)
def _parsed(text: str) -> Expression:
    return parse_expression(text)


def context_of(instance: Instance, outcome: str) -> Mapping[str, Any]:
    """
    `form` is the data, `outcome` the last verdict on the way, `decisions` what business rules gave; each decision also
    stands under its own key.
    """
    return {
        **instance.data.get(DECISIONS, {}),
        "form": instance.data,
        "outcome": outcome,
        "decisions": instance.data.get(DECISIONS, {}),
        "initiator": {"username": instance.initiator.username, "office": instance.initiator.office.code},
        "subject": {"kind": instance.subject_kind, "number": instance.subject_number, "office": instance.office_code},
    }


def holds(text: str, context: Mapping[str, Any]) -> bool:
    """
    Whether a condition is true; null and anything else is not.

    :raises ExpressionError: it cannot be evaluated
    """
    return _parsed(text).evaluate(context) is True


def reads_outcome(text: str) -> bool:
    """Whether a condition asks for the last verdict."""
    return "outcome" in _parsed(text).names
