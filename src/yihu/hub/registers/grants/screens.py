"""Lists of what was granted."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yihu.hub.registers.grants.choices import EntryState, QuotaKind
from yihu.hub.registers.grants.models import InvoiceQuota, RegistrationChange, TaxDeferral
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark


def _by_taxpayer(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(number__startswith=text) | Q(taxpayer_name__contains=text))


def _household(row: Any) -> str:
    return reverse("household:household", args=[row.number])


def _decider(row: Any) -> str:
    return row.decided_by.display_name if row.decided_by else "系统"


WHO = (
    Column("number", "识别号", lambda r: r.number, "code", ("number",), _household),
    Column("name", "名称", lambda r: r.taxpayer_name, sort=("taxpayer_name",)),
)
CASE = (
    Column("case", "办件编号", lambda r: r.case_number, "code", ("case_number",)),
    Column("by", "决定人", _decider, shown=False),
    Column("at", "决定时间", lambda r: r.decided_at, "minute", ("decided_at",)),
)
SEARCH = Filter("q", "识别号或名称", _by_taxpayer)


def last_day(row: InvoiceQuota) -> date | None:
    return date.fromordinal(row.valid_to.toordinal() - 1) if row.valid_to else None


def state_of(row: InvoiceQuota) -> Mark:
    over = row.valid_to is not None and row.valid_to <= timezone.localdate()
    return Mark("已失效") if over else Mark("有效", "on")


def _by_force(rows: QuerySet, state: str) -> QuerySet:
    over = Q(valid_to__lte=timezone.localdate())
    return rows.filter(over) if state == "past" else rows.exclude(over) if state == "now" else rows


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    return list(QuotaKind.choices)


QUOTAS = ListScreen(
    columns=(
        *WHO,
        Column("amount", "核定额度（元）", lambda r: r.amount, "money", ("amount",)),
        Column("before", "原额度（元）", lambda r: r.previous_amount, "money", shown=False),
        Column("kind", "类型", lambda r: r.get_kind_display(), "code", ("kind",)),
        Column("state", "状态", state_of, "mark"),
        Column("from", "生效日", lambda r: r.valid_from, "day", ("valid_from",)),
        Column("until", "最后一日", last_day, "day", ("valid_to",)),
        *CASE,
    ),
    filters=(
        SEARCH,
        Filter("kind", "类型", lambda rows, kind: rows.filter(kind=kind), "choice", _kinds),
        Filter("state", "状态", _by_force, "choice", lambda r: (("now", "有效"), ("past", "已失效"))),
    ),
    sort="-at",
    unit="项",
    empty=Empty("还没有核定的发票总额度", "“发票总额度调整”事项办结后自动记入；按户、按日可查。"),
)


def _deferral_state(row: TaxDeferral) -> Mark:
    return Mark("延期中", "on") if row.deferred_to >= timezone.localdate() else Mark("已到期")


DEFERRALS = ListScreen(
    columns=(
        *WHO,
        Column("tax", "税种", lambda r: r.tax_name, sort=("tax_name",)),
        Column("period", "所属期", lambda r: f"{r.period_start} 至 {r.period_end}", sort=("period_start",)),
        Column("amount", "延期税额（元）", lambda r: r.amount, "money", ("amount",)),
        Column("due", "原缴款期限", lambda r: r.due_date, "day", ("due_date",)),
        Column("until", "延期至", lambda r: r.deferred_to, "day", ("deferred_to",)),
        Column("state", "状态", _deferral_state, "mark"),
        *CASE,
    ),
    filters=(SEARCH, Filter("due", "延期至不晚于", lambda rows, day: rows.filter(deferred_to__lte=day), "day")),
    sort="-at",
    unit="项",
    empty=Empty("还没有批准的延期缴纳", "“延期缴纳税款”事项获省局批准后自动记入，到期日可筛选。"),
)


def said(change: RegistrationChange) -> str:
    """The changes in one line."""
    return "；".join(f"{c['title']}：{c['before'] or '（空）'} → {c['after'] or '（空）'}" for c in change.changes)


def _entry(row: RegistrationChange) -> Mark:
    return Mark(row.get_state_display(), "on" if row.state == EntryState.ENTERED else "wait")


def _to_enter(row: RegistrationChange) -> str:
    return reverse("grants:enter", args=[row.pk]) if row.state == EntryState.WAITING else ""


CHANGES = ListScreen(
    columns=(
        *WHO,
        Column("changes", "变更内容", said),
        Column("day", "变更日期", lambda r: r.changed_date, "day", ("changed_date",)),
        Column("state", "登记系统", _entry, "mark", ("state",)),
        Column("receipt", "回执号", lambda r: r.entry_receipt or "—", "code"),
        *CASE,
    ),
    filters=(
        SEARCH,
        Filter("state", "登记系统", lambda rows, s: rows.filter(state=s), "choice", lambda r: EntryState.choices),
    ),
    sort="-at",
    unit="项",
    row_acts=(RowAct("写入登记系统", _to_enter),),
    empty=Empty("还没有核准的登记变更", "“变更税务登记”事项办结后自动记入，等待在核心征管系统中完成变更。"),
)
