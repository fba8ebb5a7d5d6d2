"""Exceptions: the list, proposing, judging, ending."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.rules.choices import SuppressionState
from yihu.hub.centres.rules.forms import NoteForm, SuppressForm
from yihu.hub.centres.rules.models import Suppression
from yihu.hub.centres.rules.selectors.grids import table_of
from yihu.hub.centres.rules.selectors.tables import find_version_on
from yihu.hub.centres.rules.services import suppressing
from yihu.hub.centres.rules.views.tables import HELP, exporter, home_crumb, table_crumbs, table_or_404
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Empty, Mark, Page

TONES = {
    SuppressionState.PROPOSED: "wait",
    SuppressionState.CONFIRMED: "on",
    SuppressionState.REFUSED: "stop",
    SuppressionState.ENDED: "off",
}


def _mark(one: Suppression) -> Mark:
    if one.state == SuppressionState.CONFIRMED and one.valid_to <= timezone.localdate():
        return Mark("已到期", "off")
    return Mark(one.get_state_display(), TONES[SuppressionState(one.state)])


LIST = ListScreen(
    columns=(
        Column("name", "纳税人", lambda s: s.taxpayer_name),
        Column("number", "识别号", lambda s: s.taxpayer_number, "code"),
        Column("table", "决策表", lambda s: s.table.name, link=lambda s: reverse("rules:table", args=[s.table.key])),
        Column("rule", "不适用的规则", lambda s: s.rule_id or "整张表"),
        Column("from", "起", lambda s: s.valid_from, "day", sort=("valid_from",)),
        Column("to", "止", lambda s: s.valid_to - timedelta(days=1), "day", sort=("valid_to",)),
        Column("reason", "理由", lambda s: s.reason),
        Column("who", "提出", lambda s: s.proposed_name),
        Column("second", "复核", lambda s: s.confirmed_name or "—"),
        Column("state", "状态", _mark, "mark"),
    ),
    filters=(
        Filter("q", "识别号或名称", lambda rows, v: rows.filter(taxpayer_number__startswith=v)
               | rows.filter(taxpayer_name__contains=v)),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", lambda r: SuppressionState.choices),
    ),
    empty=Empty("没有豁免", "在决策表页面提出，写明理由和到期日，由另一人复核后生效；只列您管辖范围内的。"),
    unit="项",
)  # fmt: skip


@requires("rules.suppress", reads="suppression")
def suppressions(request: HttpRequest) -> HttpResponseBase:
    """Exceptions within reach; those that wait for the reader stand above."""
    page = Page("豁免", "规则在一段时间内不适用于某个纳税人；到期自动恢复。", (home_crumb(),), help=HELP)
    rows = Suppression.objects.select_related("table")
    record(verb="suppression.list", request=request, target_name="豁免清单")
    waiting = rows.filter(state=SuppressionState.PROPOSED).exclude(proposed_by=request.user.pk)[:50]
    live = rows.filter(state=SuppressionState.CONFIRMED, valid_to__gt=timezone.localdate())[:50]
    return respond_with_list(
        request, page, LIST, rows, record_export=exporter(request, "豁免清单", "suppression.export"),
        template="rules/suppressions.html", context={"waiting": list(waiting), "live": list(live)},
    )  # fmt: skip


@requires("rules.suppress")
def suppress(request: HttpRequest, key: str) -> HttpResponse:
    """Propose an exception from a table."""
    table, today = table_or_404(key), timezone.localdate()
    version = find_version_on(table, today)
    ready = table_of(version) if version else None
    if ready is None:
        raise Http404("这张决策表今天没有施行的版本")
    page = Page("提出豁免", f"{table.name}对一个纳税人暂不适用。", table_crumbs(table), help=HELP)

    def act(data: dict[str, Any]) -> Receipt:
        made = suppressing.propose(
            table=table, rule_id=data["rule_id"], taxpayer_number=data["taxpayer_number"].strip(),
            reason=data["reason"],
            valid_from=data["valid_from"], valid_to=data["valid_to"],
            actor=request.user, now=timezone.now(), request=request,
        )  # fmt: skip
        return Receipt(f"已提出对“{made.taxpayer_name}”的豁免，待另一人复核。", reverse("rules:suppressions"))

    screen = FormScreen(
        "提出", reverse("rules:table", args=[key]),
        outcome=("由另一名有此权限的人复核后生效。",
                 "豁免期内按表判定时跳过所选规则，并在留痕里注明。", "到期自动恢复适用。"),
    )  # fmt: skip
    form = filled(
        request, SuppressForm, table=ready, initial={"valid_from": today, "last_day": today + timedelta(days=90)}
    )
    return respond_with_form(request, page, screen, form, act)


def _note(request: HttpRequest) -> str:
    form = NoteForm(request.POST)
    return form.cleaned_data["note"] if form.is_valid() else ""


@requires("rules.suppress")
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse what another proposed."""
    found = get_object_or_404(Suppression, pk=pk)

    def act() -> Receipt:
        agree = request.POST.get("agree") == "1"
        suppressing.judge(
            suppression=found, agree=agree, note=_note(request), actor=request.user, now=timezone.now(), request=request
        )
        return Receipt("豁免已生效。" if agree else "已记为不同意。", reverse("rules:suppressions"))

    return respond_with_act(request, act, back=reverse("rules:suppressions"))


@requires("rules.suppress")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an exception before its day."""
    found = get_object_or_404(Suppression, pk=pk)

    def act() -> Receipt:
        suppressing.end(suppression=found, note=_note(request), actor=request.user, now=timezone.now(), request=request)
        return Receipt("豁免已终止，规则恢复适用。", reverse("rules:suppressions"))

    return respond_with_act(request, act, back=reverse("rules:suppressions"))
