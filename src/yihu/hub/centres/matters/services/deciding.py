"""Decisions of a process: by a table of the bundle itself, frozen with it, or by one of the rules centre."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.matters.models import MatterVersion
from yihu.hub.centres.matters.services.following import case_of
from yihu.hub.centres.rules import api as rules
from yihu.kit.decisions import CompiledTable, DecisionError, read_table


class UnableToDecideError(UnableTo):
    """The table refuses these inputs."""


def decide(*, key: str, instance: Any, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """
    What the decision says: the outputs by name of the one rule that hit, `value` of a number, or `rows` of several.

    A table reads the fields of the form by their names, or as `form.…`.

    :raises UnableToDecideError: the table refuses the inputs
    :raises UnableTo: the rules centre has no such table in force
    """
    on, inputs = timezone.localtime(now).date(), {**data, "form": dict(data)}
    case = case_of(instance)
    if case is not None and f"{key}.dmn" in case.version.bundle.files:
        try:
            found = table_of(case.version, key).evaluate(inputs, on=on)
        except DecisionError as error:
            raise UnableToDecideError(str(error)) from error
        return _told(found.value, found.outputs)
    decision = rules.evaluate_one(key, inputs, on=on, now=now, subject=case)
    return _told(decision.value, decision.outputs)


def _told(value: Any, outputs: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"rows": [dict(row) for row in outputs]}
    if len(outputs) == 1:
        return dict(outputs[0])
    return {} if value is None else {"value": value}


def table_of(version: MatterVersion, key: str) -> CompiledTable:
    """A table of a frozen bundle, made ready once a process."""
    return _compiled(version.bundle.files[f"{key}.dmn"])


@lru_cache(64)
def _compiled(xml: str) -> CompiledTable:
    return CompiledTable(read_table(xml))
