"""Trying a table, deciding by it, and what it decided."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.forms import TryForm
from yihu.hub.centres.rules.models import DecisionTable, TableVersion, Trace
from yihu.hub.centres.rules.selectors.grids import grid_of, table_of
from yihu.hub.centres.rules.selectors.tables import find_version_on
from yihu.hub.centres.rules.services.evaluating import evaluate_one
from yihu.hub.centres.rules.services.trying import tried
from yihu.hub.centres.rules.views.tables import HELP, exporter, table_crumbs, table_or_404
from yihu.hub.centres.rules.views.versions import version_or_404
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Empty, Mark, Page

MAX_BODY = 100_000


@requires("rules.view")
def try_it(request: HttpRequest, key: str) -> HttpResponse:
    """Enter inputs, see the outcome, the rules that hit and which cell of the others did not pass. Nothing is kept."""
    table = table_or_404(key)
    version = _version(request, key, table)
    ready = table_of(version)
    if ready is None:
        raise Http404("这个版本还不能运行")
    form = TryForm(request.POST or None, table=ready, day=max(version.valid_from, timezone.localdate()))
    context: dict[str, Any] = {
        "page": Page(
            "试一试", f"{version}：填入数据，看命中哪条规则、得出什么。不留痕，不计数。", table_crumbs(table), help=HELP
        ),
        "form": form, "version": version, "grid": grid_of(version), "table": table,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        context |= tried(version, form.inputs(), form.cleaned_data["on"])
    return render(request, "rules/try.html", context)


def _version(request: HttpRequest, key: str, table: DecisionTable) -> TableVersion:
    number = request.GET.get("version", "")
    if number.isascii() and number.isdigit() and len(number) < 9:
        return version_or_404(request, key, int(number))
    found = find_version_on(table, timezone.localdate())
    if found is None:
        raise Http404("这张决策表今天没有施行的版本")
    return found


@requires("rules.view")
@require_POST
def evaluate(request: HttpRequest, key: str) -> HttpResponse:
    """
    Decide by the version in force, as JSON: `{"inputs": {…}, "on": "2026-11-25"}`; counted, without a trace.

    Answers 200 with the decision, 422 with `code` and `message` when it is refused, 400 when the body is no such JSON.
    """
    asked = _asked(request.body)
    if asked is None:
        message = '请求体应当是 JSON：{"inputs": {…}, "on": "2026-11-25"}'
        return JsonResponse({"code": "RULES-J01", "message": message}, status=400)
    inputs, on = asked
    try:
        found = evaluate_one(key, inputs, on=on, now=timezone.now())
    except UnableTo as error:
        return JsonResponse({"code": getattr(error, "code", ""), "message": str(error)}, status=422)
    return JsonResponse(asdict(found), encoder=DjangoJSONEncoder)


def _asked(body: bytes) -> tuple[dict[str, Any], date] | None:
    try:
        asked = json.loads(body[: MAX_BODY + 1])
        on = date.fromisoformat(asked["on"]) if "on" in asked else timezone.localdate()
        return (asked["inputs"], on) if isinstance(asked["inputs"], dict) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


TRACES = ListScreen(
    columns=(
        Column("at", "时间", lambda t: t.decided_at, "minute", sort=("decided_at",)),
        Column("subject", "对象", lambda t: f"{t.subject_kind} {t.subject_number}".strip() or "—"),
        Column("taxpayer", "纳税人", lambda t: t.taxpayer_number or "—", "code"),
        Column("inputs", "输入", lambda t: inputs_text(t.inputs)),
        Column("hits", "命中规则", lambda t: "、".join(map(str, t.hits)) or "无"),
        Column("outcome", "结果", lambda t: (t.outcome or {}).get("text", "")),
        Column("version", "版本", lambda t: f"第 {t.version.number} 版",
               link=lambda t: reverse("rules:version", args=[t.version.table.key, t.version.number])),
        Column("day", "依据日期", lambda t: t.day, "day", shown=False),
        Column("suppressed", "豁免", lambda t: Mark("豁免", "wait") if t.suppressed else "", "mark"),
    ),
    filters=(
        Filter("q", "对象编号或识别号", lambda rows, v: rows.filter(subject_number__startswith=v)
               | rows.filter(taxpayer_number__startswith=v)),
        Filter("suppressed", "只看豁免", lambda rows, v: rows.filter(suppressed=True), "flag"),
    ),
    empty=Empty("还没有决策留痕", "事项和流程按此表判定时，输入、命中的规则和结果留在这里；只列您管辖的。"),
    sort="-at",
    unit="次",
)  # fmt: skip


def inputs_text(inputs: Any) -> str:
    """Inputs in one line; fields of fields stay inside."""
    return "；".join(f"{name} {value}" for name, value in (inputs or {}).items())[:300]


@requires("rules.trace", reads="decision-trace")
def traces(request: HttpRequest, key: str) -> HttpResponseBase:
    """Decisions about somebody by this table, within the reader's scope."""
    table = table_or_404(key)
    page = Page(
        "决策留痕", f"{table.name}：对谁、凭什么数据、命中哪条规则、得出什么结果。", table_crumbs(table), help=HELP
    )
    rows = Trace.objects.filter(version__table=table, shadow=None).select_related("version__table")
    record(verb="decision-trace.list", request=request, target=f"decision_table:{key}", target_name=table.name)
    return respond_with_list(
        request, page, TRACES, rows, record_export=exporter(request, f"{table.name}的决策留痕", "decision-trace.export")
    )
