"""People of a small office, and a way to run processes with them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.choices import AssignmentState, StepState, Verb
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.conftest import LONG_AGO, appointed
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Duty, DutyPermission, Post, PostDuty

# A Monday in working hours (09:00 in the country's time zone is 01:00 UTC).
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NAMES = ("zhang", "li", "wang", "zhao", "qian", "sun")


@pytest.fixture
def people(offices: dict[str, Any]) -> SimpleNamespace:
    """Six officers and a chief in the east, a director in the bureau."""
    found = {name: appointed(StandardDuty.OFFICER, offices["east"], name) for name in NAMES}
    found["chief"] = appointed(StandardDuty.SECTION_CHIEF, offices["east"], "chief")
    found["director"] = appointed(StandardDuty.DIRECTOR, offices["bureau"], "director")
    # What the cast may do it could do long ago: the plays have days of their own.
    for model in (Duty, DutyPermission, PostDuty, Post):
        model.objects.update(valid_from=LONG_AGO)
    for name, user in found.items():
        user.display_name = name
        user.save()
    return SimpleNamespace(**found)


class Play:
    """One instance, driven by names."""

    def __init__(self, people: SimpleNamespace) -> None:
        self.people = people
        self.now = MONDAY
        self.instance: Instance | None = None
        self.count = 0

    def start(self, xml: str, *, by: str = "sun", roles: dict[str, Any] | None = None, **data: Any) -> "Play":
        version = api.freeze_process(key="test", xml=xml, roles=roles or {}, actor=None, now=self.now)
        return self.start_version(version, by=by, **data)

    def start_version(self, version: api.ProcessVersion, *, by: str = "sun", **data: Any) -> "Play":
        self.count += 1
        subject = api.Subject("test", f"T-{self.count}", "一件测试", "", "1440303", Label.INTERNAL)
        self.instance = api.start(process=version, subject=subject, data=data, initiator=self.person(by), now=self.now)
        return self

    def person(self, name: str) -> Any:
        return getattr(self.people, name)

    def act(self, name: str, verb: str, *, step: str = "", to: tuple[str, ...] = (), **more: Any) -> None:
        """Let somebody act on their open place (or the one that `state` names); `to` are people."""
        self.now += timedelta(minutes=1)
        if verb in {"refuse", "return_to", "terminate"}:
            more.setdefault("opinion", "理由")
        api.act(
            assignment=self.place(name, step, more.pop("state", None)), verb=Verb(verb), actor=self.person(name),
            now=self.now, people=[self.person(n) for n in to], **more,
        )  # fmt: skip
        self.instance.refresh_from_db()

    def place(self, name: str, step: str = "", state: str | None = None) -> Assignment:
        rows = Assignment.objects.filter(step__instance__subject_number=self.instance.subject_number)
        rows = rows.filter(assignee=self.person(name)).select_related("step")
        rows = rows.filter(step__node_id=step) if step else rows
        rows = rows.filter(state=state) if state else rows
        with as_system("试验"):
            found = rows.filter(state=AssignmentState.OPEN).last() if state is None else rows.last()
            return found or rows.last()

    def refused(self, code: str, *args: Any, **kwargs: Any) -> str:
        """The act must be refused with the code and change nothing."""
        before = picture_of(self.instance)
        with pytest.raises(api.UnableToActError) as caught:
            self.act(*args, **kwargs)
        assert caught.value.code == code, str(caught.value)
        assert picture_of(self.instance) == before
        return str(caught.value)

    def waiting(self) -> dict[str, list[str]]:
        """Open steps with the names of those whose turn it is."""
        rows = Assignment.objects.filter(
            step__instance__subject_number=self.instance.subject_number, state=AssignmentState.OPEN
        ).select_related("assignee", "step")
        found: dict[str, list[str]] = {}
        with as_system("试验"):
            for row in rows.order_by("id"):
                assert row.step.state == StepState.OPEN
                found.setdefault(row.step.node_id, []).append(row.assignee.username)
        return found

    @property
    def state(self) -> str:
        with as_system("试验"):
            self.instance.refresh_from_db()
        return self.instance.state


def picture_of(instance: Instance) -> tuple[Any, ...]:
    """All that a refused verb must leave as it was."""
    instance.refresh_from_db()
    rows = Assignment.objects.filter(step__instance=instance).order_by("id").values_list("id", "state", "verdict")
    tokens = instance.tokens.order_by("id").values_list("id", "state", "node_id")
    return (list(rows), list(tokens), instance.state, instance.acts, instance.revision)


@pytest.fixture
def play(people: SimpleNamespace) -> Play:
    return Play(people)


@pytest.fixture
def services() -> Any:
    """Handlers that tests register, forgotten afterwards."""
    from yihu.hub.centres.workflow.catalogue import registries

    before = dict(registries.services), list(registries.decisions), dict(registries.candidates)
    registries.decisions.clear()
    yield registries
    registries.services.clear()
    registries.services.update(before[0])
    registries.decisions[:] = before[1]
    registries.candidates.clear()
    registries.candidates.update(before[2])


Refusal = Callable[..., str]
