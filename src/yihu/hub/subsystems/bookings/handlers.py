"""What matters do with bookings: each a call of one service; refusals go to the error boundaries of the process."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from yihu.hub.centres.matters.api import register_check, register_handler, register_stage
from yihu.hub.centres.workflow.api import InstanceState, ServiceError, listen
from yihu.hub.foundation.codes.api import register_live_table
from yihu.hub.subsystems.bookings.choices import BookingState, ResourceKind, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.services import checking, reserving
from yihu.hub.subsystems.bookings.services.driving import write_trip
from yihu.hub.subsystems.bookings.services.refusals import UnableToBookError, UnableToDriveError

APPLY = "Apply"


def register() -> None:
    """Called once when the program starts."""
    register_live_table("meeting-rooms", lambda: _codes(ResourceKind.ROOM))
    register_live_table("official-vehicles", lambda: _codes(ResourceKind.VEHICLE))
    register_check("bookings.room", check_room)
    register_check("bookings.any-vehicle", check_any_vehicle)
    register_handler("bookings.hold-room", hold_room)
    register_handler("bookings.confirm", confirm)
    register_handler("bookings.reserve-vehicle", reserve_vehicle)
    register_handler("bookings.write-trip", trip)
    register_stage(put_on_stage)
    listen("instance_ended", release_what_ended)
    listen("step_opened", release_what_came_back)


def _codes(kind: ResourceKind) -> Iterable[tuple[str, str]]:
    rows = Resource.objects.filter(kind=kind, state=ResourceState.IN_SERVICE).select_related("office")
    return [
        (r.code, f"{r.name}（{r.plate or r.place or r.office.name}，{r.capacity} 座）") for r in rows.order_by("code")
    ]


def _moment(day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), timezone.get_current_timezone())


def room_times(data: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The time a room is asked for."""
    return _moment(data["day"], data["from_time"]), _moment(data["day"], data["to_time"])


def vehicle_times(data: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The time a vehicle is asked for."""
    return _moment(data["start_day"], data["start_time"]), _moment(data["end_day"], data["end_time"])


def check_room(*, actor: Any, data: Mapping[str, Any], taxpayer: Any, now: datetime) -> tuple[str, str, str] | None:
    """Whether the room is free, as (code, field, words) of what is wrong."""
    start, end = room_times(data)
    try:
        checking.check_times(start, end, now)
        room = checking.get_bookable(actor, data["room"], ResourceKind.ROOM, data["headcount"])
        checking.check_free(user=actor, resource=room, start=start, end=end, people=data["headcount"])
    except UnableToBookError as error:
        return error.code, "headcount" if error.code == "BKG-005" else "room", str(error)
    return None


def check_any_vehicle(
    *, actor: Any, data: Mapping[str, Any], taxpayer: Any, now: datetime
) -> tuple[str, str, str] | None:
    """Whether any vehicle with seats enough is free, as (code, field, words) of what is wrong."""
    start, end = vehicle_times(data)
    try:
        checking.check_any_free(
            user=actor, kind=ResourceKind.VEHICLE, start=start, end=end, people=data["headcount"], now=now
        )
    except UnableToBookError as error:
        return error.code, "start_day", str(error)
    return None


def hold_room(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: BKG-…, e.g. somebody else was faster"""
    start, end = room_times(data)
    _hold(
        instance, data["room"], ResourceKind.ROOM, start, end, data["topic"], data["headcount"], BookingState.HELD, now
    )


def reserve_vehicle(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: BKG-…, e.g. the vehicle is taken or too small"""
    start, end = vehicle_times(data)
    title = "、".join(stop["place"] for stop in data["route"])
    _hold(
        instance,
        data["vehicle"],
        ResourceKind.VEHICLE,
        start,
        end,
        title,
        data["headcount"],
        BookingState.CONFIRMED,
        now,
    )


def _hold(
    instance: Any, code: str, kind: ResourceKind, start: datetime, end: datetime, title: str, people: int,
    state: BookingState, now: datetime,
) -> None:  # fmt: skip
    try:
        reserving.hold(
            user=instance.initiator, code=code, kind=kind, start=start, end=end, title=title, people=people,
            case_number=instance.subject_number, state=state, now=now,
        )  # fmt: skip
    except UnableToBookError as error:
        raise ServiceError(error.code, str(error)) from error


def confirm(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: BKG-007 nothing is held any more"""
    try:
        reserving.confirm(case_number=instance.subject_number, actor=None, now=now)
    except UnableToBookError as error:
        raise ServiceError(error.code, str(error)) from error


def trip(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """:raises ServiceError: VEH-…, e.g. the odometer runs backwards"""
    booked = Booking.objects.filter(case_number=instance.subject_number, state=BookingState.CONFIRMED).first()
    if booked is None:
        raise ServiceError("BKG-007", f"办件 {instance.subject_number} 没有占用中的车辆")
    try:
        write_trip(
            booking=booked, driver=data.get("driver") or instance.initiator.display_name, out_km=data["out_km"],
            back_km=data["back_km"], left_at=booked.during.lower, back_at=min(booked.during.upper, now),
            fuel_litres=data.get("fuel") or 0, note=data.get("condition") or "", actor=instance.initiator, now=now,
        )  # fmt: skip
    except UnableToDriveError as error:
        raise ServiceError(error.code, str(error)) from error


def release_what_ended(instance: Any, *, now: datetime) -> None:
    """A case that ends without its purpose lets go of what it held."""
    if instance.state != InstanceState.COMPLETED:
        reason = str(InstanceState(instance.state).label)
        reserving.release(case_number=instance.subject_number, reason=f"办件{reason}", now=now)


def release_what_came_back(step: Any, *, now: datetime) -> None:
    """A case that is back with its applicant lets go; handing in again takes the time anew if it is still free."""
    if step.node_id == APPLY:
        reserving.release(case_number=step.instance.subject_number, reason="退回申请人", now=now)


def put_on_stage(*, offices: Mapping[str, Any], now: datetime) -> None:
    """One room and one vehicle at the east branch, on which the cases of matters are played."""
    for code, kind, name, seats, plate in (
        ("HY-301", ResourceKind.ROOM, "三楼会议室", 12, ""), ("CL-01", ResourceKind.VEHICLE, "轿车", 4, "粤B00001"),
        ("HY-901", ResourceKind.ROOM, "报告厅", 120, ""),
    ):  # fmt: skip
        Resource.objects.update_or_create(
            code=code, defaults={"kind": kind, "name": name, "office": offices["east"], "capacity": seats,
                                 "plate": plate, "odometer_km": 10_000, "state": ResourceState.IN_SERVICE},
        )  # fmt: skip
