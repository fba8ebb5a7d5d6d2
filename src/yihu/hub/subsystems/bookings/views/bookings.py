"""One's own bookings, those one keeps, and what becomes of one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Crumb, Page
from yihu.hub.subsystems.bookings import screens
from yihu.hub.subsystems.bookings.forms import CancelForm, MoveForm, TripForm
from yihu.hub.subsystems.bookings.models import Booking
from yihu.hub.subsystems.bookings.selectors.slots import list_own, list_within
from yihu.hub.subsystems.bookings.services import reserving
from yihu.hub.subsystems.bookings.services.driving import write_trip
from yihu.hub.subsystems.bookings.views.calendar import HELP
from yihu.hub.subsystems.bookings.views.resources import recorder


def _home() -> Crumb:
    return Crumb("资源预约", reverse("bookings:day"))


@requires("bookings.view")
@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """One's own."""
    page = Page("我的预约", "改期、取消与还车登记", crumbs=(_home(),), help=HELP)
    rows = list_own(request.user)
    return respond_with_list(request, page, screens.MINE, rows, record_export=recorder(request, page.title))


@requires("bookings.keep")
@require_safe
def kept(request: HttpRequest) -> HttpResponseBase:
    """All of the resources one keeps."""
    page = Page("预约登记簿", "由您管理的车辆和会议室的全部预约", crumbs=(_home(),), help=HELP)
    rows = list_within(request.user)
    return respond_with_list(request, page, screens.KEPT, rows, record_export=recorder(request, page.title))


@requires("bookings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Another time or resource."""
    found = _get(request, booking_id)
    screen = FormScreen(
        "改期", _back(request, found), outcome=("原时段立即放开。", "已被占用时不改动，并告诉您哪里空着。")
    )

    def act(given: dict[str, Any]) -> Receipt:
        reserving.move(booking=found, actor=request.user, now=timezone.now(), **given)
        return Receipt(f"已改到 {given['start']:%m-%d %H:%M}，{given['resource']}。", _back(request, found))

    form = filled(request, MoveForm, actor=request.user, booking=found)
    return respond_with_form(request, _page("改期", found), screen, form, act)


@requires("bookings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Let it go."""
    found = _get(request, booking_id)
    screen = FormScreen("取消预约", _back(request, found), outcome=("时段立即放开，别人可以预约。",), danger=True)

    def act(given: dict[str, Any]) -> Receipt:
        reserving.cancel(booking=found, actor=request.user, now=timezone.now(), **given)
        return Receipt(f"已取消 {found}。", _back(request, found))

    return respond_with_form(request, _page("取消预约", found), screen, filled(request, CancelForm), act)


@requires("bookings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def trip(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The vehicle is back."""
    found = _get(request, booking_id)
    now = timezone.now()
    screen = FormScreen(
        "登记还车", _back(request, found),
        outcome=(f"上次还车读数 {found.resource.odometer_km} 公里，这次不能更小。", "登记后这次用车即办结，不能再改。"),
    )  # fmt: skip

    def act(given: dict[str, Any]) -> Receipt:
        made = write_trip(booking=found, actor=request.user, now=now, **given)
        return Receipt(f"已登记还车，行驶 {made.kilometres} 公里。", _back(request, found))

    form = filled(request, TripForm, booking=found, now=now)
    return respond_with_form(request, _page("还车登记", found), screen, form, act)


def _get(request: HttpRequest, booking_id: int) -> Booking:
    rows = Booking.objects.select_related("resource__office", "booked_for")
    found = rows.filter(pk=booking_id).first()
    if found is None or not (
        found.booked_for_id == request.user.pk or request.user.reaches("bookings.keep", found.resource.office)
    ):
        raise Http404("没有这项预约，或不由您管理")
    return found


def _page(title: str, found: Booking) -> Page:
    low, high = timezone.localtime(found.during.lower), timezone.localtime(found.during.upper)
    lead = f"{found.resource} · {low:%Y-%m-%d %H:%M} 至 {high:%Y-%m-%d %H:%M} · {found.title}"
    return Page(title, lead, crumbs=(_home(),), help=HELP)


def _back(request: HttpRequest, found: Booking) -> str:
    return reverse("bookings:mine" if found.booked_for_id == request.user.pk else "bookings:kept")
