"""Who has what, and when: a day of all resources, a week of one."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.api import find_in_force
from yihu.hub.screens.pages import Act, Crumb, Page
from yihu.hub.subsystems.bookings.choices import ResourceKind
from yihu.hub.subsystems.bookings.selectors.resources import find_bookable
from yihu.hub.subsystems.bookings.selectors.slots import rows_of_day, rows_of_week

HOURS = range(8, 20)
# By which matter a kind is applied for, where that is in force.
MATTERS = {ResourceKind.ROOM: "logistics/meeting-room", ResourceKind.VEHICLE: "logistics/vehicle"}
HELP = (
    ("预占", "申请提交后占住时段，等待审批；退回、撤回或不同意时自动释放。"),
    ("已预约", "审批通过，时段为您保留。不用了请取消，好让别人用。"),
    ("已占用", "其他机关人员的预约只显示占用，不显示用途。"),
    ("改期", "使用人和资源管理人可以改期、换房或换车；已占用的时段改不进去，并会告诉您哪里空着。"),
)


@requires("bookings.view")
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """All rooms, or all vehicles, on one day."""
    kind = request.GET.get("kind", ResourceKind.ROOM)
    kind = kind if kind in ResourceKind.values else ResourceKind.ROOM
    shown = _day(request.GET.get("day", ""))
    lead = f"{shown:%Y-%m-%d} {_weekday(shown)} 8:00–20:00"
    page = Page("资源预约", lead, acts=_acts(request, ResourceKind(kind)), help=HELP)
    context = {
        "page": page, "kind": kind, "kinds": ResourceKind.choices, "day": shown, "hours": HOURS,
        "before": shown - timedelta(days=1), "after": shown + timedelta(days=1), "today": timezone.localdate(),
        "rows": rows_of_day(request.user, kind, shown), "keeps": request.user.holds("bookings.keep"),
    }  # fmt: skip
    return render(request, "bookings/day.html", context)


@requires("bookings.view")
@require_safe
def week(request: HttpRequest, code: str) -> HttpResponse:
    """One resource over a week."""
    found = find_bookable(request.user, code)
    if found is None:
        raise Http404("没有这项资源，或不向您所在机关开放")
    shown = _day(request.GET.get("day", ""))
    monday = shown - timedelta(days=shown.weekday())
    way = Crumb("资源预约", f"{reverse('bookings:day')}?kind={found.kind}")
    acts: tuple[Act, ...] = ()
    if request.user.reaches("bookings.keep", found.office):
        acts = (Act("资源档案", reverse("bookings:resource", args=[code]), "file-description"),)
    lead = f"{found.office.name} · {found.capacity} 座" + (f" · {found.place}" if found.place else "")
    context: dict[str, Any] = {
        "page": Page(str(found), lead, crumbs=(way,), acts=acts, help=HELP), "hours": HOURS, "resource": found,
        "rows": [(row, _weekday(row.day)) for row in rows_of_week(request.user, found, monday)],
        "before": monday - timedelta(days=7), "after": monday + timedelta(days=7), "today": timezone.localdate(),
        "monday": monday, "sunday": monday + timedelta(days=6),
    }  # fmt: skip
    return render(request, "bookings/week.html", context)


def _acts(request: HttpRequest, kind: ResourceKind) -> tuple[Act, ...]:
    acts = [Act("我的预约", reverse("bookings:mine"), "user-check")]
    if request.user.holds("matter.apply") and find_in_force(MATTERS[kind], timezone.localdate()):
        way = reverse("matters:item", args=MATTERS[kind].split("/"))
        acts.insert(0, Act(f"申请{kind.label}", way, "calendar-plus", primary=True))
    if request.user.holds("bookings.keep"):
        acts += [
            Act("预约登记簿", reverse("bookings:kept"), "list-details"),
            Act("车辆与会议室", reverse("bookings:resources"), "building"),
        ]
    return tuple(acts)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return found if 2000 <= found.year <= 2100 else timezone.localdate()


def _weekday(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]
