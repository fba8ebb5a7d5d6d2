"""
A bundle's cases played on a stage of their own: offices, people and a taxpayer that are gone afterwards.

After every act everything is read anew from the database, so that nothing may live in memory alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.bundle import Bundle
from yihu.hub.centres.matters.catalogue.plays import Act, Play, passed
from yihu.hub.centres.matters.catalogue.reading import raw_of
from yihu.hub.centres.matters.choices import EventKind, VersionState
from yihu.hub.centres.matters.models import Case, Matter, MatterVersion, NumberSeries
from yihu.hub.centres.matters.selectors.processes import open_nodes
from yihu.hub.centres.matters.services.acting import act_on_case, withdraw_case
from yihu.hub.centres.matters.services.applying import submit_application
from yihu.hub.centres.matters.services.drafts import begin_draft, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.examining import add_material
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.services.stage import PDF, Stage, plain, set_stage
from yihu.hub.centres.workflow import api as workflow


class _Unexpected(Exception):  # noqa: N818 (never leaves this module)
    """Something went otherwise than the case says."""


class _Curtain(Exception):  # noqa: N818 (never leaves this module)
    """Takes everything of a play back."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went: `trouble` is empty when all was as expected; `steps` say what was seen."""

    file: str
    name: str
    trouble: str = ""
    steps: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return not self.trouble

    def as_row(self) -> dict[str, Any]:
        """As it is kept with the version."""
        return {
            "file": self.file, "name": self.name, "passed": self.passed, "trouble": self.trouble,
            "steps": list(self.steps),
        }  # fmt: skip


def play_bundle(*, bundle: Bundle) -> list[Result]:
    """Play every case; nothing of it stays in the database."""
    return [play_case(bundle, file, play) for file, play in bundle.plays.items()]


def play_case(bundle: Bundle, file: str, play: Play, look: Callable[[Stage, Case], None] | None = None) -> Result:
    """
    Play one case inside a transaction that is always taken back.

    :param look: called at the end, before everything is taken back
    """
    steps: list[str] = []
    trouble = ""
    with as_system("试办事项用例"):
        try:
            with transaction.atomic():
                _play(bundle, play, steps, look)
                raise _Curtain
        except _Curtain:
            pass
        except (_Unexpected, UnableTo) as error:
            trouble = str(error)
    return Result(file, play.name, trouble, tuple(steps))


def _play(bundle: Bundle, play: Play, steps: list[str], look: Callable[[Stage, Case], None] | None = None) -> None:
    now = timezone.make_aware(play.at) if timezone.is_naive(play.at) else play.at
    stage = set_stage(play, now=now)
    version = _version(bundle, now)
    case = _submitted(stage, version, play, now, steps)
    if case is None:
        return
    _expect_open(case, play.open, "提交后", steps)
    for act in play.acts:
        now += passed(act.after)
        workflow.fire_due(now=now, of=case.instance)
        with _told(f"{act.by}在 {act.node} {act.verb}"):
            _perform(stage, case, act, now)
        # Everything from the database again: whatever was held is worth nothing.
        case = Case.objects.select_related("version", "instance").get(pk=case.pk)
        steps.append(f"{act.by} · {bundle.outline.names.get(act.node, act.node)} · {act.verb}")
        if act.open is not None:
            _expect_open(case, act.open, f"{act.by}办理 {act.node} 后", steps)
    if play.after:
        workflow.fire_due(now=now + passed(play.after), of=case.instance)
        case = Case.objects.select_related("version", "instance").get(pk=case.pk)
    _expect_end(case, play)
    if look is not None:
        look(stage, case)


def _version(bundle: Bundle, now: datetime) -> MatterVersion:
    """The bundle as a version in force on the stage, whatever there is of it outside."""
    spec = bundle.spec
    matter, _ = Matter.objects.get_or_create(
        key=f"{spec.key}~play", defaults={"family": spec.family, "code": spec.code, "name": spec.name}
    )
    # One digit more than real cases have: a number given on the stage is nobody's.
    NumberSeries.objects.update_or_create(
        matter=matter, year=timezone.localtime(now).year, defaults={"last": 9 * 10**spec.number.digits}
    )
    process = workflow.freeze_process(
        key=f"{spec.key}~play", xml=bundle.files["process.bpmn"], roles=spec.roles, actor=None, now=now
    )
    return MatterVersion.objects.create(
        matter=matter, edition=spec.edition, name=spec.name, files=dict(bundle.files), digest=bundle.digest,
        state=VersionState.PUBLISHED, valid_from=timezone.localtime(now).date(), process=process, drafted_at=now,
    )  # fmt: skip


