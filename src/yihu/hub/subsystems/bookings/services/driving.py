"""Writing down what a vehicle did."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.bookings.choices import BookingState, ResourceKind
from yihu.hub.subsystems.bookings.models import Booking, Resource, Trip
from yihu.hub.subsystems.bookings.services.refusals import UnableToDriveError


@transaction.atomic
def write_trip(
    *, booking: Booking, driver: str, out_km: int, back_km: int, left_at: datetime, back_at: datetime,
    fuel_litres: Decimal = Decimal(0), note: str = "", actor: User, now: datetime,
) -> Trip:  # fmt: skip
    """
    The vehicle is back: the odometer moves on, the booking is used up.

    :raises UnableToDriveError: see the class
    """
    found = Booking.objects.select_for_update(of=("self",)).select_related("resource__office").get(pk=booking.pk)
    vehicle = Resource.objects.select_for_update(of=("self",)).get(pk=found.resource_id)
    _check_right(found, actor)
    _check_figures(vehicle, out_km, back_km, left_at, back_at, now)
    made = Trip.objects.create(
        booking=found, driver=driver[:60], out_km=out_km, back_km=back_km, left_at=left_at, back_at=back_at,
        fuel_litres=fuel_litres, note=note[:300], written_by=actor, written_at=now,
    )  # fmt: skip
    Resource.objects.filter(pk=vehicle.pk).update(odometer_km=back_km)
    found.state = BookingState.USED
    found.save(update_fields=["state"])
    record(
        verb="trip.register", request=current_request(), actor=actor, target=f"booking:{found.pk}",
        target_name=str(vehicle), detail={"out_km": out_km, "back_km": back_km, "case": found.case_number},
    )  # fmt: skip
    return made


def _check_right(booking: Booking, actor: User) -> None:
    if booking.resource.kind != ResourceKind.VEHICLE:
        raise UnableToDriveError("VEH-010", f"{booking.resource} 不是车辆，没有行车记录")
    if booking.state != BookingState.CONFIRMED:
        raise UnableToDriveError(
            "VEH-011", f"这次用车现为“{booking.get_state_display()}”，只有已预约、未还车的才能登记"
        )
    if booking.booked_for_id != actor.pk and not actor.reaches("bookings.keep", booking.resource.office):
        raise UnableToDriveError("VEH-010", "只有用车人和车辆管理人可以登记还车")


def _check_figures(
    vehicle: Resource, out_km: int, back_km: int, left_at: datetime, back_at: datetime, now: datetime
) -> None:
    if out_km < vehicle.odometer_km:
        raise UnableToDriveError(
            "VEH-009", f"出车读数 {out_km} 公里小于上次还车的 {vehicle.odometer_km} 公里，请核对里程表"
        )
    if back_km < out_km:
        raise UnableToDriveError("VEH-009", f"还车读数 {back_km} 公里小于出车读数 {out_km} 公里，请核对里程表")
    if not left_at < back_at <= now:
        raise UnableToDriveError("VEH-012", "还车时间须晚于出车时间，且不晚于现在")
