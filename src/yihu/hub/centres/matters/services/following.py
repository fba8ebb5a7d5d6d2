"""What a case does when its process moves: the clock stands and runs, fields are kept alike, the case ends."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.conditions import as_kept, exact, process_data
from yihu.hub.centres.matters.catalogue.personal import unsealed
from yihu.hub.centres.matters.choices import CaseState, EventKind
from yihu.hub.centres.matters.keys import unseal
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.selectors.processes import last_opinion, open_nodes
from yihu.hub.centres.matters.services.acting import faults_at
from yihu.hub.centres.matters.services.applying import SUBJECT
from yihu.hub.centres.matters.services.clock import pause_clock, resume_clock, start_clock, stop_clock
from yihu.hub.centres.matters.services.events import note, write
from yihu.hub.centres.matters.services.letters import issue_letters, send_notices
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.services.wording import outcome_name

CUT_SHORT = {"REFUSED": "refused", "WITHDRAWN": "ended", "TERMINATED": "ended"}


def case_of(instance: Any) -> Case | None:
    """The case of an instance, locked; None for instances of other rooms."""
    if instance.subject_kind != SUBJECT or instance.root_id is not None:
        return None
    rows = Case.objects.select_for_update(of=("self",)).select_related("version", "applicant")
    return rows.filter(number=instance.subject_number).first()


@transaction.atomic
def follow_step(step: Any, *, now: datetime) -> None:
    """A step opened: the clock stands while one of those that pause it is open."""
    case = case_of(step.instance)
    if case is None:
        return
    pauses = case.version.bundle.spec.time_limit.pause_at
    reasons = [pauses[node] for node in open_nodes(step.instance) if node in pauses]
    if reasons:
        pause_clock(case, reasons[0], now=now)
    else:
        resume_clock(case, now=now)


@transaction.atomic
def follow_assignment(assignment: Any, *, now: datetime) -> None:
    """
    Somebody decided: what the node had to fill in must be there, by whatever way the decision came.

    :raises UnableToApplyError: MAT-A06 a field of this node is still empty or wrong
    """
    step = assignment.step
    case = case_of(step.instance)
    if case is None:
        return
    if assignment.verdict == "return_to":
        case.returns += 1
        case.save(update_fields=["returns"])
    if assignment.verdict != "agree" or assignment.origin != "CANDIDATE":
        # Whoever was only asked for a word, or signs beside, need not fill in what the seat itself must.
        return
    _keep_alike(case, step)
    data = unsealed(case.version.bundle.form, case.form, unseal)
    faults = faults_at(case, data, step.node_id, on=timezone.localtime(now).date())
    if faults:
        raise UnableToApplyError("MAT-A06", f"“{step.name}”还有内容没有填好：{faults[0]}；请打开办件填写", faults)
    if case.version.bundle.spec.time_limit.start == step.node_id:
        start_clock(case, now=now)


def _keep_alike(case: Case, step: Any) -> None:
    """Fields that were changed through the workflow's own page are the form's too."""
    form = case.version.bundle.form
    known = process_data(form, unsealed(form, case.form, unseal))
    changed = False
    for field in form.every_field():
        if len(field.path) > 1 or not field.may_edit(step.node_id) or field.personal not in {"", "name"}:
            continue
        value = step.instance.data.get(field.name)
        if value != known.get(field.name):
            kept = as_kept(field.kind, exact(value)) if field.kind == "money" else value
            case.form = {k: v for k, v in case.form.items() if k != field.name} | (
                {} if kept is None else {field.name: kept}
            )
            changed = True
    if changed:
        case.save(update_fields=["form"])


@transaction.atomic
def follow_end(instance: Any, *, now: datetime) -> None:
    """The process is over: the case has its outcome, its letters and its messages."""
    case = case_of(instance)
    if case is None or case.is_done:
        return
    key = outcome_of(case, instance)
    known = case.version.bundle.spec.outcomes.get(key)
    stop_clock(case, now=now)
    case.state, case.finished_at, case.outcome = CaseState.DONE, now, key
    case.outcome_kind = known.kind.value if known else CUT_SHORT.get(key, "ended")
    case.paused_at, case.pause_reason = None, ""
    case.save()
    name = outcome_name(case) or instance.get_state_display()
    note(case, EventKind.ENDED, actor=None, now=now, text=name)
    write("conclude", case, actor=None, after={"state": case.state, "outcome": name})
    more = last_words(instance)
    issue_letters(case, key, now=now, more=more)
    send_notices(case, key, now=now, more=more)


def outcome_of(case: Case, instance: Any) -> str:
    """The end event that was reached, or how the process was cut short."""
    if instance.state in {"COMPLETED", "REFUSED"}:
        reached = [end for end in case.version.bundle.outline.ends if instance.passed.get(end)]
        if reached:
            return reached[-1]
    return str(instance.state)


def last_words(instance: Any) -> dict[str, Any]:
    """For letters: the last opinion that was given and what the decisions said."""
    act = last_opinion(instance)
    opinion = {"text": act.opinion, "name": act.actor.display_name if act.actor else ""} if act else {}
    return {"opinion": opinion, "decisions": instance.data.get("decisions", {})}
