"""One file against another: lanes and roles, ends and outcomes, fields named elsewhere, what the program knows."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from yihu.hub.centres.matters.catalogue.fields import APPLY, NUMBERS, FormTree
from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.plays import Play
from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.catalogue.process import Outline
from yihu.hub.centres.matters.catalogue.spec import MatterSpec

if TYPE_CHECKING:
    from yihu.hub.centres.matters.catalogue.bundle import Known

SPEC = "matter.yaml"
# How an engine may end a case besides reaching an end event.
CUT_SHORT = frozenset({"REFUSED", "WITHDRAWN", "TERMINATED"})
STRATEGIES = frozenset({"duty", "initiator", "field", "people", "head_of", "head_at", "assignee_of", "function"})


def examine(
    spec: MatterSpec, form: FormTree, outline: Outline, plays: Mapping[str, Play], files: Files
) -> list[Problem]:
    """Every disagreement between the files of one bundle."""
    return [
        *_roles(spec, outline),
        *_ends(spec, outline),
        *_limit(spec, outline),
        *_moments(spec, outline),
        *_letters(spec, files),
        *_fields(spec, form, outline),
        *_cast(plays, outline, spec),
    ]


def _roles(spec: MatterSpec, outline: Outline) -> Iterator[Problem]:
    for lane in outline.lanes:
        if lane not in spec.roles:
            yield Problem("MTR-X01", SPEC, "roles", f"泳道“{lane}”没有写由谁办理")
    for lane, strategy in spec.roles.items():
        if lane not in outline.lanes:
            yield Problem("MTR-X04", SPEC, f"roles.{lane}", "流程里没有这条泳道")
        if not STRATEGIES & set(strategy):
            yield Problem("MTR-Y04", SPEC, f"roles.{lane}", f"应写其中一种办理人规则：{'、'.join(sorted(STRATEGIES))}")
    if outline.starts != (APPLY,):
        yield Problem("MTR-X04", "process.bpmn", APPLY, "应恰有一个开始节点，id 为 Apply（填报申请）")


def _ends(spec: MatterSpec, outline: Outline) -> Iterator[Problem]:
    for end in outline.ends:
        if end not in spec.outcomes:
            yield Problem("MTR-X01", SPEC, "outcomes", f"结束节点 {end} 没有写结果名称")
    for key in spec.outcomes:
        if key not in outline.ends and key not in CUT_SHORT:
            yield Problem("MTR-X04", SPEC, f"outcomes.{key}", "流程里没有这个结束节点")
    if outline.low_risk and not spec.low_risk:
        yield Problem("MTR-X01", SPEC, "low_risk", f"环节 {'、'.join(outline.low_risk)} 标为低风险，事项没有")


def _limit(spec: MatterSpec, outline: Outline) -> Iterator[Problem]:
    limit = spec.time_limit
    if limit.start != "submit" and limit.start not in outline.nodes:
        yield Problem("MTR-X04", SPEC, "time_limit.start", f"流程里没有环节 {limit.start}")
    for node in limit.pause_at:
        if node not in outline.steps:
            yield Problem("MTR-X04", SPEC, f"time_limit.pause_at.{node}", "流程里没有这个环节")


def _moments(spec: MatterSpec, outline: Outline) -> Iterator[Problem]:
    moments = outline.nodes | CUT_SHORT | set(spec.outcomes)
    for part, rows in (("letters", spec.letters), ("notices", spec.notices)):
        for row in rows:
            for moment in row.at:
                if moment not in moments:
                    yield Problem("MTR-X04", SPEC, f"{part}.{row.code}.at", f"没有结果或环节 {moment}")
    for notice in spec.notices:
        if notice.to != "applicant" and notice.to not in outline.lanes:
            yield Problem("MTR-X04", SPEC, f"notices.{notice.code}.to", f"没有泳道“{notice.to}”")


def _letters(spec: MatterSpec, files: Files) -> Iterator[Problem]:
    written = {name.removeprefix("letters/").removesuffix(".txt") for name in files if name.startswith("letters/")}
    named = {letter.code for letter in spec.letters}
    for code in sorted(named - written):
        yield Problem("MTR-F02", f"letters/{code}.txt", "", "没有这份文书的正文")
    for code in sorted(written - named):
        yield Problem("MTR-X01", f"letters/{code}.txt", "", "matter.yaml 的 letters 里没有这份文书")


def _fields(spec: MatterSpec, form: FormTree, outline: Outline) -> Iterator[Problem]:
    every = form.every_field()
    paths = {f.dotted for f in every}
    top = {f.name for f in every if len(f.path) == 1}
    yield from _headings(form, top)
    for name in spec.list_fields:
        if name not in top:
            yield Problem("MTR-X05", SPEC, "list_fields", f"没有字段 {name}")
    numbers = {f.name for f in every if len(f.path) == 1 and f.kind in NUMBERS}
    for node, name in outline.amounts.items():
        if name not in numbers:
            yield Problem("MTR-X05", "process.bpmn", node, f"所审批的金额应是表单的数字字段，没有这样的字段 {name}")
    for check in spec.checks:
        if check.field not in paths:
            yield Problem("MTR-X05", SPEC, f"checks.{check.code}", f"没有字段 {check.field}")
    for one in every:
        for node in sorted((one.edit | (one.see or frozenset())) - set(outline.steps)):
            yield Problem("MTR-X04", "form.json", one.dotted, f"流程里没有环节 {node}")


def _headings(form: FormTree, top: set[str]) -> Iterator[Problem]:
    for group in form.schema.get("x-groups", ()):
        if not isinstance(group, dict) or not isinstance(group.get("title"), str) or set(group) != {"title", "fields"}:
            yield Problem("MTR-S07", "form.json", "x-groups", "每组写 title 和 fields")
            continue
        for name in group["fields"]:
            if name not in top:
                yield Problem("MTR-X05", "form.json", f"x-groups.{group['title']}", f"没有字段 {name}")


def _cast(plays: Mapping[str, Play], outline: Outline, spec: MatterSpec) -> Iterator[Problem]:
    codes = {letter.code for letter in spec.letters} | {n.code for n in spec.notices} | {m.code for m in spec.materials}
    for file, play in plays.items():
        for who in [play.applicant, *(act.by for act in play.acts), *(p for act in play.acts for p in act.people)]:
            if who not in play.cast:
                yield Problem("MTR-C02", file, "cast", f"没有角色“{who}”")
        for node in [*play.open, *(a.node for a in play.acts), *(n for a in play.acts for n in a.open or ())]:
            if node not in outline.steps:
                yield Problem("MTR-X04", file, "", f"流程里没有环节 {node}")
        if play.outcome is not None and play.outcome not in {*outline.ends, *CUT_SHORT}:
            yield Problem("MTR-X04", file, "outcome", f"没有结果 {play.outcome}")
        for code in {*play.letters, *play.notices, *play.materials} - codes:
            yield Problem("MTR-C02", file, "", f"事项里没有文书、消息或材料 {code}")


def examine_known(spec: MatterSpec, form: FormTree, outline: Outline, known: "Known") -> Iterator[Problem]:
    """What the bundle names and the running program does not have."""
    every = form.every_field()
    codes = {(f"form.json {f.dotted}", f.codes) for f in every if f.codes}
    prefills = {(f"form.json {f.dotted}", str(f.schema["x-prefill"])) for f in every if "x-prefill" in f.schema}
    asked: list[tuple[str, str, Any, set[tuple[str, str]]]] = [
        ("MTR-X02", "处理程序", known.handlers, {("process.bpmn", h) for h in outline.handlers}),
        ("MTR-X02", "预填程序", known.prefills, prefills),
        ("MTR-X02", "核对程序", known.checks, {(f"{SPEC} apply.check", c) for c in [spec.apply.check] if c}),
        ("MTR-X03", "代码表", known.code_tables, codes),
        ("MTR-X03", "权限", known.permissions, {(f"{SPEC} apply", spec.apply.permission)}),
        ("MTR-X03", "岗责", known.duties, {(f"{SPEC} roles", d) for d in _duties(spec)}),
        ("MTR-X03", "事项分类", known.families, {(f"{SPEC} family", spec.family)}),
    ]
    for code, what, have, named in asked:
        for place, name in sorted(named):
            if have is not None and name not in have:
                file, _, rest = place.partition(" ")
                yield Problem(code, file, rest, f"没有{what} {name}")


def examine_decisions(outline: Outline, files: Files, has_decision: Callable[[str], bool] | None) -> Iterator[Problem]:
    """Decisions that are neither a table of the bundle nor one of the rules centre."""
    for key in outline.decisions:
        if f"{key}.dmn" not in files and has_decision is not None and not has_decision(key):
            yield Problem("MTR-X03", "process.bpmn", "", f"没有决策表 {key}")


def _duties(spec: MatterSpec) -> Iterator[str]:
    for strategy in spec.roles.values():
        if isinstance(strategy.get("duty"), str):
            yield strategy["duty"]
