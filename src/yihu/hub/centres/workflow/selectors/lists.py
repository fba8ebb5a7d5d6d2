"""What is open, and for whom."""

from yihu.hub.centres.workflow.choices import AssignmentState, StepState
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.centres.workflow.selectors.standing import family_of, is_stand_in
from yihu.hub.foundation.org.api import User


def assignments_for(instance: Instance, actor: User) -> list[Assignment]:
    """The pending places in the instance, or in what it called, that are the actor's or their giver's."""
    rows = Assignment.objects.filter(
        step__instance__in=family_of(instance), step__state=StepState.OPEN,
        state__in=[AssignmentState.OPEN, AssignmentState.WAITING],
    ).select_related("step__instance__version", "step__instance__initiator__office", "assignee__office")  # fmt: skip
    return [a for a in rows.order_by("-state", "id") if a.assignee_id == actor.pk or is_stand_in(actor, a)]


def open_nodes(instance: Instance) -> list[str]:
    """Ids of the user tasks that are open, each once."""
    return list(dict.fromkeys(instance.steps.filter(state=StepState.OPEN).values_list("node_id", flat=True)))
