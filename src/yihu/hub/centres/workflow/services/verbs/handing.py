"""转办 and 委派: a place goes to somebody else, for good or to come back."""

from yihu.hub.centres.workflow.choices import AssignmentState, Origin, Verb
from yihu.hub.centres.workflow.models import Assignment
from yihu.hub.centres.workflow.services.places import close, open_ready
from yihu.hub.centres.workflow.services.verbs.deed import Deed
from yihu.hub.foundation.org.api import User


def transfer(deed: Deed) -> None:
    """The receiver takes the place with everything that hangs on it."""
    deed.check_people(most=1)
    deed.close_own(Verb.TRANSFER)
    deed.write()
    close(deed.run, deed.assignment, AssignmentState.DONE)
    hand_on(deed.assignment, deed.people[0])
    open_ready(deed.run, deed.table())


def hand_on(own: Assignment, receiver: User) -> Assignment:
    """A new place where the old one was; who was added to the old one stands behind the new one."""
    made = Assignment.objects.create(
        step=own.step, assignee=receiver, added_by=own.added_by, parent=own.parent, origin=own.origin, seat=own.seat,
        turn=own.turn,
    )  # fmt: skip
    Assignment.objects.filter(step=own.step, parent=own).update(parent=made)
    return made


def delegate(deed: Deed) -> None:
    """Somebody looks at it first and says what they think; then it comes back."""
    deed.check_people(most=1)
    deed.write()
    own = deed.assignment
    Assignment.objects.create(
        step=own.step, assignee=deed.people[0], added_by=deed.actor, parent=own, origin=Origin.DELEGATION,
        seat=own.seat, turn=own.turn,
    )  # fmt: skip
    open_ready(deed.run, deed.table())
