"""Importing files, editing the entries of a draft, and mappings."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import MappingKind, MappingState, State
from yihu.hub.foundation.codes.forms import EntryForm, ImportForm, MappingForm, posted, sent_files
from yihu.hub.foundation.codes.models import CodeMapping
from yihu.hub.foundation.codes.selectors.tables import find_version, list_mappings, list_unmapped
from yihu.hub.foundation.codes.services import editing
from yihu.hub.foundation.codes.services.drafting import UnableToImportError, Wanted, import_version
from yihu.hub.foundation.codes.services.layouts import STANDARD, find_layout
from yihu.hub.foundation.codes.services.mapping import MappingFields, judge_mapping, propose_mapping
from yihu.hub.foundation.codes.services.problems import rows_of
from yihu.hub.foundation.codes.services.reading import SourceFile
from yihu.hub.foundation.codes.views.tables import home_crumb, table_crumbs, table_or_404
from yihu.hub.foundation.codes.views.versions import version_or_404, visible
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_act, respond_with_form
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Mark, Page

UNMAPPED_SHOWN = 12
IMPORT = FormScreen(
    submit="读取并存为草稿",
    back="/codes/",
    groups=(("文件", ("files", "layout")), ("版本（留空则按版式）", ("table", "name", "label", "valid_from"))),
    outcome=(
        "逐行检查：代码或名称有误、日期不对、与前面重复的行退回，其余采纳。",
        "上级断开或绕圈时整个版本不导入：层级有缺口，汇总会错而无人察觉。",
        "同样的文件再导入一次不会改变什么；同一版本号的草稿会被替换。",
        "存为草稿后还不生效，要送审并由另一人发布。",
    ),
)


@requires("codes.edit")
def import_table(request: HttpRequest) -> HttpResponse:
    """Files into a draft; problems that refuse the version stand above the form."""
    table = request.GET.get("table", "")
    initial = {"table": table, "layout": find_layout("", table=table).name if table else STANDARD}
    form = ImportForm(posted(request), sent_files(request), initial=initial)
    problems: list[dict[str, Any]] = []

    def act(data: dict[str, Any]) -> Receipt:
        wanted = Wanted(data["table"], data["layout"], data["name"], data["label"], data["valid_from"])
        sources = [SourceFile(f.name.rpartition("/")[2], f.read()) for f in data["files"]]
        try:
            done = import_version(
                wanted=wanted, sources=sources, actor=request.user, now=timezone.now(), request=request
            )
        except UnableToImportError as error:
            problems.extend(rows_of(error.problems))
            raise
        where = reverse("codes:version", args=[done.version.table.code, done.version.pk])
        if done.unchanged:
            return Receipt("这些文件以前导入过，没有变化。", where)
        told = f"读取 {done.read} 行，采纳 {done.version.entry_count} 个代码，退回 {done.rejected} 行，已存为草稿。"
        return Receipt(told, where)

    page = Page("导入代码表", "官方代码表或自有代码的文件，先读成草稿。", crumbs=(home_crumb(),))
    return respond_with_form(
        request, page, IMPORT, form, act, template="codes/import.html", context={"problems": problems}
    )


@requires("codes.edit")
def entry(request: HttpRequest, code: str, pk: int, value: str = "") -> HttpResponse:
    """Add an entry to a draft, or alter the newest span of a code."""
    version = version_or_404(request, code, pk)
    found = version.entries.filter(code=value).order_by("-position").first() if value else None
    if value and found is None:
        raise Http404(f"草稿里没有代码 {value}")
    initial = {"parent_code": request.GET.get("under", "")}
    if found:
        initial = {
            "code": found.code, "name": found.name, "parent_code": found.parent_code, "valid_from": found.valid_from,
            "valid_to": found.valid_to, "attributes": EntryForm.told(found.attributes),
        }  # fmt: skip
    back = reverse("codes:table", args=[code]) + f"?version={pk}"
    page = Page(f"修改 {found}" if found else "增加代码", f"草稿 {version}", crumbs=table_crumbs(version.table))

    def act(data: dict[str, Any]) -> Receipt:
        fields = editing.EntryFields(**data)
        saved = editing.save_entry(
            version=version, fields=fields, entry_id=found.pk if found else None, actor=request.user, request=request
        )
        return Receipt(f"{saved} 已存入草稿。", back)

    return respond_with_form(
        request, page, FormScreen("保存", back), EntryForm(posted(request), initial=initial), act,
        template="codes/entry.html", context={"found": found, "version": version},
    )  # fmt: skip


@requires("codes.edit")
@require_POST
def entry_remove(request: HttpRequest, code: str, pk: int, value: str) -> HttpResponse:
    """Take the newest span of a code out of a draft."""
    version = version_or_404(request, code, pk)
    found = version.entries.filter(code=value).order_by("-position").first()
    if found is None:
        raise Http404(f"草稿里没有代码 {value}")
    back = reverse("codes:table", args=[code]) + f"?version={pk}"

    def act() -> Receipt:
        editing.remove_entry(version=version, entry_id=found.pk, actor=request.user, request=request)
        return Receipt(f"{found} 已从草稿删除。", back)

    return respond_with_act(request, act, back=back)


def _mark(mapping: CodeMapping) -> Mark:
    tones = {MappingState.PROPOSED: "wait", MappingState.CONFIRMED: "on", MappingState.REJECTED: "off"}
    return Mark(mapping.get_state_display(), tones[MappingState(mapping.state)])


def _code_link(mapping: CodeMapping, value: str) -> str:
    return reverse("codes:code", args=[mapping.table.code, value]) if value else ""


MAPPINGS = ListScreen(
    columns=(
        Column("from", "原代码", lambda m: m.from_code, "code", ("from_code",), lambda m: _code_link(m, m.from_code)),
        Column("from_version", "原版本", lambda m: m.from_version.label),
        Column("kind", "关系", lambda m: m.get_kind_display(), sort=("kind",)),
        Column("to", "新代码", lambda m: m.to_code, "code", ("to_code",), lambda m: _code_link(m, m.to_code)),
        Column("to_version", "新版本", lambda m: m.to_version.label, shown=False),
        Column("on", "生效日期", lambda m: m.effective_on, "day", ("effective_on",)),
        Column("basis", "依据", lambda m: m.basis),
        Column("by", "提出人", lambda m: m.proposed_name),
        Column("judge", "确认人", lambda m: m.confirmed_name),
        Column("state", "状态", _mark, "mark", ("state",)),
    ),
    filters=(
        Filter("q", "代码开头", lambda rows, v: rows.filter(Q(from_code__startswith=v) | Q(to_code__startswith=v))),
        Filter("kind", "关系", lambda rows, v: rows.filter(kind=v), "choice", lambda r: MappingKind.choices),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", lambda r: MappingState.choices),
    ),
    empty=Empty("还没有对照", "旧代码改成了什么，由一人提出、另一人确认后写在这里；导入历次修订时能推出的会自动提出。"),
)  # fmt: skip


@requires("codes.view")
def mappings(request: HttpRequest, code: str) -> HttpResponseBase:
    """What became of the codes of a table."""
    table = table_or_404(code)
    acts: tuple[Act, ...] = ()
    if request.user.holds("codes.edit"):
        acts = (Act("提出对照", reverse("codes:mapping-new", args=[code]), "plus", primary=True),)
    current = find_version(code, on=timezone.localdate())
    unmapped = list_unmapped(current) if current and request.user.holds("codes.edit") else []
    rows: QuerySet[CodeMapping] = list_mappings(table)
    if not (request.user.holds("codes.edit") or request.user.holds("codes.review")):
        rows = rows.filter(state=MappingState.CONFIRMED)
    page = Page("对照", f"{table.name}：旧代码的去向，按生效日期。", crumbs=table_crumbs(table), acts=acts)
    # What was derived for a draft is published together with it and needs no word of its own.
    waiting = rows.filter(state=MappingState.PROPOSED, from_version__state=State.PUBLISHED)
    may_judge = request.user.holds("codes.review")

    def told(kind: str, n: int) -> None:
        record(verb="code_table.export", request=request, target=f"code_table:{code}", detail={"kind": kind, "rows": n})

    return respond_with_list(
        request, page, MAPPINGS, rows, record_export=told, template="codes/mappings.html",
        context={"table": table, "waiting": list(waiting[:50]) if may_judge else [],
                 "unmapped": unmapped[:UNMAPPED_SHOWN], "unmapped_count": len(unmapped)},
    )  # fmt: skip


@requires("codes.edit")
def mapping_new(request: HttpRequest, code: str) -> HttpResponse:
    """Propose what became of a code."""
    table = table_or_404(code)
    back = reverse("codes:mappings", args=[code])
    choices = visible(request, table)
    initial = {"from_code": request.GET.get("from", "")}
    page = Page("提出对照", table.name, crumbs=(*table_crumbs(table), Crumb("对照", back)))

    def act(data: dict[str, Any]) -> Receipt:
        fields = MappingFields(**{**data, "kind": MappingKind(data["kind"])})
        made = propose_mapping(fields=fields, actor=request.user, now=timezone.now(), request=request)
        return Receipt(f"对照 {made} 已提出，待另一人确认。", back)

    form = MappingForm(posted(request), versions=choices, initial=initial)
    return respond_with_form(request, page, FormScreen("提出", back), form, act)


@requires("codes.review")
@require_POST
def mapping_judge(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Confirm a proposed mapping or turn it down."""
    mapping = get_object_or_404(CodeMapping, table__code=code, pk=pk)
    agree = request.POST.get("agree") == "1"
    back = reverse("codes:mappings", args=[code])

    def act() -> Receipt:
        judged = judge_mapping(mapping=mapping, agree=agree, actor=request.user, now=timezone.now(), request=request)
        return Receipt(f"对照 {judged}：{judged.get_state_display()}。", back)

    return respond_with_act(request, act, back=back)
