"""Changing the data of an instance: only the fields a step names, with before and after in the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.choices import Verb
from yihu.hub.centres.workflow.models import Instance, Step
from yihu.hub.centres.workflow.selectors.graphs import drawing_of
from yihu.hub.centres.workflow.services.automatic import as_json
from yihu.hub.centres.workflow.services.locking import check_running, lock
from yihu.hub.centres.workflow.services.opening import handling_of
from yihu.hub.centres.workflow.services.places import renew
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.foundation.org.api import User

EVERY_FIELD = "*"


def change_data(instance: Instance, step: Step, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """
    Put fields into the data; what differed, as before and after, or None.

    :raises UnableToActError: BPM-519, a field the step does not name
    """
    node = drawing_of(instance.version).graph.nodes[step.node_id]
    allowed = handling_of(node).fields
    changed = {k: as_json(v) for k, v in data.items() if instance.data.get(k) != as_json(v)}
    for name in changed:
        if EVERY_FIELD not in allowed and name not in allowed:
            raise UnableToActError("BPM-519", what=name)
    return put_data(instance, changed) if changed else None


def put_data(instance: Instance, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Change the data; the caller stores the instance."""
    before = {name: instance.data.get(name) for name in changed}
    instance.data = {**instance.data, **changed}
    instance.revision += 1
    return {"before": before, "after": dict(changed)}


@transaction.atomic
def update_data(
    *, instance: Instance, data: Mapping[str, Any], actor: User | None, now: datetime, revision: int | None = None
) -> Instance:
    """
    Change the data of a running instance at the word of the room whose subject it is; it has asked who may.

    :param revision: of the data that was seen
    :raises UnableToActError: BPM-503, TASK-012
    """
    with as_system("流程内容修改"):
        held = lock(instance)
        check_running(held)
        if revision is not None and revision != held.revision:
            raise UnableToActError("TASK-012")
        changed = {k: as_json(v) for k, v in data.items() if held.data.get(k) != as_json(v)}
        if changed:
            run = Run.of(held, now=now, actor=actor)
            said = Said(changes=put_data(held, changed))
            write_act(instance=held, verb=Verb.UPDATE, actor=actor, now=now, said=said)
            renew(run)
            held.save()
        return held
