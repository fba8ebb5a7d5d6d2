"""Sub-processes drawn inside, and other processes called."""

from datetime import datetime

from yihu.hub.centres.workflow.catalogue.graph import Node
from yihu.hub.centres.workflow.choices import InstanceState, TimerKind, TokenState, Verb
from yihu.hub.centres.workflow.models import Instance, ProcessVersion, Token
from yihu.hub.centres.workflow.selectors.graphs import get_version
from yihu.hub.centres.workflow.services.incidents import stand_still
from yihu.hub.centres.workflow.services.moving import end_instance, finish_activity
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.timing import UntimelyError, moment_of, set_boundaries, set_timer
from yihu.kit.work_calendar import UnknownCalendarYearError

DEEPEST = 5


def enter_sub(run: Run, token: Token, node: Node) -> None:
    """Wait for the tokens inside; one begins at the inner start."""
    if not _clocks(run, token, node):
        return
    run.rest(token, TokenState.INSIDE)
    inner = run.add_token(run.graph.start_of(node.id).id, parent=token)
    run.enter(inner, inner.node_id)


def call(run: Run, token: Token, node: Node) -> None:
    """Start another process for the same subject, with the same data, and wait for it."""
    version = get_version(node.key)
    if version is None or _depth(run.instance) >= DEEPEST:
        why = "没有已发布的版本" if version is None else f"调用深于 {DEEPEST} 层"
        stand_still(run, token, "BPM-440", f"“{node.title}”不能调用流程“{node.key}”：{why}")
        return
    if not _clocks(run, token, node):
        return
    run.rest(token, TokenState.INSIDE)
    run.spawned.append(begin(run, token, version))


def begin(run: Run, token: Token, version: ProcessVersion) -> Run:
    """The run of a called process, with its first token."""
    parent = run.instance
    child = Instance.objects.create(
        version=version, subject_kind=parent.subject_kind, subject_number=parent.subject_number,
        subject_title=parent.subject_title, subject_url=parent.subject_url, office_code=parent.office_code,
        label=parent.label, taxpayer_number=parent.taxpayer_number, initiator=parent.initiator, data=parent.data,
        root_id=parent.root_id or parent.pk, caller=token, started_at=run.now,
    )  # fmt: skip
    called = Run(child, run.now, run.actor, run.channel, nested=True)
    said = Said(opinion=f"由“{parent.version.name}”调用")
    write_act(instance=child, verb=Verb.START, actor=None, now=run.now, said=said)
    start = called.graph.start_of()
    called.enter(called.add_token(start.id), start.id)
    return called


def come_back(called: Instance, run: Run) -> None:
    """A called process has ended: its changes of the data come back, and the caller goes on, or ends where it did."""
    token = next((t for t in run.tokens if t.pk == called.caller_id), None)
    if token is None:
        return
    if called.state not in {InstanceState.COMPLETED, InstanceState.REFUSED}:
        # Somebody inside ended the case for good: it must not go on outside.
        end_instance(run, InstanceState(called.state))
        return
    if called.data != run.instance.data:
        run.instance.data = {**run.instance.data, **called.data}
        run.instance.revision += 1
    finish_activity(run, token, Verb.REFUSE if called.state == InstanceState.REFUSED else Verb.AGREE)


def wait(run: Run, token: Token, node: Node) -> None:
    """An intermediate timer."""
    fires_at = _moment(run, token, node)
    if fires_at is not None:
        run.rest(token, TokenState.TIMING)
        set_timer(run, token, TimerKind.WAIT, node.id, fires_at)


def _moment(run: Run, token: Token, node: Node) -> datetime | None:
    assert node.timing is not None  # noqa: S101 (linted)
    try:
        return moment_of(run, node.timing)
    except (UnknownCalendarYearError, UntimelyError) as error:
        _untimely(run, token, error)
        return None


def _clocks(run: Run, token: Token, node: Node) -> bool:
    try:
        set_boundaries(run, token, node)
    except (UnknownCalendarYearError, UntimelyError) as error:
        _untimely(run, token, error)
        return False
    return True


def _untimely(run: Run, token: Token, error: Exception) -> None:
    if run.actor is not None:
        raise UnableToActError("BPM-520", what=error) from error
    stand_still(run, token, "BPM-520", str(error))


def _depth(instance: Instance) -> int:
    depth, at = 0, instance
    while at.caller_id is not None:
        depth, at = depth + 1, at.caller.instance
    return depth
