"""Service tasks and business rules: registered code under a savepoint."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction

from yihu.hub.centres.workflow.catalogue.graph import Kind, Node
from yihu.hub.centres.workflow.catalogue.registries import ServiceError, find_decision, services
from yihu.hub.centres.workflow.models import Token
from yihu.hub.centres.workflow.selectors.context import DECISIONS
from yihu.hub.centres.workflow.services.cancelling import cancel_timers
from yihu.hub.centres.workflow.services.incidents import stand_still
from yihu.hub.centres.workflow.services.moving import leave
from yihu.hub.centres.workflow.services.run import Run

log = structlog.get_logger("yihu.workflow")


class UnregisteredError(LookupError):
    """No handler or decision of that key."""


def automatic(run: Run, token: Token, node: Node) -> None:
    """Run the task; what fails goes to an error boundary, or stands still with an incident."""
    token.has_effect = True
    try:
        with transaction.atomic():
            result = _decided(run, node) if node.kind is Kind.RULE else _served(run, node)
    except Exception as error:
        _failed(run, token, node, error)
        return
    if result:
        run.instance.data = {**run.instance.data, **as_json(result)}
        run.instance.revision += 1
    cancel_timers(token)
    leave(run, token)


def _served(run: Run, node: Node) -> Mapping[str, Any]:
    handler = services.get(node.key)
    if handler is None:
        raise UnregisteredError(f"处理程序“{node.key}”没有登记")
    return handler(instance=run.instance, node=node, data=run.instance.data, now=run.now) or {}


def _decided(run: Run, node: Node) -> Mapping[str, Any]:
    decide = find_decision(node.key)
    if decide is None:
        raise UnregisteredError(f"决策“{node.key}”不存在")
    found = decide(key=node.key, instance=run.instance, data=run.instance.data, now=run.now)
    return {DECISIONS: {**run.instance.data.get(DECISIONS, {}), node.key: found}}


def _failed(run: Run, token: Token, node: Node, error: Exception) -> None:
    code = error.code if isinstance(error, ServiceError) else ""
    for boundary in run.graph.boundaries.get(node.id, ()):
        if boundary.catches_errors and (not boundary.error or boundary.error == code):
            run.enter(token, boundary.id)
            return
    if not isinstance(error, ServiceError | UnregisteredError):
        log.exception("automatic task failed", instance=run.instance.pk, node=node.id)
    reason = str(error) or type(error).__name__
    stand_still(run, token, code or "BPM-420", f"“{node.title}”没有完成：{reason}")


def as_json(value: Any) -> Any:
    """A result as the data keeps it: whole numbers and floats, days as text."""
    if isinstance(value, Mapping):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(v) for v in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
