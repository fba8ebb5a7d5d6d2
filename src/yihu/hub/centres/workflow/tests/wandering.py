"""
Random people doing random things to running processes, and what must hold whatever they do.

Used by the ordinary suite with a few hundred verbs, and by `benchmarks/workflow.py` with many.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.choices import LIVE, STEP_VERBS, AssignmentState, InstanceState, Origin, StepState, Verb
from yihu.hub.centres.workflow.models import Assignment, Incident, Instance, Timer
from yihu.hub.centres.workflow.selectors.ways import targets_of
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, node, process, timer, user

# Weights of what is tried at somebody's place; agreement is most of it, as in life.
AT_A_PLACE = {
    Verb.AGREE: 40, Verb.REFUSE: 3, Verb.RETURN_TO: 9, Verb.TRANSFER: 9, Verb.DELEGATE: 9, Verb.ADD_SIGN: 12,
    Verb.REMOVE_SIGN: 6, Verb.CARBON_COPY: 2, Verb.WITHDRAW: 8, Verb.TERMINATE: 1,
}  # fmt: skip
ALL = " ".join(STEP_VERBS)


def drawings(names: Sequence[str]) -> dict[str, str]:
    """Processes of every construct, for at least eight people."""
    a, b, c, d, e, f, g, h = names[:8]

    def task(node_id: str, people: str, **more: Any) -> str:
        return user(node_id, people, verbs=ALL, fields="amount", **more)

    fork = process(
        START, END, task("a", a), node("parallelGateway", "g"), task("b", f"{b} {c}", mode="all"),
        task("c", f"{c} {d} {e}", mode="percent", percent=60), node("parallelGateway", "j"), task("d", f),
        flow("s", "a", "g", "b", "j", "d", "e"), flow("g", "c", "j"),
    )  # fmt: skip
    choice = process(
        START, END, task("a", f"{a} {b}"), node("exclusiveGateway", "x", default="f_x_b"),
        task("b", f"{c} {d} {e}", mode="sequence"), task("c", f"{f} {g}", mode="all"),
        node("exclusiveGateway", "y"), task("z", h), flow("s", "a", "x", "b", "y", "z", "e"),
        flow("x", "c", "y", when='outcome = "refuse"'),
    )  # fmt: skip
    some = process(
        START, END, task("o", h), node("inclusiveGateway", "g", default="f_g_c"), task("a", f"{a} {b}", mode="all"),
        task("b", c), task("c", f"{d} {e}"), node("inclusiveGateway", "j"), task("d", f),
        flow("s", "o", "g", "c", "j", "d", "e"), flow("g", "a", "j", when="form.amount > 100"),
        flow("g", "b", "j", when="form.amount > 500"),
    )  # fmt: skip
    inner = "".join([
        node("startEvent", "ps"), node("endEvent", "pe"), task("a", f"{a} {b}", mode="sequence"), task("b", c),
        flow("ps", "a", "b", "pe"),
    ])  # fmt: skip
    nested = process(
        START, END, node("parallelGateway", "g"), node("subProcess", "sub", inner), task("q", d),
        node("parallelGateway", "j"), task("z", e), flow("s", "g", "sub", "j", "z", "e"), flow("g", "q", "j"),
    )  # fmt: skip
    calling = process(
        START, END, task("a", f), node("callActivity", "call", process="wander-choice"), task("z", g),
        flow("s", "a", "call", "z", "e"),
    )  # fmt: skip
    late = node("boundaryEvent", "late", timer("P2D"), attachedToRef="a", cancelActivity="true")
    beside = node("boundaryEvent", "beside", timer("P1D"), attachedToRef="b", cancelActivity="false")
    timed = process(
        START, END, node("endEvent", "e2"), late, beside, task("a", f"{a} {c}", due="P1D", timeout="escalate"),
        task("b", f"{b} {d}", mode="all"), task("n", h), node("intermediateCatchEvent", "w", timer("PT4H")),
        node("serviceTask", "x", handler="wander.shaky"), task("z", e, due="P1D", timeout="return"),
        node("exclusiveGateway", "m"), flow("s", "a", "m", "b", "w", "x", "z", "e"), flow("late", "m"),
        flow("beside", "n", "e2"),
    )  # fmt: skip
    return {"choice": choice, "fork": fork, "some": some, "nested": nested, "calling": calling, "timed": timed}


class Wanderer:
    """A seeded walk; `tried` counts verbs, `refused` the codes of refusals."""

    def __init__(self, people: Sequence[Any], manager: Any, office_code: str, now: datetime, seed: int) -> None:
        self.people, self.manager, self.office_code, self.now = list(people), manager, office_code, now
        self.chance = random.Random(seed)
        self.tried: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.live: list[int] = []
        self.started = 0
        api.register_service("wander.shaky", self._shaky)
        found = drawings([p.username for p in self.people])
        self.versions = [
            api.freeze_process(key=f"wander-{key}", xml=xml, roles={}, actor=None, now=now)
            for key, xml in found.items()
        ]

    def _shaky(self, **_: Any) -> dict[str, int]:
        if self.chance.random() < 0.3:
            raise ConnectionError("没有应答")
        return {"amount": self.chance.randrange(1000)}

    def start(self) -> Instance:
        self.started += 1
        number = f"W{self.chance.getrandbits(48):012X}"
        subject = api.Subject("wander", number, f"第 {self.started} 件", "", self.office_code, Label.INTERNAL)
        made = api.start(
            process=self.chance.choice(self.versions), subject=subject, data={"amount": self.chance.randrange(1000)},
            initiator=self.chance.choice(self.people), now=self.now,
        )  # fmt: skip
        self.live.append(made.pk)
        return made

    def wander(self, verbs: int, *, at_once: int = 12, check: Callable[[Instance], None] | None = None) -> None:
        """Try so many verbs, keeping some instances running."""
        while sum(self.tried.values()) < verbs:
            while len(self.live) < at_once:
                self.start()
            self.now += timedelta(minutes=self.chance.randrange(1, 20))
            top = self.chance.choice(self.live)
            self._once(top)
            with as_system("核对"):
                instance = Instance.objects.get(pk=top)
                (check or assert_sound)(instance)
            if not instance.is_live:
                self.live.remove(top)

    def _once(self, top: int) -> None:
        with as_system("试验"):
            verb, act = self._chosen(top)
        self.tried[verb] += 1
        try:
            act()
        except api.UnableToActError as error:
            self.refused[error.code] += 1

    def _chosen(self, top: int) -> tuple[str, Callable[[], Any]]:
        instance = Instance.objects.select_related("version", "initiator").get(pk=top)
        if instance.state == InstanceState.SUSPENDED and self.chance.random() < 0.6:
            return "resume", lambda: api.resume(instance=instance, actor=self.manager, now=self.now)
        if self.chance.random() < 0.12:
            return self._to_the_whole(instance)
        rows = Assignment.objects.filter(
            step__instance__subject_kind=instance.subject_kind, step__instance__subject_number=instance.subject_number
        )
        rows = rows.select_related("step__instance__version", "assignee")
        verb = self.chance.choices(list(AT_A_PLACE), list(AT_A_PLACE.values()))[0]
        states = ["DONE"] if verb is Verb.WITHDRAW else ["OPEN", "OPEN", "OPEN", "WAITING"]
        places = list(rows.filter(state=self.chance.choice(states)).order_by("-id")[:8]) or list(rows[:8])
        if not places:
            return self._to_the_whole(instance)
        return str(verb), self._at(self.chance.choice(places), verb)

    def _at(self, place: Assignment, verb: Verb) -> Callable[[], Any]:
        actor = place.assignee if self.chance.random() < 0.97 else self.chance.choice(self.people)
        more: dict[str, Any] = {"opinion": "理由"}
        if verb in {Verb.TRANSFER, Verb.DELEGATE, Verb.ADD_SIGN, Verb.CARBON_COPY, Verb.REMOVE_SIGN}:
            more["people"] = self.chance.sample(self.people, self.chance.choice([1, 1, 1, 2]))
        if verb is Verb.REMOVE_SIGN:
            added = [a.assignee for a in place.step.assignments.filter(added_by=actor)]
            more["people"] = added[:1] or more["people"]
        if verb is Verb.ADD_SIGN:
            more["place"] = self.chance.choice([Origin.BEFORE, Origin.AFTER, Origin.PARALLEL])
        if verb is Verb.RETURN_TO:
            known = [t.node_id for t in targets_of(place)] if self.chance.random() < 0.9 else []
            more["node_id"] = self.chance.choice(known or ["s", "a", "b", "d", "z"])
            more["straight"] = self.chance.random() < 0.4
        if verb is Verb.AGREE and self.chance.random() < 0.2:
            more["data"] = {"amount": self.chance.randrange(1000)}
        return lambda: api.act(assignment=place, verb=verb, actor=actor, now=self.now, **more)

    def _to_the_whole(self, instance: Instance) -> tuple[str, Callable[[], Any]]:
        asked = {"instance": instance, "now": self.now}
        open_places = list(Assignment.objects.filter(step__instance=instance, state=AssignmentState.OPEN)[:5])
        incident = Incident.objects.filter(instance=instance, resolved_at=None).first()
        acts: dict[str, Callable[[], Any]] = {
            "urge": lambda: api.urge(actor=instance.initiator, **asked),
            "suspend": lambda: api.suspend(actor=self.manager, **asked),
            "copy": lambda: api.copy_to(actor=self.manager, people=[self.chance.choice(self.people)], **asked),
            "update": lambda: api.update_data(actor=None, data={"amount": self.chance.randrange(1000)}, **asked),
            "timers": self._let_time_pass,
        }
        if self.chance.random() < 0.15:
            acts["withdraw-all"] = lambda: api.withdraw(actor=instance.initiator, **asked)
            acts["terminate-all"] = lambda: api.terminate(actor=self.manager, opinion="重复", **asked)
        if open_places:
            who, place = self.chance.choice(self.people), self.chance.choice(open_places)
            acts["reassign"] = lambda: api.reassign(
                assignment=place, receiver=who, actor=self.manager, now=self.now, opinion="调岗"
            )
        if incident is not None:
            acts["retry"] = lambda: api.retry_incident(incident=incident, actor=self.manager, now=self.now)
        name = self.chance.choice(list(acts))
        return name, acts[name]

    def _let_time_pass(self) -> None:
        self.now += timedelta(hours=self.chance.choice([1, 5, 26]))
        api.fire_due(now=self.now)


def assert_sound(top: Instance) -> None:
    """What must hold of an instance and all it called, at any moment."""
    family = [top, *Instance.objects.filter(root=top.pk)]
    rows = Assignment.objects.filter(step__instance__in=family).select_related("step")
    places = list(rows.filter(state__in=[AssignmentState.OPEN, AssignmentState.WAITING]))
    for one in family:
        _assert_parts(one, [p for p in places if p.step.instance_id == one.pk])
    if top.is_live:
        waits = Timer.objects.filter(instance__in=family, state="SET").exclude(kind="DUE").exists()
        stuck = Incident.objects.filter(instance__in=family, resolved_at=None).exists()
        assert any(p.state == AssignmentState.OPEN for p in places) or waits or stuck, f"{top.pk} waits for nothing"
    _assert_todos(top, {(str(p.pk), p.assignee_id) for p in places if p.state == AssignmentState.OPEN})


def _assert_parts(one: Instance, places: list[Assignment]) -> None:
    tokens = list(one.tokens.exclude(state="GONE"))
    steps = list(one.steps.filter(state=StepState.OPEN))
    incidents = set(Incident.objects.filter(instance=one, resolved_at=None).values_list("token_id", flat=True))
    timers = list(Timer.objects.filter(instance=one, state="SET"))
    assert bool(tokens) == one.is_live, f"{one.pk}: {one.state} with tokens {tokens}"
    working = {(t.pk, t.node_id) for t in tokens if t.state == "WORKING"}
    assert working == {(s.token_id, s.node_id) for s in steps}, f"{one.pk}: tokens and open steps differ"
    assert {t.pk for t in tokens if t.state == "STUCK"} == incidents, f"{one.pk}: incidents"
    assert {t.token_id for t in timers} <= {t.pk for t in tokens}, f"{one.pk}: a timer without a token"
    for token in tokens:
        if token.state == "TIMING":
            assert any(t.token_id == token.pk and t.kind == "WAIT" for t in timers)
        if token.state == "INSIDE":
            inside = any(t.parent_id == token.pk for t in tokens)
            assert inside or Instance.objects.filter(caller=token, state__in=LIVE).count() == 1
    for step in steps:
        assert any(p.step_id == step.pk and p.state == AssignmentState.OPEN for p in places), f"nobody has {step.pk}"
    assert {p.step_id for p in places} <= {s.pk for s in steps}, f"{one.pk}: somebody waits in a closed step"
    assert one.trail.count() == one.acts


def _assert_todos(top: Instance, expected: set[tuple[str, int]]) -> None:
    from yihu.hub.centres.tasks.api import Todo, TodoState

    rows = Todo.objects.filter(source__code="workflow", case_number=top.subject_number, state=TodoState.PENDING)
    assert set(rows.values_list("key", "receiver_id")) == expected, f"{top.pk}: lists and open places differ"
