"""Who is to handle a user task, by the strategy of its role and the policies of its element."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yihu.hub.base.access import Label
from yihu.hub.centres.workflow.catalogue.graph import Node
from yihu.hub.centres.workflow.catalogue.registries import candidates as registered
from yihu.hub.centres.workflow.choices import AssignmentState, EmptyPolicy, SamePerson
from yihu.hub.centres.workflow.models import Instance
from yihu.hub.centres.workflow.selectors.heads import ACT, heads_of, holders_at, superiors_with
from yihu.hub.foundation.org.api import User, find_office, list_able, list_away, list_keepers, stand_ins_of

MOST_PEOPLE = 60
MANAGE = "workflow.manage"


@dataclass(frozen=True, slots=True)
class Found:
    """The people of a step, in order; without people, `policy` says what to do. `note` explains to the reader."""

    people: tuple[User, ...]
    note: str = ""
    policy: EmptyPolicy | None = None


def find_people(instance: Instance, node: Node, *, day: date) -> Found:
    """Resolve the strategy, keep who may act, and apply the policies for the applicant and for nobody."""
    handling = node.handling
    assert handling is not None  # noqa: S101 (only user tasks come here)
    strategy = strategy_of(instance, node)
    ids = list(dict.fromkeys(resolve(strategy, instance, node, day=day)))
    people = _present(able(ids, instance, day=day), day)
    note = ""
    if instance.initiator_id in {p.pk for p in people} and not names_initiator(strategy):
        people, note, skipped = _without_initiator(people, instance, handling.same_person, day)
        if skipped:
            return Found((), note, EmptyPolicy.SKIP)
    if people:
        return Found(tuple(people[:MOST_PEOPLE]), note)
    if handling.empty is EmptyPolicy.ADMIN:
        return Found(tuple(keepers(instance, day=day)), "没有找到办理人，交流程管理人处理", None)
    return Found((), "没有找到办理人", handling.empty)


def strategy_of(instance: Instance, node: Node) -> Any:
    """The strategy of the element itself, of the role it names, or of its lane."""
    wanted = node.handling.candidates if node.handling and node.handling.candidates else node.lane
    return instance.version.roles.get(wanted, {}) if isinstance(wanted, str) else wanted


def names_initiator(strategy: Any) -> bool:
    """Whether the strategy asks for the applicant in so many words: then no policy stands in the way."""
    parts = strategy if isinstance(strategy, list) else [strategy]
    return any(isinstance(part, Mapping) and part.get("initiator") is True for part in parts)


def resolve(strategy: Any, instance: Instance, node: Node, *, day: date) -> Iterable[int]:
    """Ids of people by a strategy or a list of strategies, in order."""
    if isinstance(strategy, list):
        for part in strategy:
            yield from resolve(part, instance, node, day=day)
        return
    if not isinstance(strategy, Mapping):
        return
    for key, find in STRATEGIES.items():
        if key in strategy:
            yield from find(strategy, instance, node, day)
            return


def _by_duty(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    where = strategy.get("office", "subject")
    label = Label(instance.label)
    if where == "superior":
        office = find_office(instance.office_code)
        return superiors_with(strategy["duty"], office, day=day, label=label) if office else ()
    code = {"subject": instance.office_code, "applicant": instance.initiator.office.code}.get(where, where)
    return holders_at(strategy["duty"], code, day=day, label=label)


def _initiator(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    return [instance.initiator_id]


def _heads(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    """`head_of: n` are the heads of the first n levels in order; those of one level are one after the other."""
    levels = heads_of(instance.initiator, day=day, label=Label(instance.label))
    return [person for level in levels[: int(strategy["head_of"])] for person in level]


def _head_at(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    levels = heads_of(instance.initiator, day=day, label=Label(instance.label))
    at = int(strategy["head_at"]) - 1
    return levels[at] if 0 <= at < len(levels) else ()


def _field(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    value: Any = instance.data
    for part in str(strategy["field"]).removeprefix("form.").split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    names = value if isinstance(value, list) else [value]
    return ids_of(str(name) for name in names if isinstance(name, str))


def _people(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    return ids_of(strategy["people"])


def _same_as(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    return last_people(instance, str(strategy["assignee_of"]))


def _function(strategy: Mapping[str, Any], instance: Instance, node: Node, day: date) -> Iterable[int]:
    find = registered.get(str(strategy["function"]))
    return [user.pk for user in find(instance=instance, node=node, day=day)] if find else ()


STRATEGIES = {
    "duty": _by_duty, "initiator": _initiator, "head_of": _heads, "head_at": _head_at, "field": _field,
    "people": _people, "assignee_of": _same_as, "function": _function,
}  # fmt: skip


def ids_of(usernames: Iterable[str]) -> list[int]:
    """Ids in the order of the names; unknown ones are left out."""
    names = list(usernames)[:MOST_PEOPLE]
    known = dict(User.objects.filter(username__in=names, is_active=True).values_list("username", "pk"))
    return [known[name] for name in names if name in known]


def last_people(instance: Instance, node_id: str) -> list[int]:
    """Who held the seats when a task was last at work, without those who were only asked to look."""
    step = instance.steps.filter(node_id=node_id).order_by("-id").first()
    if step is None:
        return []
    rows = step.assignments.exclude(origin__in=["DELEGATION", "BEFORE", "AFTER"]).exclude(verdict="transfer")
    rows = rows.order_by("turn", "id").values_list("assignee_id", "state")
    decided = [person for person, state in rows if state == AssignmentState.DONE]
    return list(dict.fromkeys(decided if step.mode == "any" and decided else [person for person, _ in rows]))


def able(ids: Iterable[int], instance: Instance, *, day: date) -> list[User]:
    """Those who may act at all and are cleared for the instance, in order. Two queries."""
    wanted = list(ids)
    if not wanted:
        return []
    fit = {h.user_id for h in list_able(permission=ACT, day=day, label=Label(instance.label), user_ids=wanted)}
    known = User.objects.in_bulk([pk for pk in wanted if pk in fit])
    return [known[pk] for pk in wanted if pk in known]


def keepers(instance: Instance, *, day: date) -> list[User]:
    """The managers of processes nearest to the instance's office."""
    office = find_office(instance.office_code)
    if office is None:
        return []
    found = list_keepers(permission=MANAGE, office=office, day=day, label=Label(instance.label))
    nearest = [h.user_id for h in found if h.office_code == found[0].office_code]
    return able(dict.fromkeys(nearest), instance, day=day)


def _present(people: list[User], day: date) -> list[User]:
    """Without those who are away and left nobody to stand in, as long as anybody remains."""
    if len(people) < 2:
        return people
    away = list_away((p.pk for p in people), day)
    here = [p for p in people if p.pk not in away or stand_ins_of(p, day, ACT)]
    return here or people


def _without_initiator(
    people: list[User], instance: Instance, policy: SamePerson, day: date
) -> tuple[list[User], str, bool]:
    """The people, a note, and whether the step is passed over."""
    if policy is SamePerson.ALLOW:
        return people, "", False
    if policy is SamePerson.SKIP:
        return [], "办理人就是发起人，自动跳过", True
    others = [p for p in people if p.pk != instance.initiator_id]
    if others:
        return others, "发起人本人不参与办理", False
    levels = heads_of(instance.initiator, day=day, label=Label(instance.label))
    return able(levels[0] if levels else (), instance, day=day), "办理人就是发起人，改由上级办理", False
