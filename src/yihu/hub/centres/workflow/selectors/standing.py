"""Who may act on an assignment or an instance, and with which verbs."""

from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.centres.workflow.choices import AssignmentState, InstanceState, Origin, SamePerson, StepState, Verb
from yihu.hub.centres.workflow.models import Assignment, Instance, Party
from yihu.hub.centres.workflow.selectors.candidates import names_initiator, strategy_of
from yihu.hub.centres.workflow.selectors.graphs import drawing_of
from yihu.hub.foundation.org.api import User, find_office, stand_ins_of

ACT, VIEW, MANAGE = "workflow.act", "workflow.view", "workflow.manage"
START_VERBS = (Verb.AGREE, Verb.CARBON_COPY)
DELEGATE_VERBS = (Verb.AGREE, Verb.REFUSE, Verb.CARBON_COPY)


def is_stand_in(actor: User, assignment: Assignment) -> bool:
    """
    Whether somebody acts for the assignee today by a delegation of `workflow.act`.

    Work that was there before the delegation began goes along only when the giver said so.
    """
    for lent in stand_ins_of(assignment.assignee, timezone.localdate(), ACT):
        if lent.receiver_id != actor.pk:
            continue
        came = timezone.localdate(assignment.opened_at) if assignment.opened_at else lent.valid_from
        if lent.takes_present_tasks or came >= lent.valid_from:
            return True
    return False


def may_act(actor: User, assignment: Assignment, instance: Instance) -> bool:
    """Whether the place is the actor's, in person or as a stand-in, and their clearance suffices."""
    if not actor.holds(ACT) or actor.clearance(ACT) < Label(instance.label):
        return False
    return actor.pk == assignment.assignee_id or is_stand_in(actor, assignment)


def manages(actor: User | None, instance: Instance) -> bool:
    """Whether the actor keeps the processes of the instance's office; None is the machine itself."""
    if actor is None:
        return True
    office = find_office(instance.office_code)
    cleared = actor.holds(MANAGE) and actor.clearance(MANAGE) >= Label(instance.label)
    return cleared and office is not None and actor.reaches(MANAGE, office)


def may_read(actor: User, instance: Instance) -> bool:
    """Who has or had a part in it, whoever stands in for them, and the managers of its office."""
    if not actor.holds(VIEW):
        return False
    if actor.clearance(VIEW) < Label(instance.label) and instance.initiator_id != actor.pk:
        return False
    if instance.initiator_id == actor.pk or manages(actor, instance):
        return True
    top = instance.root_id or instance.pk
    if Party.objects.filter(instance=top, user=actor).exists():
        return True
    waiting = Assignment.objects.filter(step__instance__in=family_of(instance), state=AssignmentState.OPEN)
    return any(is_stand_in(actor, one) for one in waiting.select_related("assignee"))


def family_of(instance: Instance) -> list[int]:
    """The instance, the one at the top, and all it called."""
    top = instance.root_id or instance.pk
    return [top, *Instance.objects.filter(root=top).values_list("pk", flat=True)]


def is_barred(actor: User, assignment: Assignment, instance: Instance) -> bool:
    """Whether the actor is the applicant at a step where applicants must not decide; advice may be asked of them."""
    if actor.pk != instance.initiator_id or assignment.origin == Origin.DELEGATION:
        return False
    return bars_initiator(instance, assignment.step.node_id)


def bars_initiator(instance: Instance, node_id: str) -> bool:
    """Whether a step is not for the applicant to decide."""
    node = drawing_of(instance.version).graph.nodes.get(node_id)
    if node is None or node.handling is None:
        return False
    return node.handling.same_person is not SamePerson.ALLOW and not names_initiator(strategy_of(instance, node))


def verbs_of(assignment: Assignment, actor: User) -> tuple[Verb, ...]:
    """What the actor may do with a place now; the verbs themselves ask again."""
    instance = assignment.step.instance
    if instance.state != InstanceState.RUNNING or not may_act(actor, assignment, instance):
        return ()
    if assignment.state == AssignmentState.DONE:
        return (Verb.WITHDRAW,) if assignment.verdict == Verb.AGREE else ()
    if assignment.step.state != StepState.OPEN:
        return ()
    allowed = granted(assignment, instance)
    if assignment.state == AssignmentState.WAITING:
        return tuple(v for v in allowed if v in {Verb.REMOVE_SIGN, Verb.CARBON_COPY})
    if assignment.state != AssignmentState.OPEN:
        return ()
    if is_barred(actor, assignment, instance):
        return tuple(v for v in allowed if v in {Verb.TRANSFER, Verb.CARBON_COPY})
    return allowed


def granted(assignment: Assignment, instance: Instance) -> tuple[Verb, ...]:
    """What the process grants at this place, whoever asks."""
    node = drawing_of(instance.version).graph.nodes.get(assignment.step.node_id)
    if node is None or node.handling is None:
        return START_VERBS
    if assignment.origin == Origin.DELEGATION:
        return DELEGATE_VERBS
    return node.handling.verbs