def _submitted(stage: Stage, version: MatterVersion, play: Play, now: datetime, steps: list[str]) -> Case | None:
    applicant = stage.people[play.applicant]
    try:
        draft = begin_draft(version=version, actor=applicant, now=now, taxpayer_number=stage.taxpayer_number)
        raw = raw_of_draft(draft) | raw_of(version.bundle.form, plain(play.form, stage))
        save_draft(draft=draft, raw=raw, now=now)
        for material in version.bundle.spec.materials:
            for at in range(play.materials.get(material.code, 0)):
                add_material(
                    about=draft.about, material=material, data=PDF[material.types[0]] + str(at).encode(),
                    name=f"{material.code}-{at}.{material.types[0]}", actor=applicant, now=now,
                )  # fmt: skip
        draft.refresh_from_db()
        case = submit_application(draft=draft, actor=applicant, now=now)
    except UnableTo as error:
        _expect_refusal(error, play.refused, "提交")
        steps.append(f"提交被拒：{error}")
        return None
    if play.refused:
        raise _Unexpected(f"提交本应被拒（{play.refused}），却成功了")
    steps.append(f"{play.applicant} 提交，编号 {case.number}")
    return Case.objects.select_related("version", "instance").get(pk=case.pk)


def _perform(stage: Stage, case: Case, act: Act, now: datetime) -> None:
    actor = stage.people[act.by]
    try:
        if act.verb == "withdraw" and case.applicant_id == actor.pk:
            withdraw_case(case=case, actor=actor, now=now, opinion=act.opinion)
        elif act.verb == "urge":
            workflow.urge(instance=case.instance, actor=actor, now=now, opinion=act.opinion)
        else:
            _act(stage, case, act, actor, now)
    except UnableTo as error:
        _expect_refusal(error, act.refused, f"{act.by} {act.verb}")
    else:
        if act.refused:
            raise _Unexpected(f"本应被拒（{act.refused}），却成功了")


def _act(stage: Stage, case: Case, act: Act, actor: Any, now: datetime) -> None:
    mine = [a for a in workflow.assignments_for(case.instance, actor) if a.step.node_id == act.node]
    if not mine:
        there = "、".join(open_nodes(case.instance)) or "无"
        raise _Unexpected(f"{act.by}在 {act.node} 没有待办；现在打开的是 {there}")
    raw = raw_of(case.version.bundle.form, plain(act.data, stage))
    act_on_case(
        case=case, assignment=mine[0], verb=act.verb, actor=actor, now=now, opinion=act.opinion,
        people=[stage.people[p] for p in act.people], node_id=act.to or "", raw=raw,
    )  # fmt: skip


def _expect_refusal(error: UnableTo, expected: str | None, what: str) -> None:
    codes = {getattr(error, "code", "")}
    if isinstance(error, UnableToApplyError):
        codes |= {fault.code for fault in error.faults}
    if expected is None or not any(code.startswith(expected) for code in codes if code):
        faults = "；".join(f"{f.field}：{f}" for f in getattr(error, "faults", ()))
        raise _Unexpected(f"{what}被拒：{error}{'；' + faults if faults else ''}")


def _expect_open(case: Case, expected: list[str], when: str, steps: list[str]) -> None:
    found = sorted(open_nodes(case.instance))
    if found != sorted(expected):
        raise _Unexpected(f"{when}应打开 {'、'.join(sorted(expected)) or '无'}，实际打开 {'、'.join(found) or '无'}")
    steps.append(f"{when}打开：{'、'.join(found) or '无'}")


def _expect_end(case: Case, play: Play) -> None:
    if case.outcome != (play.outcome or ""):
        raise _Unexpected(f"结果应为 {play.outcome or '未办结'}，实际为 {case.outcome or '未办结'}")
    letters = sorted(case.letters.values_list("code", flat=True))
    if letters != sorted(play.letters):
        raise _Unexpected(f"文书应为 {'、'.join(sorted(play.letters)) or '无'}，实际为 {'、'.join(letters) or '无'}")
    texts = case.events.filter(kind=EventKind.NOTICE).values_list("text", flat=True)
    sent = sorted(text.rpartition("（")[2].removesuffix("）") for text in texts)
    if sent != sorted(play.notices):
        raise _Unexpected(f"消息应为 {'、'.join(sorted(play.notices)) or '无'}，实际为 {'、'.join(sent) or '无'}")


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except UnableTo as error:
        raise _Unexpected(f"{what}：{error}") from error
