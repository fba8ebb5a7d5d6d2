"""Lists of cases, applications and drafts."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.families import families
from yihu.hub.centres.matters.choices import CaseState, OutcomeKind
from yihu.hub.centres.matters.models import Case, Matter
from yihu.hub.screens.lists import Column, Filter, ListScreen
from yihu.hub.screens.pages import Act, Empty, Mark

TONES = {OutcomeKind.GRANTED: "on", OutcomeKind.REFUSED: "stop", OutcomeKind.ENDED: "off"}


def state_of(case: Case) -> Mark:
    """The state in words: how it ended, or that it is late, or standing."""
    if case.state == CaseState.DONE:
        found = case.version.bundle.spec.outcomes.get(case.outcome)
        return Mark(found.name if found else "已办结", TONES.get(OutcomeKind(case.outcome_kind or "ended"), "off"))
    if case.state == CaseState.PAUSED:
        return Mark("中止计时", "wait")
    if case.due_at and case.due_at < timezone.now():
        return Mark("已超期", "stop")
    return Mark("办理中", "on")


def address(case: Case) -> str:
    return reverse("matters:case", args=[case.number])


def who_of(case: Case) -> str:
    """For whom: the taxpayer, or the officer."""
    return case.taxpayer_name or case.applicant_name


COLUMNS = (
    Column("number", "编号", lambda c: c.number, "code", ("number",), link=address),
    Column("title", "标题", lambda c: c.title, link=address),
    Column("matter", "事项", lambda c: c.matter.name, sort=("matter__name",)),
    Column("who", "申请人", who_of),
    Column("office", "机关", lambda c: c.office_name, sort=("office_code",)),
    Column("state", "状态", state_of, "mark", ("state", "outcome")),
    Column("submitted", "提交时间", lambda c: c.submitted_at, "minute", ("submitted_at",)),
    Column("due", "期限", lambda c: c.due_at, "day", ("due_at",)),
    Column("finished", "办结时间", lambda c: c.finished_at, "minute", ("finished_at",), shown=False),
    Column("days", "办理天数", lambda c: c.worked_days, "count", ("worked_days",), shown=False),
    Column("returns", "退回次数", lambda c: c.returns, "count", ("returns",), shown=False),
)


def _matters(request: Any) -> list[tuple[str, str]]:
    return list(Matter.objects.order_by("name").values_list("key", "name"))


def _families(request: Any) -> list[tuple[str, str]]:
    return [(f.code, f.name) for f in families().values()]


def _late(rows: Any, value: Any) -> Any:
    return rows.filter(state=CaseState.OPEN, due_at__lt=timezone.now())


FILTERS = (
    Filter("q", "编号、标题、申请人或识别号", lambda rows, text: rows.filter(
        Q(number__istartswith=text) | Q(title__contains=text) | Q(applicant_name__contains=text)
        | Q(taxpayer_number__startswith=text) | Q(taxpayer_name__contains=text))),
    Filter("matter", "事项", lambda rows, key: rows.filter(matter__key=key), "choice", _matters),
    Filter("family", "分类", lambda rows, code: rows.filter(matter__family=code), "choice", _families),
    Filter("office", "机关代码", lambda rows, code: rows.filter(office_code=code)),
    Filter("state", "状态", lambda rows, code: rows.filter(state=code), "choice", lambda r: CaseState.choices),
    Filter("outcome", "结果", lambda rows, kind: rows.filter(outcome_kind=kind), "choice",
           lambda r: OutcomeKind.choices),
    Filter("late", "只看超期", _late, "flag"),
    Filter("from", "提交日起", lambda rows, day: rows.filter(submitted_at__date__gte=day), "day"),
    Filter("to", "止", lambda rows, day: rows.filter(submitted_at__date__lte=day), "day"),
)  # fmt: skip

OF_MINE = {"q", "matter", "state", "outcome"}

CASES = ListScreen(
    columns=COLUMNS, filters=FILTERS, sort="-submitted", unit="件",
    empty=Empty("还没有办件", "本机关和下级机关的人员提交申请后，办件列在这里。"),
)  # fmt: skip

MINE = ListScreen(
    columns=tuple(c for c in COLUMNS if c.key != "office"),
    filters=tuple(f for f in FILTERS if f.name in OF_MINE),
    sort="-submitted", unit="件",
    empty=Empty("您还没有提交过申请", "从事项目录选择一个事项，填好提交后，办理进度列在这里。",
                Act("去事项目录", "/matters/")),
)  # fmt: skip
