"""The form of an announcement, and of its recall."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from yihu.hub.foundation.notices.choices import Urgency
from yihu.hub.foundation.org.api import find_office
from yihu.hub.foundation.org.models import Duty
from yihu.hub.screens.forms import PickField, ScreenForm, SureField


class AnnounceForm(ScreenForm):
    """To whom, and what."""

    office = PickField(
        label="范围（该机关及所有下级）",
        find=find_office,
        suggest_url=reverse_lazy("notices:suggest-offices"),
        what="机关",
    )
    duty = forms.ModelChoiceField(
        label="只发给岗责",
        queryset=Duty.objects.none(),
        required=False,
        empty_label="全部在岗人员",
        to_field_name="code",
    )
    title = forms.CharField(label="标题", max_length=100)
    urgency = forms.TypedChoiceField(
        label="紧急程度", choices=Urgency.choices, coerce=lambda v: Urgency(int(v)), initial=Urgency.NORMAL.value
    )
    body = forms.CharField(label="正文", max_length=2000, widget=forms.Textarea(attrs={"rows": 8}))
    needs_confirm = forms.BooleanField(label="要求收件人确认已阅", required=False)
    sure = SureField(label="已核对范围和内容；发出后只能从尚未阅读的人那里撤回")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].queryset = Duty.objects.order_by("name")
        self.fields["duty"].label_from_instance = lambda duty: duty.name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values.pop("sure", None)
        return values


class ReasonForm(ScreenForm):
    """Why."""

    reason = forms.CharField(
        label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="会留在记录里"
    )
