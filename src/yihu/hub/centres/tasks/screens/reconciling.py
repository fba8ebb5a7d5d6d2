"""Lists of reconciliations and of their differences."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.tasks.choices import DifferenceKind, ReportState
from yihu.hub.centres.tasks.models import Difference, Reconciliation
from yihu.hub.screens.lists import Column, Filter, ListScreen
from yihu.hub.screens.pages import Empty, Mark

TONES = {ReportState.CLEAN: "on", ReportState.OPEN: "wait", ReportState.MENDED: "on", ReportState.FAILED: "stop"}
NO_REPORTS = "外部系统报送在办清单，或每晚从其登记的地址取回清单，与本系统逐条比对；差异可以一键修正。"


def report_state(report: Reconciliation) -> Mark:
    """What became of a report; one mended only in part still asks for somebody."""
    if report.state == ReportState.MENDED and report.mended < report.differing:
        return Mark("部分修正", "wait")
    return Mark(report.get_state_display(), TONES[ReportState(report.state)])


def _address(report: Reconciliation) -> str:
    return reverse("tasks:reconciliation", args=[report.pk])


def _choices(kind: Any) -> Any:
    return lambda request: kind.choices


REPORTS = ListScreen(
    columns=(
        Column("made", "对账时间", lambda r: r.made_at, "minute", ("made_at",)),
        Column("source", "系统", lambda r: r.source.name, sort=("source__name",), link=_address),
        Column("way", "方式", lambda r: r.get_way_display(), "code"),
        Column("theirs", "对方在办", lambda r: r.theirs, "count"),
        Column("ours", "本系统在办", lambda r: r.ours, "count"),
        Column("differing", "差异", lambda r: r.differing, "count", ("differing",)),
        Column("mended", "已修正", lambda r: r.mended, "count"),
        Column("state", "状态", report_state, "mark", ("state",)),
        Column("failure", "原因", lambda r: r.failure or "—"),
    ),
    filters=(
        Filter("system", "系统代码", lambda rows, text: rows.filter(source__code__startswith=text.lower())),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", _choices(ReportState)),
    ),
    empty=Empty("还没有对账报告", NO_REPORTS),
    sort="-made",
    unit="份",
)


def _difference(one: Difference) -> Mark:
    return Mark("已修正", "on") if one.is_mended else Mark("未修正", "wait")


def _stamp(value: int | None) -> Any:
    """A source's stamp is milliseconds by agreement; one that is none is shown as a number."""
    if value is None:
        return "—"
    if not 10**12 <= value < 4 * 10**12:
        return f"{value}"
    moment = timezone.datetime.fromtimestamp(value / 1000, tz=timezone.get_current_timezone())
    return f"{moment:%Y-%m-%d %H:%M:%S}"


DIFFERENCES = ListScreen(
    columns=(
        Column("kind", "差异", lambda d: d.get_kind_display(), "code", ("kind", "key")),
        Column("key", "对方标识", lambda d: d.key, sort=("key",)),
        Column("receiver", "接收人", lambda d: d.receiver),
        Column("their", "对方时间戳", lambda d: _stamp(d.their_stamp), "code"),
        Column("our", "本系统时间戳", lambda d: _stamp(d.our_stamp), "code"),
        Column("content", "内容", lambda d: "有" if d.sealed or d.kind == DifferenceKind.EXTRA else "无", "code"),
        Column("state", "状态", _difference, "mark", ("is_mended",)),
        Column("note", "说明", lambda d: d.note or "—"),
    ),
    filters=(Filter("kind", "差异", lambda rows, v: rows.filter(kind=v), "choice", _choices(DifferenceKind)),),
    empty=Empty("没有差异", "对方在办的待办与本系统一致。"),
    sort="kind",
)
