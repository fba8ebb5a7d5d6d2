"""An act on a case from its own page: what the node may fill in is checked and kept, then the process moves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.conditions import process_data
from yihu.hub.centres.matters.catalogue.fields import APPLY, FormTree
from yihu.hub.centres.matters.catalogue.personal import sealed, unsealed
from yihu.hub.centres.matters.catalogue.reading import Raw, data_of, raw_of, with_computed
from yihu.hub.centres.matters.catalogue.validation import Fault, faults_of
from yihu.hub.centres.matters.choices import EventKind
from yihu.hub.centres.matters.keys import seal, unseal
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.services.events import note, write
from yihu.hub.centres.matters.services.examining import examine_application, references
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.workflow import api as workflow


@transaction.atomic
def act_on_case(
    *,
    case: Case,
    assignment: Any,
    verb: str,
    actor: Any,
    now: datetime,
    opinion: str = "",
    people: Sequence[Any] = (),
    node_id: str = "",
    raw: Raw | None = None,
    revision: int | None = None,
    channel: str = "",
    request: Any = None,
) -> Case:
    """
    Carry out one verb on an open assignment of the case, with what was filled in beside it.

    :param raw: the fields of this node as they were sent; None when the act was made elsewhere
    :param revision: of the data that the actor saw; another one now is refused with TASK-012
    :raises UnableToApplyError: MAT-A05 faults in the fields of this node
    :raises UnableTo: the workflow centre refuses the verb
    """
    if verb not in workflow.Verb.values:
        raise UnableToApplyError("MAT-A07", "请点一个办理按钮")
    if raw is not None and verb == workflow.Verb.AGREE:
        locked = Case.objects.select_for_update(of=("self",)).select_related("version__matter").get(pk=case.pk)
        changes = _fill_in(locked, assignment.step.node_id, raw, actor=actor, now=now, request=request)
        if changes:
            instance = assignment.step.instance
            workflow.update_data(instance=instance, data=changes, actor=actor, now=now, revision=revision)
            revision = None
    workflow.act(
        assignment=assignment, verb=workflow.Verb(verb), actor=actor, now=now, opinion=opinion, people=people,
        node_id=node_id, channel=channel, revision=revision,
    )  # fmt: skip
    return Case.objects.select_related("version__matter", "applicant").get(pk=case.pk)


def _fill_in(case: Case, node: str, raw: Raw, *, actor: Any, now: datetime, request: Any) -> dict[str, Any]:
    """Keep what the node may change; the changed fields as the process knows them."""
    form = case.version.bundle.form
    before = unsealed(form, case.form, unseal)
    after = merged(form, before, raw, node)
    if after == before:
        return {}
    on = timezone.localtime(now).date()
    faults = faults_at(case, after, node, on=on)
    if faults:
        raise UnableToApplyError("MAT-A05", f"有 {len(faults)} 处需要改正，请看各项下面的说明", faults)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    case.form = sealed(form, after, seal)
    case.save(update_fields=["form"])
    titles = {f.name: f.title for f in [*form.fields_for(before), *form.fields_for(after)]}
    words = "、".join(titles.get(name, name) for name in changed)
    note(case, EventKind.CHANGED, actor=actor, now=now, text=words)
    write("change", case, actor=actor, request=request, detail={"fields": changed, "node": node})
    was, becomes = process_data(form, before), process_data(form, after)
    return {n: becomes.get(n) for n in {*was, *becomes} if was.get(n) != becomes.get(n)}


def merged(form: FormTree, before: Mapping[str, Any], raw: Raw, node: str) -> dict[str, Any]:
    """The data with the fields of a node as they were sent; all others stay, whatever was sent for them."""
    kept: Raw = raw_of(form, before)
    editable = [f for f in form.every_field() if len(f.path) == 1 and f.may_edit(node)]
    for field in editable:
        head = f"{field.name}."
        sent = {k: v for k, v in raw.items() if k == field.name or k.startswith(head)}
        asked = f"{field.name}__asked" in raw or sent
        if asked:
            kept = {k: v for k, v in kept.items() if k != field.name and not k.startswith(head)} | sent
    found = data_of(form, kept)
    names = {f.name for f in editable}
    for name, value in before.items():
        # Reading back must not change what this node has no hand in; a field that no longer applies goes.
        if name not in names and name in found:
            found[name] = value
    return with_computed(form, found)


def faults_at(case: Case, data: Mapping[str, Any], node: str, *, on: Any) -> list[Fault]:
    """What is wrong with the fields of one node; at the start the whole application is examined."""
    version = case.version
    if node == APPLY:
        return examine_application(version, data, about=case.about, on=on)
    found = faults_of(version.bundle.form, data, version.bundle.spec.checks, node=node)
    mine = {f.dotted for f in version.bundle.form.every_field() if node in f.edit}
    kept = [f for f in found if _static(f.field) in mine]
    return [*kept, *references(version.bundle.form, data, on=on, node=node)]


def _static(place: str) -> str:
    return ".".join(part for part in place.split(".") if not part.isdigit())


def may_add_material(case: Case, actor: Any) -> bool:
    """Whether the case lies with its applicant again, who may add and take back files."""
    if case.is_done or case.instance is None or case.applicant_id != actor.pk:
        return False
    return any(a.step.node_id == APPLY for a in workflow.assignments_for(case.instance, actor))


@transaction.atomic
def withdraw_case(*, case: Case, actor: Any, now: datetime, opinion: str = "") -> None:
    """
    The applicant takes the application back.

    :raises UnableTo: not the applicant, or it is over
    """
    workflow.withdraw(instance=case.instance, actor=actor, now=now, opinion=opinion)
