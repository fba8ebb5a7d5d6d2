"""加签 and 减签: more people in a step, or fewer."""

from yihu.hub.centres.workflow.choices import Origin, Verb
from yihu.hub.centres.workflow.models import Assignment
from yihu.hub.centres.workflow.services.places import open_ready, void
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.seats import Table
from yihu.hub.centres.workflow.services.verbs.deciding import settle
from yihu.hub.centres.workflow.services.verbs.deed import Deed


def add_sign(deed: Deed) -> None:
    """Before: they sign first. After: they sign when the adder agreed. Parallel: each has a seat of their own."""
    deed.check_people()
    deed.write()
    own, table = deed.assignment, deed.table()
    seat = max(row.seat for row in table.rows)
    for number, person in enumerate(deed.people, start=1):
        beside = deed.place is Origin.PARALLEL
        Assignment.objects.create(
            step=own.step, assignee=person, added_by=deed.actor, parent=own, origin=deed.place, turn=own.turn,
            seat=seat + number if beside else own.seat,
        )  # fmt: skip
    open_ready(deed.run, deed.table())


def remove_sign(deed: Deed) -> None:
    """Take back people one has added or asked, as long as they have not decided."""
    if not deed.people:
        raise UnableToActError("BPM-512", what="要减去的人员")
    table = deed.table()
    rows = [_added(deed, table, person.pk, person.display_name) for person in deed.people]
    deed.write()
    remove(deed, rows, table)


def remove(deed: Deed, rows: list[Assignment], table: Table) -> None:
    """Void places with all that was added to them; what remains may be decided now."""
    gone = {r.pk for row in rows for r in table.subtree(row)}
    staying = [r for r in table.live() if r.pk not in gone and r.origin != Origin.DELEGATION]
    if not staying:
        raise UnableToActError("BPM-516", what=rows[0].assignee.display_name)
    going = [r for r in table.rows if r.pk in gone and r.is_pending]
    for row in going:
        row.verdict = Verb.REMOVE_SIGN
    void(deed.run, going)
    settle(deed.run, deed.step, deed.token, table)


def _added(deed: Deed, table: Table, person_id: int, name: str) -> Assignment:
    for row in table.rows:
        if row.assignee_id == person_id and row.is_pending and row.pk != deed.assignment.pk:
            if deed.actor.pk == row.added_by_id or row.parent_id == deed.assignment.pk:
                return row
            raise UnableToActError("BPM-515", what=name)
    raise UnableToActError("BPM-515", what=name)
