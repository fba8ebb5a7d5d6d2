"""One row lock an act: that of the instance at the top."""

from yihu.hub.centres.workflow.choices import InstanceState
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.centres.workflow.services.refusals import UnableToActError


def lock(instance: Instance) -> Instance:
    """
    The instance as it is now, nobody else acting on it or on what it called until the transaction ends.

    Called processes are moved under the lock of the one at the top, so that an act needs one lock whatever it moves.
    """
    rows = Instance.objects.select_related("version", "initiator__office")
    if instance.root_id is None:
        return rows.select_for_update(of=("self",)).get(pk=instance.pk)
    Instance.objects.select_for_update().only("pk").get(pk=instance.root_id)
    return rows.get(pk=instance.pk)


def lock_for(assignment: Assignment) -> Assignment:
    """The assignment as it is now, its instance locked."""
    instance = lock(assignment.step.instance)
    found = Assignment.objects.select_related("step__token", "assignee__office").get(pk=assignment.pk)
    found.step.instance = instance
    return found


def check_running(instance: Instance) -> None:
    """:raises UnableToActError: BPM-503, suspended or over"""
    if instance.state != InstanceState.RUNNING:
        raise UnableToActError("BPM-503", what=instance.get_state_display())
