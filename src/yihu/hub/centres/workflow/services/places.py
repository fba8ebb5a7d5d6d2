"""Opening and closing places in a step, with their to-dos."""

from collections.abc import Iterable

from yihu.hub.centres.workflow.catalogue.registries import tell
from yihu.hub.centres.workflow.choices import AssignmentState
from yihu.hub.centres.workflow.models import Assignment, Party, Step
from yihu.hub.centres.workflow.services import notices, todos
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.seats import Table

CHANGING = ["state", "verdict", "opinion", "acted_by", "opened_at", "closed_at"]


def table_of(step: Step) -> Table:
    """The places of a step with their people. One query."""
    rows = list(step.assignments.select_related("assignee").order_by("id"))
    for row in rows:
        row.step = step
    return Table(rows, step.mode, step.percent)


def open_ready(run: Run, table: Table) -> None:
    """Give their turn to those whose turn it is, and take it from those who must wait."""
    opened = [row.assignee_id for row in table.rows if row.is_pending and row.opened_at is None]
    if opened:
        take_part(run, *opened)
    for row in table.rows:
        if not row.is_pending:
            continue
        ready = table.may_open(row)
        if ready and row.state == AssignmentState.WAITING:
            row.state, row.opened_at = AssignmentState.OPEN, run.now
            row.save(update_fields=CHANGING)
            put(run, row)
            notices.arrived(row, run.instance, sent_back=run.sent_back.get(row.step.node_id), now=run.now)
            tell("assignment_opened", row, run.now)
        elif not ready and row.state == AssignmentState.OPEN:
            row.state = AssignmentState.WAITING
            row.save(update_fields=CHANGING)
            todos.settle(row, stamp=run.stamp(), now=run.now)


def take_part(run: Run, *people: int) -> None:
    """These may read the instance from now on."""
    top = run.instance.root_id or run.instance.pk
    Party.objects.bulk_create([Party(instance_id=top, user_id=one) for one in people], ignore_conflicts=True)


def put(run: Run, row: Assignment) -> None:
    node = run.graph.nodes.get(row.step.node_id)
    low_risk = bool(node and node.handling and node.handling.low_risk)
    todos.put(row, instance=run.instance, stamp=run.stamp(), now=run.now, low_risk=low_risk)


def close(run: Run, row: Assignment, state: AssignmentState) -> None:
    """Close a place that was open or waiting, and its to-do."""
    was_open = row.state == AssignmentState.OPEN
    row.state, row.closed_at = state, run.now
    row.save(update_fields=CHANGING)
    if was_open:
        todos.settle(row, stamp=run.stamp(), now=run.now)
    tell("assignment_closed", row, run.now)


def void(run: Run, rows: Iterable[Assignment]) -> None:
    """Nobody needs these any more."""
    for row in rows:
        if row.is_pending:
            close(run, row, AssignmentState.VOID)
