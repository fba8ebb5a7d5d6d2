"""Keeping vehicles and rooms."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Fact, Page, Tab
from yihu.hub.subsystems.bookings import screens
from yihu.hub.subsystems.bookings.choices import ResourceKind
from yihu.hub.subsystems.bookings.forms import ResourceForm
from yihu.hub.subsystems.bookings.models import Booking, Resource, Trip
from yihu.hub.subsystems.bookings.selectors.resources import list_kept
from yihu.hub.subsystems.bookings.services.keeping import KEPT, save_resource

HELP = (
    ("下级可用", "打开后，隶属本机关的下级机关人员也能看到并预约。"),
    ("维修停用", "暂不能预约；已有的预约仍在，请逐项改期或取消。"),
    ("停用", "不再使用。还有未使用的预约时不能停用；历史与行车记录保留。"),
)
GROUPS = (
    ("基本", ("kind", "code", "name", "office", "place", "capacity", "is_shared", "state")),
    ("车辆填写", ("plate", "energy")),
    ("会议室填写", ("equipment",)),
    ("", ("note",)),
)


def recorder(request: HttpRequest, title: str) -> Callable[[str, int], object]:
    """Records an export before the file leaves."""

    def write(kind: str, rows: int) -> object:
        return record(
            verb="booking.export", request=request, target=f"page:{request.path}", target_name=f"{title} {rows} 行",
            detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )  # fmt: skip

    return write


@requires("bookings.keep")
@require_safe
def resources(request: HttpRequest) -> HttpResponseBase:
    """The vehicles and rooms one keeps."""
    acts = (Act("登记资源", reverse("bookings:new-resource"), "plus", primary=True),)
    page = Page("车辆与会议室", "可供预约的资源档案", crumbs=(_home(),), acts=acts, help=HELP)
    rows = list_kept(request.user)
    return respond_with_list(request, page, screens.RESOURCES, rows, record_export=recorder(request, page.title))


@requires("bookings.keep")
@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponseBase:
    """One of them: facts, bookings, trips, history."""
    found = _get(request, code)
    change = Act("修改", reverse("bookings:change-resource", args=[code]), "pencil")
    week = Act("一周占用", reverse("bookings:week", args=[code]), "calendar-week")
    page = Page(found.name, crumbs=(_home(), _list()), acts=(week, change), help=HELP)
    bookings = Booking.objects.filter(resource=found).select_related("resource__office", "booked_for", "trip")
    tabs = [Tab("bookings", "预约", bookings.count())]
    parts = {"bookings": (screens.OF_RESOURCE, lambda: bookings)}
    if found.kind == ResourceKind.VEHICLE:
        trips = Trip.objects.filter(booking__resource=found).select_related("booking")
        tabs.append(Tab("trips", "行车记录", trips.count()))
        parts["trips"] = (screens.TRIPS, lambda: trips)
    head = DetailHead(_facts(found), tuple(tabs), screens.mark(found))
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, found.name),
        history=lambda: [Resource.objects.filter(pk=found.pk)],
    )  # fmt: skip


def _facts(found: Resource) -> tuple[Fact, ...]:
    words = dict(Resource._meta.get_field("equipment").base_field.choices)
    common = [
        Fact("种类", found.get_kind_display()), Fact("编号", found.code), Fact("所属机关", found.office.name),
        Fact("位置", found.place), Fact("座位数", found.capacity, kind="count"),
        Fact("下级机关可用", "是" if found.is_shared else "否"),
    ]  # fmt: skip
    if found.kind == ResourceKind.VEHICLE:
        common += [
            Fact("车牌号", found.plate), Fact("动力", found.get_energy_display()),
            Fact("里程表读数（公里）", found.odometer_km, kind="count"),
        ]  # fmt: skip
    else:
        common.append(Fact("设备", "、".join(str(words[one]) for one in found.equipment)))
    return (*common, Fact("说明", found.note))


@requires("bookings.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def new_resource(request: HttpRequest) -> HttpResponse:
    """Write one down."""
    return _edit(request, None)


@requires("bookings.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def change_resource(request: HttpRequest, code: str) -> HttpResponse:
    """Change one."""
    return _edit(request, _get(request, code))


def _edit(request: HttpRequest, found: Resource | None) -> HttpResponse:
    title = f"修改：{found.name}" if found else "登记资源"
    page = Page(title, crumbs=(_home(), _list()), help=HELP)
    back = reverse("bookings:resource", args=[found.code]) if found else reverse("bookings:resources")
    screen = FormScreen("保存", back, GROUPS, ("保存后立即可以预约（状态为“可用”时）。", "改动留在变更历史中。"))
    initial = {name: getattr(found, name) for name in KEPT} if found else {"state": "IN_SERVICE"}

    def act(given: dict[str, Any]) -> Receipt:
        kept = save_resource(actor=request.user, now=timezone.now(), resource=found, **given)
        return Receipt(f"已保存 {kept}。", reverse("bookings:resource", args=[kept.code]))

    form = filled(request, ResourceForm, actor=request.user, resource=found, initial=initial)
    return respond_with_form(request, page, screen, form, act)


def _get(request: HttpRequest, code: str) -> Resource:
    found = list_kept(request.user).filter(code=code).first()
    if found is None:
        raise Http404("没有这项资源，或不由您管理")
    return found


def _home() -> Crumb:
    return Crumb("资源预约", reverse("bookings:day"))


def _list() -> Crumb:
    return Crumb("车辆与会议室", reverse("bookings:resources"))
