"""What a designer may choose from, with Chinese names: roles, handlers, tables, nodes, fields, places of letters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from yihu.hub.centres.matters.catalogue.bundle import Known
from yihu.hub.centres.matters.catalogue.designing.telling import PLACE_WORDS, PREFILL_WORDS
from yihu.hub.centres.matters.catalogue.fields import NUMBERS, FormField, FormTree
from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.letters import ROOTS
from yihu.hub.centres.matters.catalogue.process import read_outline
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.selectors.designing.drafts import roles_of
from yihu.hub.centres.matters.selectors.known import known
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.codes.api import list_tables
from yihu.hub.foundation.org.api import StandardDuty

HANDLERS = {
    "matters.letters": "出具文书", "matters.notices": "发送消息", "org.take_leave": "登记休假",
    "bookings.hold-room": "预留会议室", "bookings.reserve-vehicle": "预留车辆", "bookings.confirm": "确认预约",
    "bookings.write-trip": "登记行程", "counter.change-registration": "写回登记变更",
    "counter.grant-deferral": "登记延期缴纳",
    "counter.grant-quota": "调整发票额度", "publications.publish-answer": "发布答复",
    "publications.publish-article": "发布知识",
    "publications.accept-paper": "采用稿件",
}  # fmt: skip
OFFICES = {"applicant": "申请人所在机关", "subject": "主管机关", "superior": "上级机关"}
Pairs = list[tuple[str, str]]


def choices_of(files: Files) -> dict[str, Any]:
    """For the process designer."""
    own = [name.removesuffix(".dmn") for name in sorted(files) if name.endswith(".dmn")]
    return {
        "roles": {lane: strategy_told(strategy) for lane, strategy in roles_of(files).items()},
        "handlers": [(key, f"{HANDLERS[key]}（{key}）" if key in HANDLERS else key) for key in sorted(_handlers())],
        "decisions": [(name, f"{name}.dmn") for name in own],
        "processes": [],
        "fields": [
            {"name": f.dotted, "title": f.title, "numeric": f.kind in NUMBERS and len(f.path) == 1}
            for f in fields_of_draft(files)
            if f.kind not in {"rows"}
        ],
        "choices": {
            "modes": workflow.Mode.choices, "empty": workflow.EmptyPolicy.choices,
            "same": workflow.SamePerson.choices, "timeout": workflow.TimeoutPolicy.choices,
            "verbs": [(verb.value, verb.label) for verb in workflow.STEP_VERBS],
            "usual": [verb.value for verb in workflow.USUAL_VERBS],
        },
    }  # fmt: skip


def form_choices_of(files: Files) -> dict[str, Any]:
    """For the form designer."""
    tables = list_tables(timezone.localdate()).filter(current_id__isnull=False)
    return {
        "fields": [{"name": f.dotted, "title": f.title} for f in fields_of_draft(files)],
        "codes": list(tables.values_list("code", "name")),
        "prefills": [(key, PREFILL_WORDS.get(key, key)) for key in sorted(known().prefills or ())],
        "nodes": nodes_of(files),
    }


def nodes_of(files: Files) -> Pairs:
    """User tasks with the place of applying first."""
    outline, _ = read_outline(files.get("process.bpmn", ""))
    found = [("Apply", "填报")] if "Apply" not in outline.user_tasks else []
    return found + [(node, outline.names.get(node, node)) for node in outline.user_tasks]


def moments_of(files: Files) -> Pairs:
    """When letters and notices may go out: outcomes and nodes."""
    outline, _ = read_outline(files.get("process.bpmn", ""))
    cut = [("REFUSED", "不同意"), ("WITHDRAWN", "撤回"), ("TERMINATED", "终止")]
    return [(node, f"{name}（{node}）") for node, name in outline.names.items()] + cut


def lanes_of(files: Files) -> list[str]:
    outline, _ = read_outline(files.get("process.bpmn", ""))
    return list(outline.lanes)


def fields_of_draft(files: Files) -> list[FormField]:
    """Every field of the form; none when it cannot be read."""
    schema, problems = read_schema(files.get("form.json", ""))
    return [] if problems or not schema else FormTree(schema).every_field()


def places_of(files: Files) -> Pairs:
    """What a letter may fill in."""
    fixed = [(f"{root}.{one}", PLACE_WORDS.get(f"{root}.{one}", one)) for root, ones in ROOTS.items() for one in ones]
    fields = [(f"form.{f.dotted}", f.title) for f in fields_of_draft(files) if f.kind != "group"]
    return fields + sorted(fixed)


def _handlers() -> Iterable[str]:
    found: Known = known()
    return found.handlers or frozenset()


def strategy_told(strategy: Any) -> str:
    """Who acts in a role, in words."""
    if isinstance(strategy, list):
        return "，再".join(strategy_told(one) for one in strategy)
    if not isinstance(strategy, Mapping):
        return "还没有写办理人"
    if strategy.get("initiator") is True:
        return "申请人本人"
    if "duty" in strategy:
        duty = str(strategy["duty"])
        name = StandardDuty(duty).label if duty in StandardDuty.values else duty
        office = str(strategy.get("office", "subject"))
        return f"{OFFICES.get(office, f'机关 {office}')}的{name}"
    if "head_of" in strategy:
        return f"申请人的逐级负责人（{strategy['head_of']} 级）"
    if "field" in strategy:
        return f"表单字段 {strategy['field']} 所选的人"
    if "people" in strategy:
        return f"指定人员 {'、'.join(map(str, strategy['people']))}"
    return "、".join(f"{key}：{value}" for key, value in strategy.items())
