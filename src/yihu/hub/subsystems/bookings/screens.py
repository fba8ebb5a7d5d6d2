"""Lists of resources, bookings and trips."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark
from yihu.hub.subsystems.bookings.choices import BookingState, ResourceKind, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource, Trip

TONES = {
    BookingState.HELD: "wait", BookingState.CONFIRMED: "on", BookingState.USED: "off", BookingState.RELEASED: "stop",
    ResourceState.IN_SERVICE: "on", ResourceState.MAINTENANCE: "wait", ResourceState.RETIRED: "off",
}  # fmt: skip


def mark(thing: Booking | Resource) -> Mark:
    return Mark(thing.get_state_display(), TONES[thing.state])


def _url(name: str, *args: Any) -> str:
    return reverse(f"bookings:{name}", args=args)


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    return list(ResourceKind.choices)


def _by_name(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(code__startswith=text.upper()) | Q(name__contains=text) | Q(plate__contains=text.upper()))


def _equipped(resource: Resource) -> str:
    if resource.kind == ResourceKind.VEHICLE:
        return resource.get_energy_display() or "—"
    words = dict(Resource._meta.get_field("equipment").base_field.choices)
    return "、".join(str(words[one]) for one in resource.equipment) or "—"


RESOURCES = ListScreen(
    columns=(
        Column("name", "名称", lambda r: r.name, sort=("name",), link=lambda r: _url("resource", r.code)),
        Column("kind", "种类", lambda r: r.get_kind_display(), "code", ("kind", "code")),
        Column("code", "编号", lambda r: r.code, "code", ("code",)),
        Column("plate", "车牌号", lambda r: r.plate or "—", "code"),
        Column("office", "所属机关", lambda r: r.office.name, sort=("office__path",)),
        Column("capacity", "座位", lambda r: r.capacity, "count", ("capacity",)),
        Column("equipment", "设备或动力", _equipped),
        Column("shared", "下级可用", lambda r: "是" if r.is_shared else "否", "code", ("is_shared",)),
        Column("state", "状态", mark, "mark", ("state",)),
    ),
    filters=(
        Filter("q", "名称、编号或车牌", _by_name),
        Filter("kind", "种类", lambda rows, kind: rows.filter(kind=kind), "choice", _kinds),
        Filter(
            "state", "状态", lambda rows, state: rows.filter(state=state), "choice", lambda r: ResourceState.choices
        ),
    ),
    sort="kind",
    unit="项",
    empty=Empty("还没有登记车辆和会议室", "点“登记资源”写下第一间会议室或第一辆车，所在机关的人就可以预约。"),
    row_acts=(RowAct("修改", lambda r: _url("change-resource", r.code)),),
)


def _from(booking: Booking) -> Any:
    return booking.during.lower


def _until(booking: Booking) -> Any:
    return booking.during.upper


def _live(booking: Booking) -> bool:
    return booking.state in {BookingState.HELD, BookingState.CONFIRMED}


def _to_trip(booking: Booking) -> str:
    back = booking.state == BookingState.CONFIRMED and booking.resource.kind == ResourceKind.VEHICLE
    return _url("trip", booking.pk) if back and booking.during.lower <= timezone.now() else ""


def _by_state(rows: QuerySet, state: str) -> QuerySet:
    return rows.filter(state=state) if state in BookingState.values else rows


_COMMON = (
    Column("resource", "资源", lambda b: str(b.resource), sort=("resource__code",),
           link=lambda b: _url("week", b.resource.code)),
    Column("from", "开始", _from, "minute", ("during",)),
    Column("until", "结束", _until, "minute"),
    Column("title", "用途", lambda b: b.title),
    Column("people", "人数", lambda b: b.people, "count", ("people",)),
    Column("case", "办件编号", lambda b: b.case_number or "—", "code", ("case_number",)),
    Column("state", "状态", mark, "mark", ("state",)),
)  # fmt: skip
_STATES = Filter("state", "状态", _by_state, "choice", lambda request: BookingState.choices)
_ACTS = (
    RowAct("还车登记", _to_trip),
    RowAct("改期", lambda b: _url("move", b.pk) if _live(b) else ""),
    RowAct("取消", lambda b: _url("cancel", b.pk) if _live(b) else ""),
)
MINE = ListScreen(
    columns=_COMMON, filters=(_STATES,), sort="-from", unit="项", row_acts=_ACTS,
    empty=Empty("您还没有预约", "在“事项”中申请会议室或公务用车；提交即预占，批准后即为您保留。"),
)  # fmt: skip
KEPT = ListScreen(
    columns=(
        *_COMMON[:3],
        Column("who", "使用人", lambda b: b.booked_for.display_name),
        *_COMMON[3:],
        Column("reason", "释放原因", lambda b: b.release_reason or "—", shown=False),
    ),
    filters=(
        Filter("q", "用途或使用人", lambda rows, t: rows.filter(
            Q(title__contains=t) | Q(booked_for__display_name__contains=t)
        )),
        Filter("kind", "种类", lambda rows, kind: rows.filter(resource__kind=kind), "choice", _kinds),
        _STATES,
        Filter("day", "日期", lambda rows, day: rows.filter(during__startswith__date=day), "day"),
    ),
    sort="-from", unit="项", row_acts=_ACTS,
    empty=Empty("还没有预约", "本机关的车辆和会议室被申请后，列在这里。"),
)  # fmt: skip
OF_RESOURCE = ListScreen(
    columns=(KEPT.columns[1], KEPT.columns[2], KEPT.columns[3], *_COMMON[3:]), filters=(_STATES,), sort="-from",
    unit="项", row_acts=_ACTS, empty=Empty("还没有预约", "有人申请后列在这里。"),
)  # fmt: skip


def _km(trip: Trip) -> int:
    return trip.kilometres


TRIPS = ListScreen(
    columns=(
        Column("left", "出车", lambda t: t.left_at, "minute", ("left_at",)),
        Column("back", "还车", lambda t: t.back_at, "minute", ("back_at",)),
        Column("title", "用途", lambda t: t.booking.title),
        Column("driver", "驾驶员", lambda t: t.driver),
        Column("out", "出车读数", lambda t: t.out_km, "count", ("out_km",)),
        Column("in", "还车读数", lambda t: t.back_km, "count", ("back_km",)),
        Column("km", "行驶公里", _km, "count"),
        Column("fuel", "加油（升）", lambda t: t.fuel_litres, "text"),
        Column("note", "车况与说明", lambda t: t.note or "—"),
    ),
    sort="-back",
    unit="次",
    empty=Empty("还没有行车记录", "还车时由用车人或管理人登记里程，里程表读数只增不减。"),
)
