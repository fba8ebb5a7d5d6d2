"""Forms of the booking pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from yihu.hub.foundation.org.api import User
from yihu.hub.screens.forms import ScreenForm
from yihu.hub.subsystems.bookings.choices import Energy, Equipment, ResourceKind, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.selectors.offices import offices_kept
from yihu.hub.subsystems.bookings.selectors.resources import list_bookable

BEFORE_DUTY = {"min_value": "至少为 1", "invalid": "请填整数"}


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar with a clock."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A minute."""

    widget = MomentInput
    default_error_messages = {"invalid": "请填日期和时间，如 2026-11-23 09:00"}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)


class ResourceForm(ScreenForm):
    """A vehicle or a room."""

    kind = forms.ChoiceField(label="种类", choices=ResourceKind.choices)
    code = forms.RegexField(
        r"^[A-Z0-9-]{2,20}$", label="编号", max_length=20, help_text="大写字母、数字和短横，如 HY-301",
        error_messages={"invalid": "编号用大写字母、数字和短横"},
    )  # fmt: skip
    name = forms.CharField(label="名称", max_length=60)
    office = forms.ModelChoiceField(label="所属机关", queryset=None, empty_label=None)
    place = forms.CharField(label="位置", max_length=100, required=False, help_text="楼层房号，或停放位置")
    capacity = forms.IntegerField(
        label="座位数", min_value=1, max_value=2000, help_text="车辆不含驾驶员", error_messages=BEFORE_DUTY
    )
    is_shared = forms.BooleanField(label="下级机关的人员也可以预约", required=False)
    plate = forms.RegexField(
        r"^[\u4e00-\u9fa5][A-Z][A-Z0-9]{5,6}$", label="车牌号", max_length=10, required=False,
        error_messages={"invalid": "车牌号如 粤B12345，新能源车为 8 位"},
    )  # fmt: skip
    energy = forms.ChoiceField(label="动力", choices=[("", "—"), *Energy.choices], required=False)
    equipment = forms.MultipleChoiceField(
        label="会议设备", choices=Equipment.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(label="状态", choices=ResourceState.choices)
    note = forms.CharField(label="说明", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: User, resource: Resource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_kept(actor)
        self.fields["office"].label_from_instance = lambda office: office.name
        if resource is not None:
            del self.fields["kind"], self.fields["code"]
        self.kind = resource.kind if resource else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = self.kind or given.get("kind")
        if kind == ResourceKind.VEHICLE and not given.get("plate") and "plate" not in self.errors:
            self.add_error("plate", "车辆须填车牌号")
        if kind == ResourceKind.ROOM and given.get("plate"):
            self.add_error("plate", "会议室没有车牌号，请清空")
        return given


class MoveForm(ScreenForm):
    """Another time, or another resource of the same kind."""

    resource = forms.ModelChoiceField(label="资源", queryset=None, empty_label=None)
    start = MomentField(label="开始时间")
    end = MomentField(label="结束时间")

    def __init__(self, *args: Any, actor: User, booking: Booking, **kwargs: Any) -> None:
        initial = {
            "resource": booking.resource_id, "start": timezone.localtime(booking.during.lower),
            "end": timezone.localtime(booking.during.upper),
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["resource"].queryset = list_bookable(actor, booking.resource.kind)


class CancelForm(ScreenForm):
    """Why it is let go."""

    reason = forms.CharField(label="取消原因", min_length=2, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class TripForm(ScreenForm):
    """What the vehicle did."""

    driver = forms.CharField(label="驾驶员", max_length=60)
    out_km = forms.IntegerField(label="出车里程表读数（公里）", min_value=0, max_value=5_000_000)
    back_km = forms.IntegerField(label="还车里程表读数（公里）", min_value=0, max_value=5_000_000)
    left_at = MomentField(label="出车时间")
    back_at = MomentField(label="还车时间")
    fuel_litres = forms.DecimalField(
        label="途中加油（升）", min_value=0, max_digits=6, decimal_places=2, initial=0, required=False
    )
    note = forms.CharField(
        label="车况与说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="故障、违章、剐蹭须写明",
    )  # fmt: skip

    def __init__(self, *args: Any, booking: Booking, now: datetime, **kwargs: Any) -> None:
        initial = {
            "driver": booking.booked_for.display_name, "out_km": booking.resource.odometer_km,
            "left_at": timezone.localtime(booking.during.lower),
            "back_at": timezone.localtime(min(booking.during.upper, now)),
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)

    def clean_fuel_litres(self) -> Any:
        return self.cleaned_data["fuel_litres"] or 0
