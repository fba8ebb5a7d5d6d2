"""What the tasks centre asks for its lists: a low-risk decision, and handing over somebody's work."""

from datetime import datetime
from typing import Any

from yihu.hub.centres.workflow.choices import Verb
from yihu.hub.centres.workflow.models import Assignment
from yihu.hub.centres.workflow.selectors.graphs import drawing_of
from yihu.hub.centres.workflow.services.acting import act
from yihu.hub.centres.workflow.services.reassigning import reassign
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.foundation.org.api import User

VERDICTS = {"AGREE": Verb.AGREE, "REFUSE": Verb.REFUSE}


def decide(*, key: str, actor: User, verdict: str, opinion: str, channel: str, now: datetime) -> None:
    """
    同意 or 不同意 from a list or by SMS, where the process calls the step low-risk.

    :raises UnableToActError: as `act` does; BPM-510 for a step that must be opened
    """
    assignment = _find(key)
    instance = assignment.step.instance
    node = drawing_of(instance.version).graph.nodes.get(assignment.step.node_id)
    if node is None or node.handling is None or not node.handling.low_risk:
        raise UnableToActError("BPM-510", what=assignment.step.name, verb="批量或短信办理")
    act(
        assignment=assignment, verb=VERDICTS[str(verdict)], actor=actor, now=now, opinion=opinion, channel=channel
    )  # fmt: skip


def hand_over(*, key: str, actor: User | None, giver: User, receiver: User, reason: str, now: datetime) -> None:
    """Somebody's open place goes to another; whoever hands over has been asked by the tasks centre."""
    reassign(
        assignment=_find(key), receiver=receiver, actor=actor, now=now, opinion=reason or "移交", permitted=True
    )  # fmt: skip


def _find(key: str) -> Assignment:
    rows: Any = Assignment.objects.select_related("step__instance__version", "assignee")
    found = rows.filter(pk=int(key)).first() if key.isdigit() else None
    if found is None:
        raise UnableToActError("BPM-524", what="办理")
    return found
