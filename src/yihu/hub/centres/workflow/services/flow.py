"""The engine's loop: move every token until all stand still."""

from yihu.hub.centres.workflow.catalogue.graph import Kind, Node
from yihu.hub.centres.workflow.models import Instance, Token
from yihu.hub.centres.workflow.services import gateways
from yihu.hub.centres.workflow.services.automatic import automatic
from yihu.hub.centres.workflow.services.incidents import stand_still
from yihu.hub.centres.workflow.services.moving import end_scope, leave
from yihu.hub.centres.workflow.services.opening import open_task
from yihu.hub.centres.workflow.services.places import renew
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.scopes import call, come_back, enter_sub, wait

# Moves of one run; more means a loop in which nothing waits.
MOST_MOVES = 1_000


def _pass(run: Run, token: Token, node: Node) -> None:
    leave(run, token)


def _start(run: Run, token: Token, node: Node) -> None:
    """A start event is passed, unless the case was sent back to the initiator."""
    if node.id in run.people:
        open_task(run, token, node)
    else:
        leave(run, token)


def _end(run: Run, token: Token, node: Node) -> None:
    end_scope(run, token, node, everything=False)


def _terminate(run: Run, token: Token, node: Node) -> None:
    end_scope(run, token, node, everything=True)


ENTERED = {
    Kind.START: _start, Kind.BOUNDARY: _pass, Kind.END: _end, Kind.TERMINATE: _terminate, Kind.USER: open_task,
    Kind.SERVICE: automatic, Kind.RULE: automatic, Kind.SUB: enter_sub, Kind.CALL: call, Kind.WAIT: wait,
    Kind.EXCLUSIVE: gateways.exclusive, Kind.PARALLEL: gateways.parallel, Kind.INCLUSIVE: gateways.inclusive,
}  # fmt: skip


def advance(run: Run) -> None:
    """Move until everything rests, called processes and callers too; then store the instance."""
    _drain(run)
    while run.spawned:
        called = run.spawned.pop(0)
        # The branch that called may have been taken back in the meantime.
        if called.instance.caller in run.tokens:
            advance(called)
            if not called.instance.is_live:
                come_back(called.instance, run)
                _drain(run)
    if not run.instance.is_live and run.instance.caller_id is not None and not run.nested:
        _wake_caller(run)


def _drain(run: Run) -> None:
    while run.queue or (joins := gateways.ready_joins(run)):
        if run.queue:
            _move(run, run.queue.popleft())
        else:
            gateways.fire_join(run, joins[0])
    renew(run)
    run.instance.save()


def _move(run: Run, token: Token) -> None:
    run.moves += 1
    node = run.node(token)
    if run.moves > MOST_MOVES:
        stand_still(run, token, "BPM-401", "流程走到了循环里，没有环节可以停下")
        return
    ENTERED[node.kind](run, token, node)


def _wake_caller(run: Run) -> None:
    """A called process ended in a later act than it began in: its caller is loaded and goes on."""
    caller = Instance.objects.select_related("version", "initiator__office").get(tokens=run.instance.caller_id)
    if caller.is_live:
        above = Run.of(caller, now=run.now, actor=run.actor, channel=run.channel)
        come_back(run.instance, above)
        advance(above)
