"""Taking a resource for a time, keeping it, moving it, letting it go."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.bookings.choices import BookingState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.selectors.resources import span
from yihu.hub.subsystems.bookings.services.checking import check_free, check_times, get_bookable, taken
from yihu.hub.subsystems.bookings.services.refusals import UnableToBookError

KEEPS_OUT = "bookings_never_overlap"


@transaction.atomic
def hold(
    *, user: User, code: str, kind: str, start: datetime, end: datetime, title: str, people: int = 1,
    case_number: str = "", state: BookingState = BookingState.HELD, now: datetime,
) -> Booking:  # fmt: skip
    """
    Take a resource for a time on behalf of a case; nobody else gets it until it is released.

    A second call for the same case takes the place of what the case had (an application handed in anew).

    :raises UnableToBookError: see the class; BKG-004 names what is free instead
    """
    check_times(start, end, now)
    resource = get_bookable(user, code, kind, people)
    if case_number:
        _let_go(case_number=case_number, reason="重新提交，以新的为准", now=now)
    check_free(user=user, resource=resource, start=start, end=end, people=people)
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                resource=resource, during=span(start, end), state=state, title=title[:100], people=people,
                booked_for=user, case_number=case_number, made_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if KEEPS_OUT not in str(error):
            raise
        # Somebody else was faster between the look and the insert.
        raise taken(user=user, resource=resource, start=start, end=end, people=people) from None
    _write("booking.make", made, user)
    return made


@transaction.atomic
def confirm(*, case_number: str, actor: User | None, now: datetime) -> Booking:
    """
    What the case holds becomes its own.

    :raises UnableToBookError: BKG-007 the case holds nothing
    """
    found = Booking.objects.select_for_update(of=("self",)).filter(
        case_number=case_number, state__in=(BookingState.HELD, BookingState.CONFIRMED)
    ).select_related("resource").first()  # fmt: skip
    if found is None:
        raise UnableToBookError("BKG-007", f"办件 {case_number} 没有占用中的预约，请退回申请人重新选择")
    if found.state == BookingState.HELD:
        found.state = BookingState.CONFIRMED
        found.save(update_fields=["state"])
        _write("booking.confirm", found, actor)
    return found


@transaction.atomic
def release(*, case_number: str, reason: str, actor: User | None = None, now: datetime) -> int:
    """Let go of whatever a case holds; safe to repeat. Returns how many bookings were let go."""
    return _let_go(case_number=case_number, reason=reason, actor=actor, now=now)


def _let_go(*, case_number: str, reason: str, now: datetime, actor: User | None = None) -> int:
    rows = Booking.objects.select_for_update(of=("self",)).filter(
        case_number=case_number, state__in=(BookingState.HELD, BookingState.CONFIRMED)
    )
    found = list(rows.select_related("resource"))
    for one in found:
        release_one(booking=one, reason=reason, actor=actor, now=now)
    return len(found)


def release_one(*, booking: Booking, reason: str, actor: User | None, now: datetime) -> None:
    """Let go of one booking."""
    booking.state, booking.released_at, booking.release_reason = BookingState.RELEASED, now, reason[:200]
    booking.save(update_fields=["state", "released_at", "release_reason"])
    _write("booking.cancel", booking, actor, reason)


@transaction.atomic
def move(
    *, booking: Booking, resource: Resource, start: datetime, end: datetime, actor: User, now: datetime
) -> Booking:
    """
    Another time or another resource of the same kind, by who keeps it or by who uses it.

    :raises UnableToBookError: see the class
    """
    found = get_changeable(booking=booking, actor=actor)
    check_times(start, end, now)
    resource = get_bookable(actor, resource.code, found.resource.kind, found.people)
    check_free(user=actor, resource=resource, start=start, end=end, people=found.people, but=found.pk)
    before = _told(found)
    found.resource, found.during, found.moved_at = resource, span(start, end), now
    try:
        with transaction.atomic():
            found.save(update_fields=["resource", "during", "moved_at"])
    except IntegrityError as error:
        if KEEPS_OUT not in str(error):
            raise
        raise taken(user=actor, resource=resource, start=start, end=end, people=found.people, but=found.pk) from None
    record(
        verb="booking.change", request=current_request(), actor=actor, target=f"booking:{found.pk}",
        target_name=str(found), before=before, after=_told(found),
    )  # fmt: skip
    return found


@transaction.atomic
def cancel(*, booking: Booking, reason: str, actor: User, now: datetime) -> None:
    """
    The user no longer needs it, or the keeper takes it away.

    :raises UnableToBookError: BKG-007, BKG-008
    """
    found = get_changeable(booking=booking, actor=actor)
    release_one(booking=found, reason=reason, actor=actor, now=now)


def get_changeable(*, booking: Booking, actor: User) -> Booking:
    """:raises UnableToBookError: BKG-007 it is over, BKG-008 neither one's own nor kept"""
    found = Booking.objects.select_for_update(of=("self",)).select_related("resource__office").get(pk=booking.pk)
    if found.booked_for_id != actor.pk and not actor.reaches("bookings.keep", found.resource.office):
        raise UnableToBookError("BKG-008", "这项预约不是您的，也不由您管理；请联系使用人或资源管理人")
    if found.state not in {BookingState.HELD, BookingState.CONFIRMED}:
        raise UnableToBookError("BKG-007", f"这项预约现为“{found.get_state_display()}”，不能再改")
    return found


def _told(booking: Booking) -> dict[str, object]:
    return {
        "resource": str(booking.resource), "starts_at": booking.during.lower.isoformat(),
        "ends_at": booking.during.upper.isoformat(),
    }  # fmt: skip


def _write(verb: str, booking: Booking, actor: User | None, reason: str = "") -> None:
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb=verb, request=current_request(), target=f"booking:{booking.pk}", target_name=str(booking),
        purpose=reason, detail={**_told(booking), "case": booking.case_number}, **who,
    )  # fmt: skip
