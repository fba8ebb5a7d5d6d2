"""Running instances move to another version of their process: a dry run says what cannot, then one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.catalogue.graph import Graph
from yihu.hub.centres.workflow.choices import LIVE, StepState, TimerState, TokenState, Verb
from yihu.hub.centres.workflow.models import Instance, ProcessVersion, Step, Timer, Token
from yihu.hub.centres.workflow.selectors.graphs import Drawing, drawing_of
from yihu.hub.centres.workflow.selectors.standing import manages
from yihu.hub.centres.workflow.services.locking import lock
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.foundation.org.api import User


@dataclass(frozen=True, slots=True)
class Move:
    """One instance of a plan; `reasons` say why it cannot move, none that it can."""

    instance: Instance
    reasons: tuple[str, ...]

    @property
    def can_move(self) -> bool:
        return not self.reasons


def plan_migration(
    *, source: ProcessVersion, target: ProcessVersion, mapping: Mapping[str, str] | None = None,
    instances: Iterable[Instance] | None = None,
) -> list[Move]:  # fmt: skip
    """
    What would happen to the running instances of a version; nothing is changed.

    :param mapping: old node id → new node id, for nodes that were renamed
    """
    rows = source.instances.filter(state__in=LIVE) if instances is None else instances
    return [Move(one, tuple(_reasons(one, target, mapping or {}))) for one in rows]


@transaction.atomic
def migrate(
    *, instance: Instance, target: ProcessVersion, actor: User | None, now: datetime,
    mapping: Mapping[str, str] | None = None,
) -> Instance:  # fmt: skip
    """
    Move one running instance; people keep their places, limits and opinions.

    :raises UnableToActError: BPM-541, BPM-560 with the reasons of the plan
    """
    with as_system("流程换版"):
        held = lock(instance)
        if not manages(actor, held):
            raise UnableToActError("BPM-541")
        names = dict(mapping or {})
        reasons = list(_reasons(held, target, names))
        if reasons:
            raise UnableToActError("BPM-560", what="；".join(reasons))
        told = f"第 {held.version.number} 版 → 第 {target.number} 版"
        said = Said(opinion=told, version=told)
        held.version = target
        _rename(held, names, drawing_of(target).graph)
        held.passed = {names.get(element, element): count for element, count in held.passed.items()}
        write_act(instance=held, verb=Verb.MIGRATE, actor=actor, now=now, said=said)
        held.save()
        return held


def _rename(held: Instance, names: Mapping[str, str], graph: Graph) -> None:
    for old, new in names.items():
        Token.objects.filter(instance=held, node_id=old).exclude(state=TokenState.GONE).update(node_id=new)
        Token.objects.filter(instance=held, back_to=old).exclude(state=TokenState.GONE).update(back_to=new)
        Timer.objects.filter(instance=held, node_id=old, state=TimerState.SET).update(node_id=new)
        # A return asks who had a task before: its old steps go by the new name too.
        Step.objects.filter(instance=held, node_id=old).update(node_id=new)
    for step in held.steps.filter(state=StepState.OPEN):
        if step.node_id in graph.nodes and graph.nodes[step.node_id].name:
            step.name = graph.nodes[step.node_id].title
            step.save(update_fields=["name"])


def _reasons(instance: Instance, target: ProcessVersion, names: Mapping[str, str]) -> Iterable[str]:
    if not instance.is_live:
        yield f"流程{instance.get_state_display()}"
        return
    if target.key != instance.version.key:
        yield f"新版本属于另一流程“{target.name}”"
        return
    if target.pk == instance.version_id:
        yield f"已经是第 {target.number} 版"
        return
    old, new = drawing_of(instance.version), drawing_of(target)
    for token in instance.tokens.exclude(state=TokenState.GONE):
        yield from _token_reasons(token, old, new, names)
    for timer in instance.timers.filter(state=TimerState.SET):
        if names.get(timer.node_id, timer.node_id) not in new.graph.nodes:
            yield f"正在计时的“{old.graph.nodes[timer.node_id].title}”在新版本里没有了"


def _token_reasons(token: Token, old: Drawing, new: Drawing, names: Mapping[str, str]) -> Iterable[str]:
    before = old.graph.nodes[token.node_id]
    after = new.graph.nodes.get(names.get(token.node_id, token.node_id))
    if after is None:
        yield f"“{before.title}”在新版本里没有了"
        return
    if after.kind is not before.kind:
        yield f"“{before.title}”在新版本里换了种类"
    if names.get(before.container, before.container) != after.container:
        yield f"“{before.title}”在新版本里换了子流程"
    if token.state == TokenState.JOINING and token.edge_id not in {e.id for e in new.graph.incoming[after.id]}:
        yield f"等待汇合的“{before.title}”在新版本里没有原来的入线"
    if token.back_to and names.get(token.back_to, token.back_to) not in new.graph.nodes:
        yield f"要直接返回的“{token.back_to}”在新版本里没有了"
    around = {_renamed(pair, names) for pair in old.structure.around(old.graph, before.id)}
    if around != new.structure.around(new.graph, after.id):
        yield f"“{before.title}”在新版本里换了并行分支"


def _renamed(pair: tuple[str, str], names: Mapping[str, str]) -> tuple[str, str]:
    split, branch = pair
    return names.get(split, split), names.get(branch, branch)
