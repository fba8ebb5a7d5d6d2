"""Opening and closing places in a step, with their to-dos."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from yihu.hub.centres.workflow.catalogue.graph import Handling
from yihu.hub.centres.workflow.catalogue.registries import tell
from yihu.hub.centres.workflow.choices import AssignmentState
from yihu.hub.centres.workflow.models import Assignment, Instance, Party, Step
from yihu.hub.centres.workflow.services import notices, todos
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.seats import Table

FEN, MOST_AMOUNT = Decimal("0.01"), Decimal(10) ** 15
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
    handling = (node and node.handling) or Handling()
    amount = amount_of(run.instance, handling)
    # What is bounded by an amount nobody knows must be opened.
    low_risk = handling.low_risk and (amount is not None or not handling.amount)
    todos.put(row, instance=run.instance, stamp=run.stamp(), now=run.now, low_risk=low_risk, amount=amount)


def renew(run: Run) -> None:
    """The data have changed: to-dos that tell an amount tell the new one, and codes sent with the old one die."""
    nodes = [n.id for n in run.graph.nodes.values() if n.handling and n.handling.amount]
    if nodes and run.instance.revision != run.revision:
        rows = Assignment.objects.filter(step__instance=run.instance, step__node_id__in=nodes)
        for row in rows.filter(state=AssignmentState.OPEN).select_related("step", "assignee"):
            put(run, row)


def amount_of(instance: Instance, handling: Handling) -> Decimal | None:
    """The yuan a task decides about, to the fen; None when it names none or the field holds no number."""
    value = instance.data.get(handling.amount) if handling.amount else None
    try:
        amount = Decimal(str(value)).quantize(FEN)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < MOST_AMOUNT else None


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
